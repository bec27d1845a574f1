import { _t } from "@web/core/l10n/translation";

const GREEN = "#28a745";
const YELLOW = "#e0a800";
const ORANGE = "#fd7e14";
const RED = "#dc3545";
const GREY = "#6c757d";
// As the colors of tags, see web/static/src/scss/secondary_variables.scss.
const CLASS_COLORS = [
    "#a2a2a2", "#ee2d2d", "#dc8534", "#e8bb1d", "#5794dd", "#9f628f", "#db8865", "#41a9a2", "#304be0", "#ee2f8a",
    "#61c36e", "#9872e6",
];
// Google Maps takes so many stops in one address.
const MOST_STOPS = 10;

/** How customers are coloured: what each colour means, and which one is a customer's. */
export const COLORINGS = {
    days: {
        label: _t("Days since the last visit"),
        legend: () => [
            [GREEN, _t("up to 7 days")],
            [YELLOW, _t("up to 30 days")],
            [ORANGE, _t("up to 60 days")],
            [RED, _t("more, or never")],
        ],
        color: ({ days }) => {
            if (days === false || days > 60) {
                return RED;
            }
            return days > 30 ? ORANGE : days > 7 ? YELLOW : GREEN;
        },
    },
    overdue: {
        label: _t("Days overdue"),
        legend: () => [
            [GREEN, _t("not due")],
            [ORANGE, _t("up to 7 days")],
            [RED, _t("more, or never visited")],
            [GREY, _t("without a class")],
        ],
        color: ({ overdue, class: name }) => {
            if (!name) {
                return GREY;
            }
            return overdue === false || overdue > 7 ? RED : overdue > 0 ? ORANGE : GREEN;
        },
    },
    class: {
        label: _t("Class"),
        legend: (customers) => [
            ...new Map(
                customers
                    .filter((customer) => customer.class)
                    .map((customer) => [customer.class, [CLASS_COLORS[customer.color], customer.class]])
            ).values(),
            [GREY, _t("without a class")],
        ],
        color: ({ color, class: name }) => (name ? CLASS_COLORS[color] : GREY),
    },
};

/**
 * Puts points that lie in the same square of the screen together.
 *
 * @param {Object[]} points with their pixels as `x` and `y`
 * @param {number} size side of a square in pixels
 * @returns {Object[][]} the points of each square that holds any
 */
export function clusterPoints(points, size) {
    const squares = new Map();
    for (const point of points) {
        const key = `${Math.floor(point.x / size)},${Math.floor(point.y / size)}`;
        const square = squares.get(key);
        if (square) {
            square.push(point);
        } else {
            squares.set(key, [point]);
        }
    }
    return [...squares.values()];
}

/**
 * The address that opens the rest of a route in the navigation of the phone.
 *
 * @param {Object[]} stops of the route, in its order
 * @returns {string|false} false where no stop is left
 */
export function navigationUrl(stops) {
    const left = stops
        .filter(({ state, latitude }) => latitude !== false && ["draft", "planned", "in_progress"].includes(state))
        .slice(0, MOST_STOPS)
        .map(({ latitude, longitude }) => `${latitude},${longitude}`);
    if (!left.length) {
        return false;
    }
    const parameters = new URLSearchParams({ api: 1, travelmode: "driving", destination: left.pop() });
    if (left.length) {
        parameters.set("waypoints", left.join("|"));
    }
    return `https://www.google.com/maps/dir/?${parameters}`;
}
