import logging
from urllib.parse import unquote_plus

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...tools.jobs import LATER

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# Tells this work from that of others among PostgreSQL's advisory locks.
LOCK = 7_305_201
LONGEST_NAME = 100
LONGEST_WRITTEN = 255  # percent signs included; PostgreSQL repeats no more often
LONGEST_PAGE = 500
# Days before the last one that was written that are counted again: days of companies differ by time zone.
COUNTED_AGAIN = 2
TERMS = ("source", "medium", "campaign")


class SalesWebsiteTraffic(models.Model):
    """Visits of the website by day, page and origin, kept before the website forgets its visitors after 60 days.

    A row tells of one day, website, page and origin. The origin is what the address of the visited page says itself
    (utm_source, utm_medium, utm_campaign). Figures of a day only ever grow: a visitor who is deleted stays counted.
    """

    _name = "sales.website.traffic"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin", "sales.report.mixin"]
    _description = "Website Traffic"
    _order = "day desc, visits desc, id desc"
    _rec_name = "page"
    _log_access = False
    _period_field = "day"

    _creatable = False
    _refusal = _lt("Traffic of the website is counted, and can't be changed.")

    day = fields.Date(required=True, readonly=True, index=True, help="In the sales time zone of the website's company.")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, ondelete="cascade")
    website_key = fields.Integer(string="Website ID", required=True, readonly=True, aggregator=None)
    website = fields.Char(readonly=True)
    page = fields.Char(required=True, readonly=True, help="Address of the page, without the website and the origin.")
    source_name = fields.Char(required=True, readonly=True, help="utm_source of the address, as it was written.")
    medium_name = fields.Char(required=True, readonly=True, help="utm_medium of the address, as it was written.")
    campaign_name = fields.Char(required=True, readonly=True, help="utm_campaign of the address, as it was written.")
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True, ondelete="set null")
    medium_id = fields.Many2one(comodel_name="utm.medium", readonly=True, ondelete="set null")
    campaign_id = fields.Many2one(comodel_name="utm.campaign", readonly=True, ondelete="set null")
    visits = fields.Integer(
        readonly=True, help="Visits of the page. Within half an hour a visitor visits the same address once."
    )
    visitors = fields.Integer(
        readonly=True, help="Visitors of the page on that day. Who visits two pages, or on two days, counts twice."
    )
    leads = fields.Integer(
        readonly=True, help="Leads that visitors of the page made on that day, at the last tracked page before."
    )
    last_track_id = fields.Integer(readonly=True, aggregator=None, help="The last visit that was counted.")

    _once = models.UniqueIndex(
        "(company_id, website_key, day, page, source_name, medium_name, campaign_name)",
        "The traffic of a day is counted once.",
    )

    @api.model
    def _cron_count(self):
        """Count what was visited since the last time.

        :raise AccessError: for anyone but a sales administrator
        """
        if not self.env.user.has_group("sales_team.group_sale_manager") and not self.env.su:
            raise AccessError(self.env._("Only sales administrators have the traffic counted."))
        self._count()

    @api.model
    def _search(self, domain, *args, **kwargs):
        self._bring_up_to_date()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _bring_up_to_date(self):
        """Count the visits of today before somebody reads; who comes at the same time reads what there is."""
        if "website.track" not in self.env or self.env.cr.readonly:
            return
        try:
            with self.env.cr.savepoint():
                [[is_alone]] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s)", LOCK))
                if is_alone:
                    self._count()
        except LATER:
            _logger.info("The traffic of the website is being counted by someone else.")

    @api.model
    def _count(self):
        """Write the rows of the latest days: two statements, and none without a website."""
        if "website.track" not in self.env:
            return
        for model, names in self._sources().items():
            self.env[model].flush_model(names)
        visited = self._visited()
        found = self.env.execute_query(
            SQL("SELECT DISTINCT unnest(ARRAY[source, medium, campaign]) FROM (%s) visited", visited)
        )
        if not found:
            return
        written = [raw for (raw,) in found]
        names = [unquote_plus(raw).replace("\0", "").strip()[:LONGEST_NAME] for raw in written]
        self.env.cr.execute(
            SQL(
                """
WITH visited AS (
    %(visited)s
),
term AS (
    SELECT * FROM unnest(%(written)s::varchar[], %(names)s::varchar[]) AS term (written, name)
),
lead_of_visit AS (
    %(leads)s
),
counted AS (
    SELECT visited.company_id, visited.website_id, MAX(visited.website) AS website, visited.day, visited.page,
        source.name AS source, medium.name AS medium, campaign.name AS campaign,
        COUNT(DISTINCT visited.id) AS visits, COUNT(DISTINCT visited.visitor_id) AS visitors,
        COUNT(DISTINCT lead_of_visit.lead_id) AS leads, MAX(visited.id) AS last_track_id
    FROM visited
    JOIN term source ON source.written = visited.source
    JOIN term medium ON medium.written = visited.medium
    JOIN term campaign ON campaign.written = visited.campaign
    LEFT JOIN lead_of_visit ON lead_of_visit.track_id = visited.id
    GROUP BY visited.company_id, visited.website_id, visited.day, visited.page, source.name, medium.name, campaign.name
)
INSERT INTO sales_website_traffic AS kept (
    company_id, website_key, website, day, page, source_name, medium_name, campaign_name, source_id, medium_id,
    campaign_id, visits, visitors, leads, last_track_id
)
SELECT company_id, website_id, website, day, page, source, medium, campaign,
    (SELECT MIN(id) FROM utm_source WHERE LOWER(name) = LOWER(source)),
    (SELECT MIN(id) FROM utm_medium WHERE LOWER(name) = LOWER(medium)),
    (SELECT MIN(id) FROM utm_campaign WHERE LOWER(name) = LOWER(campaign)),
    visits, visitors, leads, last_track_id
FROM counted
ON CONFLICT (company_id, website_key, day, page, source_name, medium_name, campaign_name) DO UPDATE SET
    visits = GREATEST(kept.visits, EXCLUDED.visits),
    visitors = GREATEST(kept.visitors, EXCLUDED.visitors),
    leads = GREATEST(kept.leads, EXCLUDED.leads),
    source_id = EXCLUDED.source_id,
    medium_id = EXCLUDED.medium_id,
    campaign_id = EXCLUDED.campaign_id,
    last_track_id = GREATEST(kept.last_track_id, EXCLUDED.last_track_id)
WHERE (EXCLUDED.visits, EXCLUDED.visitors, EXCLUDED.leads) <> (kept.visits, kept.visitors, kept.leads)
    OR (EXCLUDED.source_id, EXCLUDED.medium_id, EXCLUDED.campaign_id)
        IS DISTINCT FROM (kept.source_id, kept.medium_id, kept.campaign_id)
""",
                visited=visited,
                written=written,
                names=names,
                leads=self._leads(),
            )
        )
        if self.env.cr.rowcount:
            self.invalidate_model()

    @api.model
    def _visited(self) -> SQL:
        """The visits of the latest days: which page on which day, and what the address says of their origin."""
        terms = SQL(", ").join(
            SQL(
                "COALESCE(SUBSTRING(track.url FROM %s), '') AS %s",
                f"[?&]utm_{term}=([^&#]{{0,{LONGEST_WRITTEN}}})",
                SQL.identifier(term),
            )
            for term in TERMS
        )
        return SQL(
            """
    SELECT *
    FROM (
        SELECT track.id, track.visitor_id, track.visit_datetime, website.id AS website_id, website.name AS website,
            company.id AS company_id, company.sales_tz,
            (track.visit_datetime AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date AS day,
            LEFT(
                COALESCE(page.url, NULLIF(SUBSTRING(track.url FROM '^(?:[a-z]+://[^/?#]*)?([^?#]*)'), ''), '/'),
                %(longest)s
            ) AS page,
            %(terms)s
        FROM website_track track
        JOIN website_visitor visitor ON visitor.id = track.visitor_id
        JOIN website ON website.id = visitor.website_id
        JOIN res_company company ON company.id = website.company_id
        LEFT JOIN website_page page ON page.id = track.page_id
        WHERE track.id > COALESCE((
            SELECT MAX(last_track_id) FROM sales_website_traffic
            WHERE day < (SELECT MAX(day) FROM sales_website_traffic) - %(days)s
        ), 0)
    ) track
    WHERE day >= COALESCE((SELECT MAX(day) FROM sales_website_traffic) - %(days)s, '-infinity')""",
            longest=LONGEST_PAGE,
            terms=terms,
            days=COUNTED_AGAIN,
        )

    @api.model
    def _leads(self) -> SQL:
        """The leads that visitors made, each with the last visit before it on the same day."""
        if "visitor_ids" not in self.env["crm.lead"]._fields:
            return SQL("SELECT NULL::int AS lead_id, NULL::int AS track_id WHERE FALSE")
        return SQL("""
    SELECT DISTINCT ON (lead.id) lead.id AS lead_id, visited.id AS track_id
    FROM visited
    JOIN crm_lead_website_visitor_rel made ON made.website_visitor_id = visited.visitor_id
    JOIN crm_lead lead ON lead.id = made.crm_lead_id
    WHERE lead.create_date >= visited.visit_datetime - INTERVAL '1 minute'
        AND (lead.create_date AT TIME ZONE 'UTC' AT TIME ZONE visited.sales_tz)::date = visited.day
    ORDER BY lead.id, visited.visit_datetime DESC, visited.id DESC""")

    @api.model
    def _sources(self):
        sources = {
            "website.track": ["page_id", "url", "visit_datetime", "visitor_id"],
            "website.visitor": ["website_id"],
            "website": ["company_id", "name"],
            "website.page": ["url"],
            "res.company": ["sales_tz"],
            "utm.source": ["name"],
            "utm.medium": ["name"],
            "utm.campaign": ["name"],
        }
        if "visitor_ids" in self.env["crm.lead"]._fields:
            sources["crm.lead"] = ["visitor_ids"]
        return sources
