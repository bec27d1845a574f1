import { Component, onWillStart, useState } from "@odoo/owl";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";

/** A quotation at the prices of each list: lines below each other, lists side by side. */
export class PriceComparison extends Component {
    static template = "sales_tracking.PriceComparison";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ chosen: {}, busy: false });
        this.orderIds = [this.props.action.params.order_id];
        onWillStart(async () => {
            this.grid = await this.orm.call("sale.order", "get_price_comparison_screen", [this.orderIds]);
            const totals = this.grid.pricelists.map((version) => version.total);
            this.cheapest = Math.min(...totals);
            this.isWorthMarking = new Set(totals).size > 1;
            this.hasMargin = this.grid.pricelists.some((version) => "margin" in version);
            this.current = this.grid.pricelists.find((version) => version.id === this.grid.pricelist_id);
        });
    }

    get chosenIds() {
        return this.grid.pricelists.map((version) => version.id).filter((id) => this.state.chosen[id]);
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.grid.currency_id });
    }

    quantity(line) {
        return `${formatFloat(line.quantity, { trailingZeros: false })} ${line.unit || ""}`;
    }

    percent(discount) {
        return `−${formatFloat(discount, { digits: [16, 2], trailingZeros: false })} %`;
    }

    isCheapest(version) {
        return this.isWorthMarking && version.total === this.cheapest;
    }

    /** By how much the list's total differs from the quotation's as it is now. */
    difference(version) {
        const difference = version.total - this.grid.total;
        if (Math.abs(difference) < 0.005) {
            return _t("as now");
        }
        const share = this.grid.total ? ` (${this.signed((100 * difference) / Math.abs(this.grid.total))} %)` : "";
        return `${difference > 0 ? "+" : "−"}${this.money(Math.abs(difference))}${share}`;
    }

    signed(number) {
        return `${number > 0 ? "+" : "−"}${formatFloat(Math.abs(number), { digits: [16, 1] })}`;
    }

    /** How the subtotal compares with that of the current list. */
    lineClass(version, index) {
        const now = this.current?.lines[index].subtotal;
        const subtotal = version.lines[index].subtotal;
        if (now === undefined || now === subtotal) {
            return "";
        }
        return subtotal < now ? "text-success" : "text-danger";
    }

    toggle(version) {
        this.state.chosen[version.id] = !this.state.chosen[version.id];
    }

    async usePricelist(version) {
        await this.change("action_use_pricelist", [version.id], _t("The quotation has the prices of %s.", version.name));
    }

    async offerOptions() {
        await this.change(
            "action_create_price_options",
            [this.chosenIds],
            _t("The customer can choose among these price lists on the quotation's page.")
        );
    }

    async change(method, args, message) {
        this.state.busy = true;
        try {
            await this.orm.call("sale.order", method, [this.orderIds, ...args]);
        } finally {
            this.state.busy = false;
        }
        this.notification.add(message, { type: "success" });
        await this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("sales_price_comparison", PriceComparison);
