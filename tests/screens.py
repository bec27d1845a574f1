"""Window actions as the web client opens them, without the pixels: for tests and benchmarks."""

from types import SimpleNamespace
from xml.etree import ElementTree

ACTION_FIELDS = ["name", "res_model", "views", "domain", "context", "search_view_id", "group_ids"]
NUMBERS = ("integer", "float", "monetary")


class Screen:
    """A window action as the web client opens it for a user, without the pixels."""

    page = 80  # records of a list

    def __init__(self, client, action, uid):
        self.client = client
        self.model = action["res_model"]
        known = {"uid": uid, "__builtins__": {}}
        self.domain = eval(action["domain"] or "[]", known)
        self.context = {"lang": "en_US", **eval(action["context"] or "{}", known)}
        search = action["search_view_id"] and action["search_view_id"][0]
        opened = self.call(
            "get_views",
            views=[*action["views"], [search, "search"]],
            options={"action_id": action["id"], "toolbar": True, "load_filters": True},
        )
        self.fields = opened["models"][self.model]["fields"]
        self.views = {kind: ElementTree.fromstring(view["arch"]) for kind, view in opened["views"].items()}
        self.filters = [
            SimpleNamespace(
                name=node.get("name"),
                domain=eval(node.get("domain") or "[]", known),
                group_by=eval(node.get("context") or "{}", known).get("group_by"),
            )
            for node in self.views["search"].iter("filter")
        ]

    def call(self, method, **arguments):
        return self.client.call(self.model, method, context=self.context, **arguments)

    def open(self):
        """Load what each view shows first: the default filters on, groups closed and unfolded."""
        for kind in self.views:
            if kind != "search":
                self.open_view(kind, *self.defaults())

    def defaults(self):
        """The domain and the groups that the filters give that are on at first."""
        on = [each for each in self.filters if self.context.get(f"search_default_{each.name}")]
        domain = [*self.domain, *(condition for each in on for condition in each.domain)]
        return domain, [group for each in on for group in self.grouping(each)] or self.group_by_of_context()

    def open_view(self, kind, domain, groups):
        getattr(self, f"open_{kind}")(self.views[kind], domain, groups)

    def grouping(self, filter_):
        name, _, interval = (filter_.group_by or "").partition(":")
        if name and self.fields[name]["type"] in ("date", "datetime"):
            return [f"{name}:{interval or 'month'}"]
        return [filter_.group_by] if name else []

    def group_by_of_context(self):
        groups = self.context.get("group_by", [])
        return [groups] if isinstance(groups, str) else groups

    def open_list(self, arch, domain, groups):
        specification = self.specification(arch)
        self.call("web_search_read", domain=domain, specification=specification, limit=self.page, count_limit=10001)
        if arch.get("default_group_by") or groups:
            self.call(
                "web_read_group",
                domain=domain,
                groupby=groups or [arch.get("default_group_by")],
                aggregates=self.totals(arch),
                auto_unfold=True,
                unfold_read_specification=specification,
            )

    open_kanban = open_hierarchy = open_list

    def open_calendar(self, arch, domain, _groups):
        start = arch.get("date_start")
        self.call(
            "search_read",
            domain=[*domain, [start, ">=", "2000-01-01"]],
            fields=[start, *self.specification(arch)],
            limit=80,
        )

    def open_form(self, arch, domain, _groups):
        specification = self.specification(arch)
        ids = self.call("search", domain=self.domain, limit=3)
        self.call("web_read", ids=ids, specification=specification)
        if arch.get("create") != "0" and self.client.call(self.model, "has_access", operation="create"):
            self.call("onchange", ids=[], values={}, field_names=[], fields_spec=specification)

    def open_activity(self, arch, domain, _groups):
        self.call("web_search_read", domain=domain, specification=self.specification(arch), limit=100)
        self.client.call("mail.activity", "get_activity_data", res_model=self.model, domain=domain, limit=100)

    def open_pivot(self, arch, domain, groups):
        rows = groups or self.axis(arch, "row")
        columns = self.axis(arch, "col")
        for groupby in ([], rows, columns, [*rows, *columns]):
            self.call("formatted_read_group", domain=domain, groupby=groupby, aggregates=self.measures())
        self.call(
            "formatted_read_grouping_sets",
            domain=domain,
            grouping_sets=[[], rows, [*rows, *columns]],
            aggregates=self.measures(),
        )

    def open_graph(self, arch, domain, groups):
        groups = groups or [
            self.interval(node)
            for node in arch
            if node.get("type") != "measure"
            and self.fields[node.get("name")]["type"] not in NUMBERS
            and not node.get("invisible")
        ]
        self.call("formatted_read_group", domain=domain, groupby=groups, aggregates=self.measures())

    def axis(self, arch, kind):
        return [self.interval(node) for node in arch if node.get("type") == kind]

    def interval(self, node):
        name = node.get("name")
        is_date = self.fields[name]["type"] in ("date", "datetime")
        return f"{name}:{node.get('interval') or 'month'}" if is_date else name

    def measures(self):
        """All that the reader can choose."""
        return [
            "__count",
            *(
                f"{name}:{field['aggregator']}"
                for name, field in self.fields.items()
                if field["type"] in NUMBERS and field.get("aggregator") and field.get("store") and name != "id"
            ),
        ]

    def totals(self, arch):
        return [
            f"{node.get('name')}:{self.fields[node.get('name')]['aggregator']}"
            for node in arch
            if node.tag == "field" and node.get("sum") and self.fields[node.get("name")].get("aggregator")
        ]

    def specification(self, arch):
        """What web_read is asked for: the fields of the view, with those of the lists and cards inside it."""
        specification = {}
        for node in own_fields(arch):
            inside = {}
            for view in node:
                if view.tag in ("list", "kanban", "form"):
                    inside.update({sub.get("name"): {} for sub in own_fields(view)})
            if not inside and node.get("invisible") not in ("1", "True"):
                inside = {"display_name": {}}
            relational = self.fields[node.get("name")].get("relation")
            specification[node.get("name")] = {"fields": inside} if relational and inside else {}
        return specification


def own_fields(arch):
    """The field nodes of a view, without those of the views inside its fields."""
    for node in arch:
        if node.tag == "field":
            yield node
        else:
            yield from own_fields(node)


def actions_of_menus(client):
    """The window actions that the user finds in the menus of the application."""
    menus = client.call("ir.ui.menu", "load_menus", debug=False)
    menus = {str(key): menu for key, menu in menus.items()}
    [root] = [menu for menu in menus.values() if menu.get("xmlid") == "sales_tracking.menu_root"]
    actions = set()
    open_menus = [root]
    while open_menus:
        menu = open_menus.pop()
        open_menus += [menus[str(child)] for child in menu["children"]]
        if menu["action_model"] == "ir.actions.act_window":
            actions.add(menu["action_id"])
    return actions


def test_every_filter_works(demo):
    client = demo.clients["sari"]
    [user] = client.call("res.users", "search_read", domain=[["login", "=", "sari"]], fields=["id"])
    for action in demo.actions:
        if not client.call(action["res_model"], "has_access", operation="read"):
            continue
        screen = Screen(client, action, user["id"])
        for each in screen.filters:
            if each.group_by:
                screen.call("formatted_read_group", domain=[], groupby=screen.grouping(each), aggregates=["__count"])
            screen.call("search_count", domain=each.domain)
