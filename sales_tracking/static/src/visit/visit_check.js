import { Component, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { locate } from "./position";
import { ReasonDialog } from "./reason_dialog";

const TYPES = { verified: "success", not_required: "success", out_of_range: "warning", unverifiable: "warning" };

/** The button that begins or ends one's own visit where the device is. */
export class VisitCheck extends Component {
    static template = "sales_tracking.VisitCheck";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ busy: "" });
    }

    get action() {
        const { state, is_own: isOwn } = this.props.record.data;
        if (!isOwn) {
            return "";
        }
        return { planned: "in", missed: "in", in_progress: "out" }[state] || "";
    }

    async onCheckIn() {
        const { record } = this.props;
        await this.during(async () => {
            if (!(await record.save())) {
                return;
            }
            await this.checkIn(await this.position());
        });
    }

    async onCheckOut() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const position = this.position(); // while the result is being written down
        this.dialog.add(FormViewDialog, {
            title: _t("Check Out: %s", record.data.display_name),
            resModel: record.resModel,
            resId: record.resId,
            canExpand: false,
            context: { form_view_ref: "sales_tracking.sales_visit_view_form_close" },
            onRecordSaved: () => this.during(async () => this.checkOut(await position)),
        });
    }

    /** What the server is sent: the position, if the company wants it and the device knows it, and the device's time. */
    async position() {
        const parameters = { device_time: new Date().toISOString() };
        if (this.props.record.data.visit_policy === "none") {
            return { parameters };
        }
        const { problem, ...position } = await locate();
        return { parameters: { ...parameters, ...position }, problem };
    }

    async checkIn({ parameters, problem }, reason) {
        const { record } = this.props;
        try {
            await this.call("action_check_in", reason ? { ...parameters, reason } : parameters);
        } catch (error) {
            if (error.exceptionName?.endsWith("OpenVisit")) {
                this.offerToCloseOpen(error.data.message, { parameters, problem }, reason);
                return;
            }
            if (!error.exceptionName?.endsWith("ReasonRequired")) {
                throw error;
            }
            this.dialog.add(ReasonDialog, {
                message: error.data.message,
                problem,
                confirm: (given) => this.during(() => this.checkIn({ parameters, problem }, given)),
            });
            return;
        }
        const [visit] = await this.orm.read(record.resModel, [record.resId], ["verification", "check_in_distance"]);
        this.notification.add(this.messageOf(visit, problem), {
            title: _t("Checked in"),
            type: TYPES[visit.verification],
        });
        await this.reload();
    }

    /** A check-out that was forgotten does not keep the person from the next customer. */
    offerToCloseOpen(message, position, reason) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Check-out forgotten?"),
            body: message,
            confirmLabel: _t("Close It and Check In Here"),
            confirm: () =>
                this.during(async () => {
                    await this.orm.call(this.props.record.resModel, "action_close_open", []);
                    await this.checkIn(position, reason);
                }),
            cancelLabel: _t("Not Yet"),
            cancel: () => {},
        });
    }

    async checkOut({ parameters }) {
        const { is_mock: _isMock, ...position } = parameters; // is asked of check-ins alone
        await this.call("action_check_out", position);
        this.notification.add(_t("The visit is on record."), { title: _t("Checked out"), type: "success" });
        await this.reload();
    }

    messageOf({ verification, check_in_distance: distance }, problem) {
        const metres = Math.round(distance);
        switch (verification) {
            case "verified":
                return _t("Verified, %s m from the customer.", metres);
            case "out_of_range":
                return _t("Out of range, %s m from the customer.", metres);
            case "unverifiable":
                return problem || _t("The position could not be verified.");
            default:
                return _t("Have a good visit.");
        }
    }

    call(method, parameters) {
        const { resModel, resId } = this.props.record;
        return this.orm.call(resModel, method, [[resId]], parameters);
    }

    /** The other cards of a list change as well. */
    reload() {
        const { record } = this.props;
        return record.model.root === record ? record.load() : record.model.load();
    }

    async during(task) {
        this.state.busy = this.action;
        try {
            await task();
        } finally {
            this.state.busy = "";
        }
    }
}

registry.category("view_widgets").add("sales_visit_check", {
    component: VisitCheck,
    fieldDependencies: [
        { name: "display_name", type: "char" },
        { name: "is_own", type: "boolean" },
        { name: "state", type: "selection" },
        { name: "visit_policy", type: "selection" },
    ],
});
