import { Component } from "@odoo/owl";
import { useCommand } from "@web/core/commands/command_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

/** Logs a call, chat or visit from anywhere: a button of the menu bar, and a command. */
export class LogButton extends Component {
    static template = "sales_tracking.LogButton";
    static props = {};

    setup() {
        this.action = useService("action");
        useCommand(_t("Log an interaction"), () => this.log(), { global: true });
    }

    log() {
        return this.action.doAction("sales_tracking.sales_interaction_log_action");
    }
}

registry
    .category("systray")
    .add(
        "sales_tracking.log_button",
        { Component: LogButton, isDisplayed: () => Boolean(session.logs_interactions) },
        { sequence: 30 }
    );
