from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 10_000


class Retention(NamedTuple):
    """How long a model keeps some of its columns.

    :ivar months: the setting of the company that holds the months, 0 for good
    :ivar company: the path from a record to its company
    :ivar moment: the field with the day, or the moment, from which they count
    :ivar fields: stored field -> what it becomes, as in `_personal_data`
    :ivar domain: the records that are meant
    """

    months: str
    company: str
    moment: str
    fields: dict
    domain: Domain = Domain.TRUE


class SalesPersonalDataMixin(models.AbstractModel):
    """A model that holds personal data, and says which: `sales.erase` asks each of them.

    An erasure overwrites the columns that a model names and no others, also of rows that are never changed otherwise:
    what is counted, and what was paid or claimed, stays. A new model inherits this and extends `_personal_data`.
    """

    _name = "sales.personal.data.mixin"
    _description = "Model with Personal Data"

    @api.model
    def _personal_data(self, person):  # pylint: disable=unused-argument # for those that extend it
        """Return what the model holds of a person.

        :param person: a contact; also its users' own data counts
        :return: a list of (domain of the records, {stored field: what it becomes, None to empty it}); a many2many
            field is emptied, and attachments in it are deleted
        """
        return []

    @api.model
    def _kept_for_a_time(self):
        """Return what the model keeps for some months only, as a list of `Retention`."""
        return []

    @api.model
    def _erase_expired(self, commit_progress):
        """Overwrite what companies keep no longer, in batches; a later run goes on.

        :param commit_progress: called after each batch with the number of records and of those that remain; a false
            answer ends the work
        :return: the number of records, and whether all is done
        """
        erased = 0
        for retention in self._kept_for_a_time():
            # As superuser: the job of all companies.
            for company in self.env["res.company"].sudo().search([(retention.months, ">", 0)]):
                old = self._expired(retention, company)
                for start in range(0, len(old), BATCH):
                    batch = old[start : start + BATCH]
                    batch._overwrite(retention.fields)
                    erased += len(batch)
                    if not commit_progress(len(batch), remaining=len(old) - start - len(batch)):
                        return erased, False
        return erased, True

    @api.model
    def _expired(self, retention, company):
        first_kept = company._sales_today() - relativedelta(months=company[retention.months])
        if self._fields[retention.moment].type == "datetime":
            first_kept = company._sales_moment(first_kept)
        domain = Domain(retention.company, "=", company.id) & Domain(retention.moment, "<", first_kept)
        return self._holding(domain & retention.domain, retention.fields)

    @api.model
    def _count_personal_data(self, person):
        """Return the number of records that hold something of the person."""
        ids = set()
        for domain, fields in self._personal_data(person):
            ids.update(self._holding(domain, fields).ids)
        return len(ids)

    @api.model
    def _erase_personal_data(self, person):
        """Overwrite what the model holds of the person.

        :return: the number of records
        """
        found = [(self._holding(domain, fields), fields) for domain, fields in self._personal_data(person)]
        for records, fields in found:
            records._overwrite(fields)
        return len(self.union(*(records for records, _fields in found)))

    @api.model
    def _holding(self, domain, fields):
        """The records of the domain, of all companies and archived ones too, in which one of the fields says something.

        As superuser: the caller has checked who asks.
        """
        model = self.sudo().with_context(active_test=False)
        model.env.flush_all()
        query = model._search(domain)
        something = SQL(" OR ").join(model._says_something(name, value) for name, value in fields.items())
        query.add_where(SQL("(%s)", something))
        return model.browse(query.get_result_ids())

    def _says_something(self, name, value):
        field = self._fields[name]
        if field.type == "many2many":
            relation, own_id = SQL.identifier(field.relation), SQL.identifier(field.column1)
            return SQL("EXISTS (SELECT FROM %s WHERE %s = %s)", relation, own_id, SQL.identifier(self._table, "id"))
        return SQL("%s IS DISTINCT FROM %s", SQL.identifier(self._table, name), value)

    def _overwrite(self, fields):
        """Overwrite the columns in one statement, whatever the model refuses to callers."""
        if not self:
            return
        columns = {name: value for name, value in fields.items() if self._fields[name].type != "many2many"}
        for name in fields.keys() - columns.keys():
            linked, field = self[name], self._fields[name]
            relation, own_id = SQL.identifier(field.relation), SQL.identifier(field.column1)
            self.env.execute_query(SQL("DELETE FROM %s WHERE %s IN %s", relation, own_id, self._ids))
            if linked._name == "ir.attachment":
                linked.unlink()
        if columns:
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s WHERE id IN %s",
                    SQL.identifier(self._table),
                    SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in columns.items()),
                    self._ids,
                )
            )
        self.invalidate_recordset(list(fields))
