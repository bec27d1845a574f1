import { formatCurrency } from "@web/core/currency";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";

const NOTHING = "–";

/**
 * A figure as people read it: "–" where it is undefined.
 *
 * @param {number|string|null|false} value a percentage is a fraction
 * @param {"currency"|"count"|"days"|"percent"|"time"} unit a time is a moment as the server writes it
 * @param {number} [currencyId]
 * @param {Object} [options] of formatCurrency
 */
export function formatFigure(value, unit, currencyId, options) {
    if (value === null || value === false || value === undefined) {
        return NOTHING;
    }
    switch (unit) {
        case "currency":
            return formatCurrency(value, currencyId, options);
        case "percent":
            return `${formatFloat(value * 100, { digits: [16, 1] })}%`;
        case "time":
            return deserializeDateTime(value).toRelative();
        case "days":
            return formatFloat(value, { digits: [16, 1] });
        default:
            return formatFloat(value, { digits: [16, 0] });
    }
}
