import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks why a check-in is not at the customer's. */
export class ReasonDialog extends Component {
    static template = "sales_tracking.ReasonDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        confirm: Function,
        message: String,
        problem: { type: String, optional: true },
    };

    setup() {
        this.state = useState({ reason: "" });
        useAutofocus({ refName: "reason" });
    }

    onConfirm() {
        this.props.close();
        this.props.confirm(this.state.reason.trim());
    }
}
