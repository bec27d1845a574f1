import { registry } from "@web/core/registry";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

/** A duration in seconds as people say it: 4:05, or 1:04:05. */
export function formatSeconds(value) {
    if (!value) {
        return "";
    }
    const pad = (part) => String(part).padStart(2, "0");
    const [hours, minutes, seconds] = [Math.floor(value / 3600), Math.floor(value / 60) % 60, Math.round(value % 60)];
    return hours ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}

export class SecondsField extends IntegerField {
    get formattedValue() {
        return formatSeconds(this.value);
    }
}

registry.category("fields").add("sales_seconds", { ...integerField, component: SecondsField });
registry.category("formatters").add("sales_seconds", formatSeconds);
