"""Records that an addon ships in XML files marked `noupdate`, brought to a database made by an earlier version."""

import copy
import logging

from lxml import etree

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.modules import Manifest
from odoo.tools.convert import xml_import
from odoo.tools.misc import file_open

_logger = logging.getLogger(__name__)


def rewrite_access_rules(env, addon):
    """Make the access rules of an addon what its data files say.

    Rules that the addon no longer ships are deleted. A rule that an administrator edited stays as it is, and the log
    names it.
    """
    nodes = _shipped_nodes(addon, lambda node: node.get("model") == "ir.rule")
    known = {
        data.name: env["ir.rule"].browse(data.res_id)
        for data in env["ir.model.data"].search([("module", "=", addon), ("model", "=", "ir.rule")])
    }
    for name in known.keys() - nodes.keys():
        known[name].unlink()
    # What a file leaves out has its default, and links to groups only ever add.
    defaults = {
        "groups": [Command.clear()],
        "perm_read": True,
        "perm_write": True,
        "perm_create": True,
        "perm_unlink": True,
    }
    for name in known.keys() & nodes.keys():
        if not _edited(known[name]):
            known[name].write(defaults)
    _rewrite(env, addon, nodes)


def rewrite_records(env, addon, *names):
    """Make those shipped records what the data files of the addon say, whatever their model.

    A record that an administrator edited stays as it is, and the log names it.

    :param names: XML ids without the addon's name
    """
    nodes = _shipped_nodes(addon, lambda node: node.get("id") in names)
    missing = set(names) - nodes.keys()
    if missing:
        raise ValueError(f"{addon} ships no record {', '.join(sorted(missing))}.")
    _rewrite(env, addon, nodes)


def _shipped_nodes(addon, wanted):
    """The `<record>` elements of the addon's data files that are wanted, by XML id."""
    nodes = {}
    for filename in Manifest.for_addon(addon)["data"]:
        if filename.endswith(".xml"):
            with file_open(f"{addon}/{filename}", "rb") as file:
                root = etree.parse(file).getroot()
            nodes.update((node.get("id"), node) for node in root.iter("record") if wanted(node))
    return nodes


def _rewrite(env, addon, nodes):
    root = etree.Element("odoo", noupdate="1")
    for name, node in nodes.items():
        record = env.ref(f"{addon}.{name}", raise_if_not_found=False)
        if record and _edited(record):
            _logger.warning(
                "%s.%s was edited by %s and stays as it is; the version that is installed now ships other values.",
                addon,
                name,
                record.write_uid.login,
            )
        else:
            root.append(copy.deepcopy(node))
    # As at installation: what is marked noupdate is written too.
    xml_import(env, addon, {}, "init").parse(root)


def _edited(record):
    """Tell whether a person wrote the record last, not an installation or an upgrade."""
    return bool(record.write_uid) and record.write_uid.id != SUPERUSER_ID
