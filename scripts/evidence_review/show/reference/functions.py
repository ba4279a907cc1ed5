"""The functions that notebooks call and the results that they keep, found in the notebooks."""

import ast
import importlib
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from markupsafe import Markup

from evidence_review.paths import NOTEBOOKS, PACKAGE
from evidence_review.show.html import table
from evidence_review.show.reference.marked import paragraphs

Function = Callable[..., Any]


def notebook_functions(folder: Path = NOTEBOOKS) -> str:
    """Those of all notebooks as Markdown, a heading and a table for each notebook: how it is called
    there, with the types of its parameters and of what it returns, and its docstring. After a
    function whose result the notebook keeps stands what that result holds."""
    called = {path: functions_of(path) for path in sorted(folder.glob("*.ipynb"))}
    shared = {
        name: function
        for functions in called.values()
        for name, function in functions.items()
        if sum(function in other.values() for other in called.values()) > 1
    }
    parts = [_part("In several notebooks", "What several notebooks call", shared)]
    for path, functions in called.items():
        own = {name: one for name, one in functions.items() if one not in shared.values()}
        title = path.stem.replace("-", " ").capitalize()
        parts.append(_part(title, f"What {path.name} calls", own))
    return "\n".join(parts)


def functions_of(notebook: Path) -> dict[str, Function]:
    """The functions of this project that a notebook calls, by the name that it uses for them, in
    the order in which it calls them."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    known: dict[str, Any] = {}
    found: dict[str, Function] = {}
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            known |= _imported(tree)
            for name, function in _called(tree, known):
                found.setdefault(name, function)
    return found


def _imported(tree: ast.Module) -> dict[str, Any]:
    """What a cell imports from this project, by the name that it gets there."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE.name):
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                found[alias.asname or alias.name] = getattr(module, alias.name, None) or (
                    importlib.import_module(f"{node.module}.{alias.name}")
                )
    return found


def _called(tree: ast.Module, known: Mapping[str, Any]) -> Iterator[tuple[str, Function]]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for called in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        first, _, rest = ast.unparse(called).partition(".")
        if first in known:
            yield ast.unparse(called), getattr(known[first], rest) if rest else known[first]


def signature(name: str, function: Function) -> str:
    """How a function is called, with types as its source writes them."""
    [defined] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(defined, ast.FunctionDef)
    returned = f" -> {ast.unparse(defined.returns)}" if defined.returns else ""
    return f"{name}({ast.unparse(defined.args)}){returned}"


def _part(heading: str, caption: str, functions: Mapping[str, Function]) -> str:
    rows = []
    for name, function in functions.items():
        rows.append(_row(signature(name, function), function))
        result = get_type_hints(function).get("return")
        if isinstance(result, type) and is_dataclass(result):
            held = ", ".join(field.name for field in fields(result))
            rows.append(_row(f"{result.__name__}: {held}", result))
    columns = {"call": "Call, or result", "what": "What it does or holds", "module": "Module"}
    return f"## {heading}\n\n{table(caption, columns, rows)}"


def _row(call: str, described: Any) -> dict[str, Markup]:
    module = described.__module__.removeprefix(f"{PACKAGE.name}.")
    return {
        "call": Markup("<code>{}</code>").format(call),
        "what": paragraphs(described.__doc__ or ""),
        "module": Markup("<code>{}</code>").format(module),
    }
