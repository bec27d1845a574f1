import { registry } from "@web/core/registry";
import { redirect } from "@web/core/utils/urls";

/** The customer opens the link of the quotation, chooses other prices and signs. */
registry.category("web_tour.tours").add("sales_price_options", {
    steps: () => [
        {
            content: "See the prices of the lines",
            trigger: '[data-option="Export"] summary',
            run: "click",
        },
        {
            trigger: '[data-option="Export"] details[open]:contains(80.00)',
        },
        {
            content: "Choose the option",
            trigger: '[data-option="Export"] button:contains(Choose these prices)',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is the quotation now",
            trigger: '[data-option="Export"] .badge:contains(Your choice)',
        },
        {
            content: "The other option is gone",
            trigger: '#price_options:not(:has([data-option="Wholesale"]))',
        },
        {
            trigger: "#sales_order_table:contains(80.00)",
        },
        {
            content: "Sign",
            trigger: '.o_portal_sale_sidebar a:contains("Sign")',
            run: "click",
        },
        {
            trigger: ".modal .o_web_sign_name_and_signature input:value(Ibu Melati)",
        },
        {
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The order is confirmed",
            trigger: '#quote_content:contains("Thank You")',
        },
        {
            trigger: "#quote_content",
            run: () => redirect("/my"),
            expectUnloadPage: true,
        },
        {
            trigger: "body",
        },
    ],
});

/** The salesperson compares the lists and offers two of them. */
registry.category("web_tour.tours").add("sales_price_comparison", {
    steps: () => [
        {
            content: "Compare",
            trigger: "button[name=action_compare_pricelists]",
            run: "click",
        },
        {
            content: "The current list, and the cheapest",
            trigger: ".o_price_comparison th:contains(Retail):has(.badge:contains(Current))",
        },
        {
            trigger: ".o_price_comparison th:contains(Export):has(.badge:contains(Cheapest))",
        },
        {
            trigger: ".o_price_comparison tfoot td:contains(240.00):contains(20.0)",
        },
        {
            content: "Choose two lists",
            trigger: ".o_price_comparison th:contains(Export) input",
            run: "click",
        },
        {
            trigger: ".o_price_comparison th:contains(Wholesale) input",
            run: "click",
        },
        {
            content: "Offer them",
            trigger: ".o_price_comparison button:contains(Offer as options)",
            run: "click",
        },
        {
            content: "They are on the quotation",
            trigger: ".nav-link:contains(Price Options)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=price_option_ids]:contains(Export):contains(Wholesale)",
        },
        {
            content: "Use the third right away",
            trigger: ".nav-link:contains(Order Lines)",
            run: "click",
        },
        {
            trigger: "button[name=action_compare_pricelists]",
            run: "click",
        },
        {
            trigger: ".o_price_comparison tfoot button:contains(Use this list):last",
            run: "click",
        },
        {
            content: "The dialog is closed",
            trigger: "body:not(:has(.o_price_comparison))",
        },
    ],
});
