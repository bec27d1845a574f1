import { Component, onWillStart, useState } from "@odoo/owl";
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { formatFigure } from "./figures";
import { OverviewChart } from "./overview_chart";

const { DateTime } = luxon;

const PERIODS = {
    day: _t("Today"),
    week: _t("Week"),
    month: _t("Month"),
    quarter: _t("Quarter"),
    year: _t("Year"),
    custom: _t("Custom"),
};

/** The landing screen: what a period brought beside those before, and what waits for the reader. */
export class Overview extends Component {
    static template = "sales_tracking.Overview";
    static components = { Layout, OverviewChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.periods = PERIODS;
        this.done = _t("Done");
        this.toDo = _t("To Do");
        this.state = useState({
            question: { period: "month", ...this.props.state?.question },
            overview: null,
        });
        useSetupAction({ getLocalState: () => ({ question: { ...this.state.question } }) });
        onWillStart(() => this.load());
    }

    async load(question = this.state.question) {
        const answer = this.orm.call("sales.overview", "get_overview", [], question);
        const overview = await this.keepLast.add(answer);
        // Together, so that what is chosen is what is shown.
        Object.assign(this.state, { question, overview });
    }

    ask(changes) {
        const question = { ...this.state.question, ...changes };
        const { period, date_from: first, date_to: last } = question;
        if (period === "custom" && !(first && last && first <= last)) {
            this.state.question = question;
            return;
        }
        return this.load(question);
    }

    choosePeriod(period) {
        const [first, last] = this.overview.period.current;
        this.ask({ period, date_from: first, date_to: last });
    }

    choosePeople(value) {
        const [name, id] = value.split(",");
        this.ask({ user_id: null, team_id: null, ...(name && { [name]: Number(id) }) });
    }

    get overview() {
        return this.state.overview;
    }

    get chosenPeople() {
        const { user_id: user, team_id: team } = this.state.question;
        return user ? `user_id,${user}` : team ? `team_id,${team}` : "";
    }

    figure(value, unit, currencyId) {
        return formatFigure(value, unit, currencyId || this.overview.currency_id);
    }

    span(name) {
        const [first, last] = this.overview.period[name].map((day) => DateTime.fromISO(day));
        return first.equals(last) ? formatDate(first) : `${formatDate(first)} – ${formatDate(last)}`;
    }

    /** The change from an earlier figure: blank where there is nothing to compare with. */
    change(card, span) {
        const before = card[span];
        if (!before || card.current === null) {
            return null;
        }
        const change = (card.current - before) / Math.abs(before);
        return { text: `${change > 0 ? "+" : ""}${formatFigure(change, "percent")}`, isDown: change < 0 };
    }

    open(action) {
        this.action.doAction(action);
    }
}

registry.category("actions").add("sales_overview", Overview);
