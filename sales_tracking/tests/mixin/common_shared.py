from contextlib import contextmanager

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user


class SharedRecordsCase:
    """Who changes the settings of an addon that all companies share; the tests of an addon name them with values.

    :cvar str addon: the addon, whose models are looked through
    :cvar dict values: values of a new record by model, or a function that returns them for a company or none
    """

    allow_inherited_tests_method = True
    addon = None
    values = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "sales_team.group_sale_manager,account.group_account_manager"
        cls.of_one = cls._manager("of_one", cls.company, groups)
        cls.of_all = cls._manager("of_all", cls.company | cls.env["res.company"].search([]), groups)
        cls.system = cls._manager("system", cls.company, f"{groups},base.group_system")

    @classmethod
    def _manager(cls, login, companies, groups):
        return new_test_user(
            cls.env, login=login, groups=groups, company_id=companies[0].id, company_ids=[Command.set(companies.ids)]
        )

    def _models(self):
        return [model for model in self.env.values() if model._original_module == self.addon and not model._abstract]

    def _shared_models(self):
        """The models that people change and whose records need no company."""
        changed = {
            access.model_id.model
            for access in self.env["ir.model.access"].search([])
            if access.perm_write or access.perm_create or access.perm_unlink
        }
        return {
            model._name
            for model in self._models()
            if model._name in changed and not model._transient and not self._belongs_to_a_company(model)
        }

    def _belongs_to_a_company(self, model):
        rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
        if "company_id" not in model._fields:
            # A part of something that has one.
            return any(".company_id" in rule.domain_force for rule in rules)
        field = model._fields["company_id"]
        while field.related:
            *path, name = field.related.split(".")
            owner = model
            for step in path:
                owner = owner[step]
            field, model = owner._fields[name], owner
        return field.required

    def _new(self, model_name, company=None):
        """A record of the model as the superuser makes it, of a company or of all."""
        model = self.env[model_name]
        values = self.values[model_name]
        values = values(self, company) if callable(values) else dict(values)
        if "company_id" in model._fields and not model._fields["company_id"].related:
            values["company_id"] = company and company.id
        return model.sudo().create(values), values

    def _some(self, values):
        return dict(list(values.items())[:1])

    @contextmanager
    def _refused(self):
        with self.assertRaises(AccessError) as caught:
            yield
        self.assertIn("shared by all companies", str(caught.exception))

    def test_every_shared_model_is_known(self):
        self.assertEqual(self._shared_models(), set(self.values))
        for model_name in self.values:
            self.assertIsInstance(self.env[model_name], self.env.registry["sales.shared.mixin"])

    def test_wizards_are_their_makers(self):
        for model in self._models():
            if model._transient:
                rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
                self.assertTrue(any("create_uid" in rule.domain_force for rule in rules), model._name)

    def test_all_read_what_is_shared(self):
        for model_name in self.values:
            record, _values = self._new(model_name)
            for user in (self.of_one, self.of_all, self.system, self.foreign_user):
                self.assertTrue(record.with_user(user).has_access("read"), model_name)

    def test_who_changes_what_is_shared(self):
        for model_name in self.values:
            with self.subTest(model=model_name):
                record, values = self._new(model_name)
                some_value = self._some(values)
                for user in (self.of_all, self.system):
                    record.with_user(user).write(some_value)
                refused = record.with_user(self.of_one)
                with self._refused():
                    refused.write(some_value)
                with self._refused():
                    refused.unlink()
                record.with_user(self.of_all).unlink()
                with self._refused():
                    refused.create(values)
                for user in (self.of_all, self.system):
                    self.env[model_name].with_user(user).create(values).unlink()

    def test_nobody_changes_another_company(self):
        for model_name in self.values:
            if "company_id" not in self.env[model_name]._fields:
                continue
            with self.subTest(model=model_name):
                record, values = self._new(model_name, self.company_2)
                refused = record.with_user(self.of_one)
                with self.assertRaises(AccessError) as write_error:
                    refused.write(self._some(values))
                with self.assertRaises(AccessError) as unlink_error:
                    refused.unlink()
                for error in (write_error, unlink_error):
                    self.assertNotIn(self.company_2.name, str(error.exception))
                    self.assertNotIn(record.display_name, str(error.exception))

    def test_ones_own_is_not_given_to_all(self):
        for model_name in self.values:
            field = self.env[model_name]._fields.get("company_id")
            if not field or field.related:
                continue
            with self.subTest(model=model_name):
                record, _values = self._new(model_name, self.company)
                own = record.with_user(self.of_one)
                own.write({"company_id": self.company.id})
                for company in (False, self.company_2.id):
                    with self.assertRaises(AccessError):
                        own.write({"company_id": company})
                record.with_user(self.of_all).company_id = False

    def test_the_only_company_shares_with_itself(self):
        # Users of the others would not let them be archived.
        self.env.cr.execute("UPDATE res_company SET active = FALSE WHERE id != %s", [self.company.id])
        self.env["res.company"].invalidate_model(["active"])
        for model_name in self.values:
            with self.subTest(model=model_name):
                record, values = self._new(model_name)
                own = record.with_user(self.of_one)
                own.write(self._some(values))
                own.unlink()
