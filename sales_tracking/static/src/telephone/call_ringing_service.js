import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const RINGING = "sales_tracking.call_ringing";
const SHOWN_FOR = 45000;

/** Shows who calls while the user's telephone rings, and what is open with them. */
export const callRingingService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, { action, bus_service: bus, notification, orm }) {
        const openRecord = (model, { id }) =>
            action.doAction({
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
            });
        const openLead = async ({ id }) =>
            action.doAction(await orm.call("sales.call", "action_create_lead", [[id]]));

        const buttonOf = (call) => {
            if (call.lead) {
                return { name: _t("Open"), onClick: () => openRecord("crm.lead", call.lead) };
            }
            if (call.partner) {
                return { name: _t("Open"), onClick: () => openRecord("res.partner", call.partner) };
            }
            return { name: _t("New Lead"), onClick: () => openLead(call) };
        };

        // A telephone system may tell of the same call more than once.
        const shown = new Set();
        bus.subscribe(RINGING, (call) => {
            if (shown.has(call.id)) {
                return;
            }
            shown.add(call.id);
            const known = call.lead || call.partner;
            const title = known ? known.name : _t("Unknown number");
            const facts = [call.number, ...call.facts].filter(Boolean).join(" · ");
            const button = buttonOf(call);
            const close = notification.add(`${title} · ${facts}`, {
                type: "info",
                autocloseDelay: SHOWN_FOR,
                buttons: [
                    {
                        ...button,
                        primary: true,
                        onClick: () => {
                            close();
                            button.onClick();
                        },
                    },
                ],
            });
            // Outside Odoo as well, where the user has allowed it.
            if (document.hidden && browser.Notification?.permission === "granted") {
                new browser.Notification(title, { body: facts, tag: `call-${call.id}` });
            }
        });
        bus.start();
    },
};

registry.category("services").add("sales_tracking.call_ringing", callRingingService);
