import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

const VIEW_TYPES = ["pivot", "graph", "list"];

/** The screen of a report as the fields of a subscription: what it shows, and how it is grouped. */
function describeScreen(env) {
    const { searchModel, config } = env;
    const { context, groupBys } = searchModel.getPreFavoriteValues({});
    const described = {
        name: config.getDisplayName() || "",
        report_model: searchModel.resModel,
        view_type: config.viewType,
        domain: new Domain(searchModel.domain).toString(),
    };
    if (config.viewType === "pivot") {
        described.row_groupbys = (context.pivot_row_groupby || []).join(",");
        described.column_groupbys = (context.pivot_column_groupby || []).join(",");
        described.measures = (context.pivot_measures || []).join(",");
    } else if (config.viewType === "graph") {
        const [first, ...others] = context.graph_groupbys || [];
        described.row_groupbys = first || "";
        described.column_groupbys = others.join(",");
        described.measures = context.graph_measure || "";
        described.chart_mode = context.graph_mode || "bar";
    } else {
        described.row_groupbys = groupBys.join(",");
    }
    return described;
}

/** Opens the subscription of the report that the screen shows, as it is filtered and grouped. */
export class SendRegularly extends Component {
    static template = "sales_tracking.SendRegularly";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    onSelected() {
        const defaults = Object.entries(describeScreen(this.env)).map(([name, value]) => [`default_${name}`, value]);
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Send Regularly"),
            res_model: "sales.report.subscription",
            views: [[false, "form"]],
            target: "new",
            context: Object.fromEntries(defaults),
        });
    }
}

registry.category("cogMenu").add("sales-send-regularly", {
    Component: SendRegularly,
    groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
    isDisplayed: ({ config, searchModel }) =>
        config.actionType === "ir.actions.act_window" &&
        VIEW_TYPES.includes(config.viewType) &&
        (session.sales_report_models || []).includes(searchModel?.resModel),
});
