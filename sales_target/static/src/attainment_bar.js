import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// What pace the colours tell, from the best to the worst.
const COLORS = [
    [1, "text-bg-success"],
    [0.8, "text-bg-warning"],
    [-Infinity, "text-bg-danger"],
];

/** How much of a target is reached, coloured by its pace; nothing where the attainment is undefined. */
export class AttainmentBar extends Component {
    static template = "sales_target.AttainmentBar";
    static props = standardFieldProps;

    get percent() {
        const attainment = this.props.record.data[this.props.name];
        return attainment === false ? false : Math.round(100 * attainment);
    }

    get color() {
        const { pace } = this.props.record.data;
        return pace === false ? "text-bg-secondary" : COLORS.find(([least]) => pace >= least)[1];
    }
}

registry.category("fields").add("attainment_bar", {
    component: AttainmentBar,
    displayName: _t("Attainment Bar"),
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "pace", type: "float" }],
});
