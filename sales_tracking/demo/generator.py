import random

from odoo import api, models

from . import (
    audiences,
    calls,
    catalogue,
    chats,
    conversations,
    customers,
    deals,
    dunning,
    followups,
    funnel,
    interactions,
    invoices,
    journey,
    margins,
    orders,
    people,
    pipeline,
    price_options,
    prices,
    sales_forms,
    visits,
)
from .story import Story

SEED = 19


class SalesDemo(models.AbstractModel):
    """Demo data: a year in the life of an Indonesian trading company, ending today."""

    _name = "sales.demo"
    _description = "Sales Tracking Demo Data"

    @api.model
    def _generate(self):
        """Create the demo company with its people and its year of sales, unless it is there already."""
        if self.env.ref("sales_tracking.demo_company", raise_if_not_found=False):
            return
        story = Story(env=self.env, rng=random.Random(SEED))
        people.create_company(story)
        people.create_users(story)
        catalogue.create_catalogue(story)
        customers.create_customers(story)
        plan = deals.plan_deals(story)
        funnel.vary_paths(plan)
        pipeline.create_leads(story, plan)
        orders.create_orders(story, plan)
        interactions.create_interactions(story, plan)
        invoices.create_invoices(story, plan)
        conversations.create_conversations(story, plan)
        visits.create_visits(story)
        journey.create_journey(story)
        funnel.create_history(story, plan)
        audiences.create_audiences(story, plan)
        followups.create_followups(story, plan)
        prices.create_prices(story)
        price_options.create_price_options(story, plan)
        margins.create_margins(story, plan)
        sales_forms.create_sales_forms(story, plan)
        dunning.create_dunning(story)
        calls.create_calls(story)
        chats.create_chats(story)

    @api.model
    def _create_warehouse(self):
        """Create the warehouse of the demo company once Inventory has been installed after the demo data."""
        company = self.env.ref("sales_tracking.demo_company", raise_if_not_found=False)
        if company:
            people.create_warehouse(self.env, company)

    @api.model
    def _release(self):
        """Take back the external ids of the demo records, for an uninstallation.

        Otherwise it would delete people, teams and price lists that sale, crm and account go on using.
        """
        self.env["ir.model.data"].search([("module", "=", "sales_tracking"), ("name", "=like", r"demo\_%")]).unlink()
