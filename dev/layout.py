"""Checks of the floor plan: one folder for each capability, one file for each model, no import circle.

The rule is in CONTRIBUTING.md. A finding is a line of text that says where, what, and what to do.
"""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PARTS = ("models", "report", "wizard")
# Parts whose folders carry the name of a capability, that is, of a folder under one of PARTS.
NAMED_AFTER = ("views", "security", "data", "tests", "report", "wizard")
# Folders for what belongs to no capability alone; core takes the words of dashboards from data/files.
SHARED = {"mixin", "tools", "access", "files"}
# The facts that every report reads are no report themselves.
FACTS = {"sales.achievement"}


def findings(root, addons):
    """What breaks the rule, in the addons under the root."""
    root = Path(root)
    found = []
    for addon in addons:
        for path in sorted(path for part in PARTS for path in (root / addon / part).rglob("*.py")):
            if path.name != "__init__.py":
                found += _file_findings(path.relative_to(root), ast.parse(path.read_text()))
        found += _folder_findings(root / addon)
    return [*found, *_import_findings(root, addons)]


def _file_findings(path, tree):
    models = [model for node in tree.body if isinstance(node, ast.ClassDef) and (model := _Model.of(node))]
    if not models:
        return
    part = path.parts[1]
    if not any(_named_after(path.stem, name) for model in models for name in model.names):
        yield f"{path}: defines {models[0].names[0]}; call it {models[0].names[0].replace('.', '_')}[_<aspect>].py"
    for model in models:
        if model.transient and model.own and part == "models":
            yield f"{path}: {model.names[0]} is a wizard; move it to wizard/"
        if model.query and part == "models" and model.names[0] not in FACTS:
            yield f"{path}: {model.names[0]} is a report in SQL; move it to report/"


def _named_after(stem, model):
    name = model.split(".")[-1] if model.startswith("report.") else model.replace(".", "_")
    return stem == name or stem.startswith(f"{name}_")


class _Model:
    def __init__(self, node):
        values = {
            target.id: value.value
            for value in node.body
            if isinstance(value, ast.Assign)
            for target in value.targets
            if isinstance(target, ast.Name)
        }
        name = _texts(values.get("_name"))
        inherited = _texts(values.get("_inherit"))
        self.own = bool(name) and name[0] not in inherited
        # A file that puts a mixin on several models may bear the mixin's name.
        self.names = [*name, *inherited]
        self.transient = any(ast.unparse(base).endswith("TransientModel") for base in node.bases)
        self.query = "_auto" in values or any(
            isinstance(item, ast.FunctionDef) and item.name == "_table_query" for item in node.body
        )

    @classmethod
    def of(cls, node):
        model = cls(node)
        return model if model.names else None


def _texts(node):
    if node is None:
        return []
    value = ast.literal_eval(node)
    return [value] if isinstance(value, str) else list(value)


def _folder_findings(addon):
    def folders(part):
        return {path.name for path in (addon / part).glob("*") if path.is_dir() and path.name != "__pycache__"}

    capabilities = SHARED.union(*(folders(part) for part in PARTS))
    for part in NAMED_AFTER:
        for folder in sorted(folders(part) - capabilities):
            yield f"{addon.name}/{part}/{folder}: no capability has this name"


def _import_findings(root, addons):
    imports = defaultdict(set)
    for addon in addons:
        for path in sorted((root / addon).rglob("*.py")):
            module = path.relative_to(root).with_suffix("").parts
            if path.name != "__init__.py" and module[1] != "tests":
                imports[module] = set(_imported(root, module, ast.parse(path.read_text())))
    for module, imported in imports.items():
        for other in sorted(imported):
            if module[1] != "controllers" and other[1] == "controllers":
                yield f"{'/'.join(module)}.py: imports {'.'.join(other)}; what both need belongs to tools/"
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        yield f"import circle: {' → '.join('.'.join(module) for module in error.args[1])}"


def _imported(root, module, tree):
    """The modules of the addons that the module imports, as tuples of names."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = (*module[: -node.level], *(node.module or "").split("."))
        elif (node.module or "").startswith("odoo.addons.sales_"):
            base = tuple(node.module.split(".")[2:])
        else:
            continue
        base = tuple(filter(None, base))
        for name in node.names:
            for candidate in ((*base, name.name), base):
                if root.joinpath(*candidate).with_suffix(".py").is_file():
                    yield candidate
                    break
