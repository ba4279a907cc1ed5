"""A plugin of pytest beside nbval: what became of each cell, in words, a line for each notebook.

nbval executes the notebooks and judges them; this counts what it compared and says what differs.
`verify` starts pytest with it.
"""

import html
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, NbCellError

from evidence_review.publish.worker import die_with_parent

AROUND = 30  # letters shown before the first that differs
SHOWN = 90  # letters shown in all
KINDS = {
    "text/html": "the table or text",
    "text/plain": "the text",
    "stream": "what is printed",
    "image/png": "the picture",
}
TOLD = "cell"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to find the plan, and where results go."""
    parser.addoption("--plan", help="JSON: path of each notebook → number of its code cells")
    parser.addoption("--results", help="file for a line of JSON a notebook")
    parser.addoption("--owner", type=int, help="process without which nobody waits for this")


def pytest_configure(config: pytest.Config) -> None:
    """Collect in the process that leads; its workers only run cells."""
    if not hasattr(config, "workerinput"):
        die_with_parent(config.getoption("owner"))
        config.pluginmanager.register(Collector(config), "verify-collector")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Add to nbval's verdict what it rests on."""
    report = yield
    if isinstance(item, IPyNbCell) and (report.when == "call" or report.failed):
        error = call.excinfo.value if call.excinfo else None
        report.user_properties.append((TOLD, {"notebook": str(item.path), **told(item, error)}))
    return report


class Collector:
    """Writes a line as soon as all cells of a notebook are judged."""

    def __init__(self, config: pytest.Config) -> None:
        self.plan = json.loads(Path(config.getoption("plan")).read_text(encoding="utf-8"))
        self.results = Path(config.getoption("results"))
        self.told: dict[str, list[dict[str, Any]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in what was said of a cell."""
        cells: list[Any] = [value for name, value in report.user_properties if name == TOLD]
        for cell in cells:
            notebook = cell["notebook"]
            self.told.setdefault(notebook, []).append(cell)
            if len(self.told[notebook]) == self.plan[notebook]:
                line = json.dumps(summed(self.told.pop(notebook)))
                with self.results.open("ab", buffering=0) as file:  # a line at once, for its reader
                    file.write(f"{line}\n".encode())


def summed(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was said of a notebook's cells, together."""
    outputs = sum((Counter(one["outputs"]) for one in cells), Counter[str]())
    return {
        "notebook": cells[0]["notebook"],
        "cells": len(cells),
        "outputs": dict(sorted(outputs.items())),
        "pictures": sum(one["pictures"] for one in cells),
        "same_pictures": sum(one["same_pictures"] for one in cells),
        "differences": [one["difference"] for one in cells if one["difference"]],
    }


def told(item: IPyNbCell, error: BaseException | None) -> dict[str, Any]:
    """What a cell compared, and what differs; blank when nothing does."""
    stored, now = item.cell.outputs, item.test_outputs or []
    pictures = [
        (before["data"]["image/png"], after.get("data", {}).get("image/png"))
        for before, after in zip(stored, now, strict=False)
        if "image/png" in before.get("data", {})
    ]
    first_line = next(iter(item.cell.source.strip().splitlines()), "")
    words = difference(stored, now, error) if error else unlike_alternative(item.cell, now)
    return {
        "outputs": dict(Counter(kind for one in stored for kind in compared(one))),
        "pictures": len(pictures),
        "same_pictures": sum("".join(a.split()) == "".join((b or "").split()) for a, b in pictures),
        "difference": words and f"cell {item.cell_num + 1}, {first_line}: {words}",
    }


def compared(output: Mapping[str, Any]) -> dict[str, str]:
    """The parts of an output that nbval compares: kind → content."""
    if output["output_type"] == "stream":
        return {"stream": output["text"]}
    return {
        kind: content if isinstance(content, str) else json.dumps(content, sort_keys=True)
        for kind, content in output.get("data", {}).items()
        if kind not in ("image/png", "image/jpeg")
    }


def difference(
    stored: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]], error: BaseException
) -> str:
    """What nbval found to differ, in words."""
    failed = [one for one in now if one["output_type"] == "error"]
    if failed:
        return f"it failed with {failed[0]['ename']}: {_short(failed[0]['evalue'], 0)}"
    if "Timeout" in str(error):  # nbval waits for a kernel that died as for one that is slow
        return "it did not end within the time limit, or its kernel died"
    if not isinstance(error, NbCellError):
        return f"it could not be run: {_short(str(error), 0)}"
    before, after = (
        [part for one in side for part in sorted(compared(one).items())] for side in (stored, now)
    )
    for (kind, was), (other, is_now) in zip(before, after, strict=False):
        if kind != other:
            return f"{_kind(kind)} was to come, but there is {_kind(other)}"
        if was != is_now:
            return f"{_kind(kind)} differs: {_unlike(was, is_now)}"
    if len(before) != len(after):
        return f"{len(before)} outputs were published, {len(after)} came out"
    return _short(str(error), 0)


def unlike_alternative(cell: Mapping[str, Any], now: Sequence[Mapping[str, Any]]) -> str:
    """How the text alternative of a cell's picture, which nbval leaves alone, differs; blank if not."""
    was = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
    found = [one.get("metadata", {}).get("image/png", {}).get("alt", "") for one in now]
    is_now = next(filter(None, reversed(found)), "")
    return "" if was == is_now else f"the picture's alternative differs: {_unlike(was, is_now)}"


def _kind(kind: str) -> str:
    return KINDS.get(kind, f"an output of the type {kind}")


def _unlike(was: str, is_now: str) -> str:
    if _words(was) != _words(is_now):
        was, is_now = _words(was), _words(is_now)
    pairs = enumerate(zip(was, is_now, strict=False))
    shared = next((at for at, (a, b) in pairs if a != b), min(len(was), len(is_now)))
    return f"“{_short(was, shared)}” was published, “{_short(is_now, shared)}” came out"


def _words(text: str) -> str:
    """What a reader sees of it."""
    return " ".join(
        html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.S)).split()
    )


def _short(text: str, at: int) -> str:
    """The text around a place in it."""
    text = " ".join(text.split())
    start = max(0, at - AROUND)
    end = start + SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
