import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("sales_interaction_two_taps", {
    steps: () => [
        {
            content: "The first tap: the button is there without a menu",
            trigger: "button[name=action_log_interaction]:visible",
            run: "click",
        },
        {
            content: "The second tap: a call is logged",
            trigger: ".modal-footer button[name=action_log]",
            run: "click",
        },
        {
            content: "The dialog is closed, the contact is there",
            trigger: "body:not(:has(.modal)) button[name=action_log_interaction]:visible",
        },
    ],
});
