"""The addons' views as their files have them, without a server."""

import re

from lxml import etree

from dev.paths import ADDONS, ROOT

READ_IN_TEMPLATE = re.compile(r"record\.(\w+)\.(?:raw_value|value)")


def test_cards_read_fields_that_their_kanban_loads():
    """A card that reads another field ends in an error of the browser."""
    missing = {}
    for path in sorted(path for addon in ADDONS for path in (ROOT / addon).rglob("*.xml")):
        for kanban in etree.parse(path).iter("kanban"):
            loaded = {field.get("name") for field in kanban.iter("field")}
            read = set(READ_IN_TEMPLATE.findall(etree.tostring(kanban).decode()))
            if read - loaded:
                missing[f"{path.relative_to(ROOT)}:{kanban.sourceline}"] = read - loaded
    assert not missing
