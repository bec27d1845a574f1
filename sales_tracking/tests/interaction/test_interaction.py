from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestInteraction(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "Trade Fair"})
        cls.opportunity = cls.env["crm.lead"].create(
            {
                "name": "Pepper for the season",
                "type": "opportunity",
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "partner_id": cls.contact.id,
                "source_id": cls.source.id,
                "company_id": cls.company.id,
            }
        )

    def _log(self, **vals):
        return self.env["sales.interaction"].create({"kind": "call", **vals})

    def test_takes_what_the_lead_knows(self):
        interaction = self._log(lead_id=self.opportunity.id)
        self.assertEqual(interaction.partner_id, self.contact)
        self.assertEqual(interaction.commercial_partner_id, self.customer)
        self.assertEqual(interaction.team_id, self.team)
        self.assertEqual(interaction.source_id, self.source)
        self.assertEqual(interaction.company_id, self.company)

    def test_the_team_of_another_company_is_not_taken(self):
        self.salesperson.company_ids |= self.company_2
        interaction = self._log(user_id=self.salesperson.id, company_id=self.company_2.id)
        self.assertFalse(interaction.team_id)
        self.assertEqual(self._log(user_id=self.salesperson.id).team_id, self.team)

    def test_counted_on_the_lead_and_the_customer(self):
        self._log(lead_id=self.opportunity.id)
        self.assertEqual(self.opportunity.with_user(self.salesperson).interaction_count, 1)
        self.assertEqual(self.contact.interaction_count, 1)
        self.assertEqual(self.customer.interaction_count, 1)

    def test_survives_its_lead_and_order(self):
        order = self._order(opportunity_id=self.opportunity.id)
        order._action_cancel()
        interactions = self._log(lead_id=self.opportunity.id) | self._log(order_id=order.id)
        order.unlink()
        self.opportunity.unlink()
        interactions.invalidate_recordset()
        self.assertEqual(interactions.exists(), interactions)
        self.assertFalse(interactions.lead_id)
        self.assertFalse(interactions.order_id)
        self.assertEqual(interactions.partner_id, self.contact)

    def test_follows_a_merge(self):
        other = self.opportunity.copy({"name": "The same pepper"})
        interactions = self._log(lead_id=self.opportunity.id) | self._log(lead_id=other.id)
        merged = (self.opportunity | other).merge_opportunity()
        self.assertEqual(interactions.lead_id, merged)
        self.assertEqual(merged.interaction_count, 2)

    def test_a_merge_leaves_the_sources_as_they_were(self):
        other = self.opportunity.copy(
            {"name": "The same pepper", "source_id": self.env["utm.source"].create({"name": "Facebook"}).id}
        )
        interactions = self._log(lead_id=self.opportunity.id) | self._log(lead_id=other.id)
        sources = interactions.mapped("source_id")
        (self.opportunity | other).merge_opportunity()
        self.assertEqual(len(sources), 2)
        self.assertEqual(interactions.mapped("source_id"), sources)

    def test_the_time_before_the_lead_had_a_customer(self):
        lead = self.env["crm.lead"].create({"name": "Somebody", "company_id": self.company.id})
        interaction = self._log(lead_id=lead.id)
        self.assertFalse(interaction.partner_id)
        lead.partner_id = self.contact
        self.assertRecordValues(
            interaction, [{"partner_id": self.contact.id, "commercial_partner_id": self.customer.id}]
        )

    def test_a_retry_gives_back_the_first(self):
        first = self._log(source_key="call:1", note="first")
        again = self._log(source_key="call:1", note="again")
        self.assertEqual(again, first)
        self.assertEqual(first.note, "first")
        batch = self.env["sales.interaction"].create(
            [
                {"kind": "call", "source_key": "call:2"},
                {"kind": "call"},
                {"kind": "call", "source_key": "call:2"},
                {"kind": "call", "source_key": "call:1"},
            ]
        )
        self.assertEqual(len(batch), 4)
        self.assertEqual(batch[0], batch[2])
        self.assertEqual(batch[3], first)
        self.assertEqual(len(set(batch.ids)), 3)

    def test_a_key_is_unique_within_a_company(self):
        first = self._log(source_key="call:1")
        elsewhere = self._log(source_key="call:1", company_id=self.company_2.id)
        self.assertNotEqual(first, elsewhere)

    def test_a_retry_by_a_person_who_can_not_read_the_first(self):
        first = self._log(source_key="call:1", user_id=self.peer.id)
        again = (
            self.env["sales.interaction"].with_user(self.salesperson).create({"kind": "call", "source_key": "call:1"})
        )
        self.assertEqual(again.id, first.id)
        with self.assertRaises(AccessError):
            again.check_access("read")

    def test_only_on_documents_that_one_may_open(self):
        foreign_lead = self.env["crm.lead"].create({"name": "The peer's", "user_id": self.peer.id})
        foreign_order = self._order(user=self.peer)
        interactions = self.env["sales.interaction"].with_user(self.salesperson)
        own = interactions.create({"kind": "call", "lead_id": self.opportunity.id})
        for vals in ({"lead_id": foreign_lead.id}, {"order_id": foreign_order.id}):
            with self.assertRaises(AccessError):
                interactions.create({"kind": "call", **vals})
            with self.assertRaises(AccessError):
                own.write(vals)

    def test_outcome_of_another_kind_is_refused(self):
        with self.assertRaises(ValidationError):
            self._log(kind="visit", outcome_id=self.env.ref("sales_tracking.sales_interaction_outcome_voicemail").id)

    def test_future_and_negative_are_refused(self):
        with self.assertRaises(ValidationError):
            self._log(date=fields.Datetime.add(fields.Datetime.now(), days=3))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._log(duration=-1).flush_recordset()

    def test_who_reads_and_writes(self):
        own = self._log(user_id=self.salesperson.id, team_id=self.team.id)
        on_own_lead = self._log(user_id=self.peer.id, lead_id=self.opportunity.id)
        others = self._log(user_id=self.peer.id, team_id=self.team.id)

        def visible(user):
            return (
                self.env["sales.interaction"].with_user(user).search([("id", "in", (own | on_own_lead | others).ids)])
            )

        self.assertEqual(visible(self.salesperson), own | on_own_lead)
        self.assertEqual(visible(self.lead_user), own | on_own_lead | others)
        self.assertFalse(visible(self.foreign_user))
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                visible(user)
        unassigned = self.env["crm.lead"].create({"name": "Nobody's", "user_id": False, "company_id": self.company.id})
        on_unassigned = self._log(user_id=False, lead_id=unassigned.id)
        interactions = self.env["sales.interaction"].with_user(self.salesperson)
        self.assertEqual(interactions.search([("id", "in", on_unassigned.ids)]), on_unassigned)
        with self.assertRaises(AccessError):
            others.with_user(self.salesperson).note = "changed"
        with self.assertRaises(AccessError):
            own.with_user(self.salesperson).unlink()
