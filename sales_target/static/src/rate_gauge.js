import { formatRate } from "@sales_tracking/rate_field";
import { registry } from "@web/core/registry";
import { GaugeField, gaugeField } from "@web/views/fields/gauge/gauge_field";

/** A gauge from 0 to 100 %, or further where the rate is higher. */
export class RateGauge extends GaugeField {
    static template = "sales_target.RateGauge";
    static defaultProps = { ...GaugeField.defaultProps, maxValue: 1 };

    get title() {
        return " ";
    }

    get formattedValue() {
        return formatRate(this.props.record.data[this.props.name]);
    }
}

registry.category("fields").add("rate_gauge", { ...gaugeField, component: RateGauge });
