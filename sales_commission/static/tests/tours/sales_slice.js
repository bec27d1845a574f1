import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** From the home screen to a screen of the application, by its menus. */
const openMenu = (section, item) => [
    ...stepUtils.goToAppSteps("sales_tracking.menu_root"),
    {
        content: `Open the menu ${section}`,
        trigger: `.o_menu_sections [data-menu-xmlid="sales_tracking.${section}"]`,
        run: "click",
    },
    {
        content: `Choose ${item}`,
        trigger: `.o-dropdown--menu [data-menu-xmlid="${item}"]`,
        run: "click",
    },
];

const openRecord = (text) => ({
    content: `Open ${text}`,
    trigger: `.o_data_row:contains(${text}) .o_data_cell:first, .o_kanban_record:contains(${text})`,
    run: "click",
});

const removeFilters = (...names) =>
    names.map((name) => ({
        content: `Remove the filter ${name}`,
        trigger: `.o_searchview_facet:contains(${name}) .o_facet_remove`,
        run: "click",
    }));

const see = (content, trigger) => ({ content, trigger });

const register = (amount, state) => [
    {
        content: "Register a payment",
        trigger: "button[name=action_register_payment]:visible",
        run: "click",
    },
    {
        content: `Of ${amount}`,
        trigger: ".modal .o_field_widget[name=amount] input",
        run: `edit ${amount} && press Tab`,
    },
    {
        content: "Create it",
        trigger: ".modal button[name=action_create_payments]",
        run: "click",
    },
    see(`The invoice is ${state}`, `body:not(:has(.modal)) .ribbon:contains(${state})`),
];

registry.category("web_tour.tours").add("sales_slice_deal", {
    steps: () => [
        ...openMenu("menu_activity", "sales_tracking.menu_crm_pipeline"),
        openRecord("Pepper for the season"),
        stepUtils.autoExpandMoreButtons(),
        {
            content: "Log a call",
            trigger: "button[name=action_log_interaction]",
            run: "click",
        },
        {
            content: "It is a call",
            trigger: ".modal [name=kind] .o_selection_badge:contains(Call)",
            run: "click",
        },
        {
            content: "It was answered",
            trigger: ".modal [name=outcome_id] .o_selection_badge:contains(Answered)",
            run: "click",
        },
        {
            content: "Log it",
            trigger: ".modal-footer button:contains(Log)",
            run: "click",
        },
        stepUtils.autoExpandMoreButtons(),
        see(
            "It is counted",
            "body:not(:has(.modal)) button[name=action_view_interactions]:contains(1)"
        ),
        {
            content: "The deal is won",
            trigger: "button[name=action_set_won_rainbowman]",
            run: "click",
        },
        see("The ribbon says so", ".ribbon:contains(Won)"),
        {
            content: "Make a quotation of it",
            trigger: "button[name=action_sale_quotations_new]",
            run: "click",
        },
        {
            content: "Add a product",
            trigger: ".o_field_widget[name=order_line] .o_field_x2many_list_row_add a:first",
            run: "click",
        },
        {
            content: "Look for pepper",
            trigger:
                ".o_selected_row [name=product_template_id] input, .o_selected_row [name=product_id] input",
            run: "edit Pepper",
        },
        {
            content: "Take it",
            trigger: ".o-autocomplete--dropdown-item:contains(Pepper):not(:contains(Create))",
            run: "click",
        },
        {
            content: "Ten of them",
            trigger: ".o_selected_row .o_field_widget[name=product_uom_qty] input",
            run: "edit 10 && press Tab",
        },
        see("For 1,000 in all", ".o_field_widget[name=tax_totals]:contains(1,000.00)"),
        {
            content: "Confirm",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        see("It is an order", ".o_arrow_button_current:contains(Sales Order)"),
    ],
});

registry.category("web_tour.tours").add("sales_slice_invoice", {
    steps: () => [
        ...openMenu("menu_quotations", "sales_tracking.menu_sale_order"),
        openRecord("Toko Melati"),
        {
            content: "Create the invoice",
            trigger: "button#create_invoice",
            run: "click",
        },
        {
            content: "Of all that was ordered",
            trigger: ".modal button[name=create_invoices]",
            run: "click",
        },
        {
            content: "Post it",
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        see("It is posted", ".o_arrow_button_current:contains(Posted)"),
        ...register(300, "Partial"),
        ...register(700, "Paid"),
    ],
});

registry.category("web_tour.tours").add("sales_slice_figures", {
    steps: () => [
        ...openMenu("menu_reporting", "sales_tracking.menu_sales_achievement"),
        see("The invoiced amount in the pivot", ".o_pivot_cell_value:contains(1,000.00)"),
        {
            content: "As a list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        ...removeFilters("Invoiced"),
        ...[
            ["Interactions", "0.00"],
            ["Deals Won", "1,200.00"],
            ["Ordered", "1,000.00"],
            ["Invoiced", "1,000.00"],
            ["Collected", "300.00"],
            ["Collected", "700.00"],
        ].map(([basis, amount]) =>
            see(
                `${amount} ${basis}`,
                `.o_data_row:has([name=basis]:contains(${basis})) [name=amount]:contains(${amount})`
            )
        ),
        ...openMenu("menu_performance", "sales_target.menu_sales_target_mine"),
        see("A quarter of the target", ".o_kanban_record [name=attainment]:contains(25%)"),
        openRecord("Invoiced"),
        see("And the same on the target", ".o_form_view [name=attainment]:contains(25%)"),
        see("3,000 are missing", ".o_form_view [name=gap]:contains(3,000)"),
    ],
});

registry.category("web_tour.tours").add("sales_slice_compute", {
    steps: () => [
        ...openMenu("menu_performance", "sales_commission.menu_sales_commission_plan"),
        openRecord("Salespeople"),
        {
            content: "Compute the plan",
            trigger: "button[name=action_compute_now]",
            run: "click",
        },
        see("Two payments earned", ".o_notification:contains(Entries added: 2)"),
        {
            content: "Compute again",
            trigger: "button[name=action_compute_now]:enabled",
            run: "click",
        },
        see("Nothing more", ".o_notification:contains(Nothing to add to the ledger)"),
        {
            content: "Open the statements",
            trigger: "button[name=action_open_statements]",
            run: "click",
        },
        openRecord("Salespeople"),
        see("5 % of 1,000", ".o_form_view .o_field_widget[name=payable_amount]:contains(50)"),
        see(
            "How the first payment earned",
            ".o_field_widget[name=entry_ids] [name=explanation]:contains(300.00 × 5)"
        ),
    ],
});

registry.category("web_tour.tours").add("sales_slice_confirm", {
    steps: () => [
        ...openMenu("menu_performance", "sales_commission.menu_sales_commission_statement"),
        openRecord("Salespeople"),
        {
            content: "Confirm the statement",
            trigger: ".o_form_statusbar .o_statusbar_buttons button:contains(Confirm)",
            run: "click",
        },
        see("What will be paid", ".modal [name=payable_amount]:contains(50)"),
        {
            content: "Yes, lock it",
            trigger: ".modal-footer button[name=action_confirm]",
            run: "click",
        },
        see("It is confirmed", ".o_arrow_button_current:contains(Confirmed)"),
        see("By whom is on it", ".o_field_widget[name=confirmed_by_id]"),
    ],
});
