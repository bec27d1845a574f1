import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { _t } from "@web/core/l10n/translation";

const NOTIFICATION = "sales_tracking/live_board";
const DEBOUNCE = 1000;
const VERIFICATIONS = {
    verified: { label: _t("Verified"), color: "text-bg-success" },
    out_of_range: { label: _t("Out of Range"), color: "text-bg-danger" },
    unverifiable: { label: _t("Unverifiable"), color: "text-bg-warning" },
    not_required: { label: _t("Not Required"), color: "text-bg-secondary" },
};

/** Who is where: one card per person of the teams that the user may see, anew whenever the server tells of a change. */
export class LiveBoard extends Component {
    static template = "sales_tracking.LiveBoard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.state = useState({ teams: [], reason: "" });
        this.display = { controlPanel: {} };
        useSetupAction();
        const reload = useDebounced(() => this.load(), DEBOUNCE);
        const onNotification = ({ team_ids: teamIds }) => {
            if (this.state.teams.some(({ id }) => teamIds.includes(id))) {
                reload();
            }
        };
        this.bus.subscribe(NOTIFICATION, onNotification);
        this.bus.addEventListener("BUS:RECONNECT", reload);
        onWillStart(async () => {
            this.bus.start();
            await this.load();
        });
        onWillUnmount(() => {
            this.bus.unsubscribe(NOTIFICATION, onNotification);
            this.bus.removeEventListener("BUS:RECONNECT", reload);
        });
    }

    async load() {
        Object.assign(this.state, await this.orm.silent.call("sales.visit", "get_live_board", []));
    }

    time(moment) {
        const local = deserializeDateTime(moment);
        const format = local.hasSame(luxon.DateTime.now(), "day") ? "HH:mm" : undefined;
        return formatDateTime(local, format ? { format } : { showSeconds: false });
    }

    ago(moment) {
        return deserializeDateTime(moment).toRelative();
    }

    verification(visit) {
        return VERIFICATIONS[visit.verification];
    }

    money(person, team) {
        return formatMonetary(person.amount, { currencyId: team.currency_id });
    }

    progress({ done, planned }) {
        return planned ? Math.round((100 * done) / planned) : 0;
    }

    open(visit) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sales.visit",
            res_id: visit.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("sales_live_board", LiveBoard);
