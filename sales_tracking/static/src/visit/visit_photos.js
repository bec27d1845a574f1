import { FileInput } from "@web/core/file_input/file_input";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { many2ManyBinaryField, Many2ManyBinaryField } from "@web/views/fields/many2many_binary/many2many_binary_field";

/** A file input that opens the camera of a phone. */
export class CameraInput extends FileInput {
    static template = "sales_tracking.CameraInput";
}

export class VisitPhotosField extends Many2ManyBinaryField {
    static components = { FileInput: CameraInput };

    get uploadText() {
        return _t("Take Photo");
    }
}

registry.category("fields").add("sales_visit_photos", {
    ...many2ManyBinaryField,
    component: VisitPhotosField,
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...many2ManyBinaryField.extractProps(fieldInfo, dynamicInfo),
        acceptedFileExtensions: "image/*",
    }),
});
