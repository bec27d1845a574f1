import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";
import { PercentageField, percentageField } from "@web/views/fields/percentage/percentage_field";

/** A percentage that shows nothing, rather than 0 %, where the rate is undefined. */
export function formatRate(value, options = {}) {
    return value === false ? "" : formatPercentage(value, { digits: [16, 1], ...options });
}
formatRate.extractOptions = formatPercentage.extractOptions;

export class RateField extends PercentageField {
    get formattedValue() {
        return formatRate(this.props.record.data[this.props.name], { digits: this.props.digits || [16, 1] });
    }
}

registry.category("formatters").add("rate", formatRate);
registry.category("fields").add("rate", { ...percentageField, component: RateField, supportedTypes: ["float"] });
