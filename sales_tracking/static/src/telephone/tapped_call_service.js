import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

import { formatSeconds } from "./seconds_field";

const KEY = "sales_tracking.tapped_call";
const WITHIN = 3600;
// Who is back sooner has not called.
const AT_LEAST = 5;

/** After a tap on a telephone number, asks on the return to Odoo whether the call is to be logged. */
export const tappedCallService = {
    dependencies: ["notification", "orm"],

    async start(env, { notification, orm }) {
        if (!(await user.hasGroup("sales_team.group_sale_salesman"))) {
            return;
        }
        browser.addEventListener(
            "click",
            (ev) => {
                const link = ev.target.closest?.("a[href^='tel:']");
                if (link) {
                    const number = decodeURIComponent(link.getAttribute("href").slice("tel:".length));
                    browser.localStorage.setItem(KEY, JSON.stringify({ number, at: Date.now() }));
                }
            },
            { capture: true }
        );

        const ask = () => {
            const tap = JSON.parse(browser.localStorage.getItem(KEY) || "null");
            const seconds = tap && Math.round((Date.now() - tap.at) / 1000);
            if (document.hidden || !tap || seconds < AT_LEAST) {
                return;
            }
            browser.localStorage.removeItem(KEY);
            if (seconds > WITHIN) {
                return;
            }
            const close = notification.add(_t("Log the call to %(number)s?", { number: tap.number }), {
                type: "info",
                sticky: true,
                buttons: [
                    {
                        name: _t("Log %(duration)s", { duration: formatSeconds(seconds) }),
                        primary: true,
                        onClick: async () => {
                            close();
                            await orm.call("sales.interaction", "log_tapped_call", [tap.number, seconds]);
                            notification.add(_t("The call is logged."), { type: "success" });
                        },
                    },
                ],
            });
        };
        document.addEventListener("visibilitychange", ask);
        browser.addEventListener("focus", ask);
    },
};

registry.category("services").add("sales_tracking.tapped_call", tappedCallService);
