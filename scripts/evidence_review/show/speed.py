"""The page "How fast it is": what scripts/benchmark.py measured, beside what was aimed at.

Every number comes from the file that it wrote; without it the page says so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from evidence_review.errors import ReviewError
from evidence_review.paths import BOOK
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, listing

RESULT = BOOK / "_static" / "benchmark.json"
Measured = Mapping[str, Any]
NEEDED = {
    "date", "commit", "changed_since_commit", "machine", "settings", "pages_that_differ",
    "variants", "per_run", "growth", "largest_page", "help",
}  # fmt: skip

VARIANTS = {
    "loop": "Papermill, one notebook after another, then Jupyter Book",
    "pool": "nbclient in as many processes as cores, then Jupyter Book",
    "ours": "The review, from nothing",
    "unchanged": "The review, nothing changed",
    "own evidence": "The review, a row of one council’s own evidence changed",
    "one line": "The review, a line of the code of areas’ pages changed",
}
KINDS = {"source": "A source", "chapter": "All councils’ figures", "council": "A council or area"}

# What is aimed at.
MOST_EXTRA = 0.4  # seconds that a run may take beyond its cells
FEWEST_TIMES_FASTER = 5
MOST_UNCHANGED = 3  # seconds
MOST_OWN_EVIDENCE = 15  # seconds
TIMES_FOR_TEN = (9, 11)  # as long, for ten times as many councils
MOST_TIMES_MEMORY = 1.2
MOST_PAGE = 400_000  # bytes
MOST_HELP = 0.5  # seconds


@dataclass(frozen=True)
class Target:
    """Something that was aimed at. met: by the numbers as measured, before rounding."""

    what: str
    aim: str
    found: str
    met: bool


def measured(path: Path = RESULT) -> Measured | None:
    """What was measured; None when nothing was. Raises ReviewError for a file that is no result."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found.keys() >= NEEDED:
        raise ReviewError(
            f"{path.name}: expected what scripts/benchmark.py writes; run it again, or remove the file"
        )
    return found


# --- Targets -------------------------------------------------------------------------------------


def targets(result: Measured) -> list[Target]:
    """Each target with what was measured."""
    variants, growth = result["variants"], result["growth"]
    faster = variants["ours"]["times_faster"]
    extra = max(kind["extra"] for kind in result["per_run"].values())
    page, low, high = result["largest_page"]["with_pictures"], *TIMES_FOR_TEN
    return [
        Target(
            "The whole review from nothing",
            f"{FEWEST_TIMES_FASTER} times as fast as Papermill in a loop, or faster",
            f"{faster:.1f} times",
            faster >= FEWEST_TIMES_FASTER,
        ),
        _less_than("With nothing changed", MOST_UNCHANGED, variants["unchanged"]["median"]),
        _less_than(
            "With a row of one council’s own evidence changed",
            MOST_OWN_EVIDENCE,
            variants["own evidence"]["median"],
        ),
        Target(
            "One run beyond the cells alone, kind of page with the most",
            f"{duration(MOST_EXTRA)} or less",
            duration(extra),
            extra <= MOST_EXTRA,
        ),
        Target(
            "Time for ten times as many councils",
            f"{low} to {high} times as long; less is welcome",
            f"{growth['times']:.1f} times",
            growth["times"] <= high,
        ),
        Target(
            "Memory for ten times as many councils",
            f"{MOST_TIMES_MEMORY} times as much, or less",
            f"{growth['times_memory']:.2f} times",
            growth["times_memory"] <= MOST_TIMES_MEMORY,
        ),
        Target(
            "The largest council’s page, with its pictures",
            f"less than {size(MOST_PAGE)}",
            size(page),
            page < MOST_PAGE,
        ),
        _less_than("The list of commands", MOST_HELP, result["help"]["median"]),
    ]


def _less_than(what: str, most: float, seconds: float) -> Target:
    return Target(what, f"less than {duration(most)}", duration(seconds), seconds < most)


# --- The page ------------------------------------------------------------------------------------


def findings(result: Measured | None) -> Html:
    """What was found, in sentences; that nothing was measured, when nothing was."""
    if result is None:
        start = Markup("Nothing has been measured yet. <code>scripts/benchmark.py</code> does it.")
        return fragment("prose.html", paragraphs=[start], points=[])
    parts = [_from_nothing(result), _changes(result), _runs(result), _growth(result)]
    judged = targets(result)
    missed = [one.what[:1].lower() + one.what[1:] for one in judged if not one.met]
    said = f"{len(judged) - len(missed)} of {len(judged)} targets are met"
    parts.append((said, f"Not met: {listing(missed)}." if missed else ""))
    return fragment("findings.html", findings=parts)


def _from_nothing(result: Measured) -> tuple[str, str]:
    ours, loop, pool = (result["variants"][name] for name in ("ours", "loop", "pool"))
    times, differ = ours["times_faster"], len(result["pages_that_differ"])
    same = (
        f"Not all three made the same: {count(differ, 'file differs', 'files differ')}."
        if differ
        else "All three made the same pages, byte for byte, before the book was laid out."
    )
    settings = result["settings"]
    whole = settings["areas"] is None and settings["sources"] is None
    what = "the review takes" if whole else f"a trial of {count(ours['made'], 'page')} takes"
    return (
        f"Made from nothing, {what} {duration(ours['median'])}, where Papermill in a loop "
        f"and Jupyter Book take {duration(loop['median'])}",
        f"That is {f'slower: {times:.2f}' if times < 1 else f'{times:.1f}'} times as fast. A pool of "
        f"nbclient takes {duration(pool['median'])}. {same}",
    )


def _changes(result: Measured) -> tuple[str, str]:
    nothing, row, line = (
        result["variants"][name] for name in ("unchanged", "own evidence", "one line")
    )
    return (
        f"With nothing changed, it is done in {duration(nothing['median'])}",
        f"When a council changes a row of its own evidence, its page is made again and the rest is "
        f"looked at in {duration(row['median'])}. A changed line in the code that areas’ pages "
        f"share takes {duration(line['median'])}: {count(line['made'], 'page is', 'pages are')} "
        "made again, and laid out.",
    )


def _runs(result: Measured) -> tuple[str, str]:
    council = result["per_run"]["council"]
    return (
        f"A council’s page takes {duration(council['run'])}, which is "
        f"{duration(abs(council['extra']))} {'more' if council['extra'] >= 0 else 'less'} than its cells alone",
        f"Of that time, the page’s spreadsheet and tables take {duration(council['files'])}. "
        "“Alone” is in one process with everything imported, where nothing is kept apart.",
    )


def _growth(result: Measured) -> tuple[str, str]:
    growth = result["growth"]
    few, many = growth["runs"]
    time, memory = [duration(one) for one in growth["seconds"]], [size(m) for m in growth["memory"]]
    return (
        f"Ten times as many councils take {growth['times']:.1f} times as long and "
        f"{growth['times_memory']:.2f} times the memory",
        f"The pages of {few} and of {many} invented councils, each with evidence of its own, take "
        f"{time[0]} and {time[1]}. The start is paid once; the runs without it take "
        f"{growth['times_of_runs']:.1f} times as long. The process that hands out the work holds "
        f"{memory[0]} and {memory[1]} at most.",
    )


def targets_table(result: Measured) -> Html:
    """What was aimed at, and what was measured."""
    rows = [{**vars(one), "met": "Met" if one.met else "Not met"} for one in targets(result)]
    columns = {"what": "What", "aim": "Target", "found": "Measured", "met": "Target met?"}
    return table("What was aimed at, and what was measured (medians)", columns, rows)


def variants_table(result: Measured) -> Html:
    """The ways to make the review: time, its range, its parts, and times as fast as the loop."""
    rows = []
    for name, words in VARIANTS.items():
        found = result["variants"][name]
        rows.append(
            {
                "way": words,
                "median": duration(found["median"]),
                "range": f"{duration(found['lowest'])} to {duration(found['highest'])}",
                "made": f"{found['made']:,}",
                **{part: duration(found["parts"][part]) for part in ("runs", "book")},
                "faster": f"{found['times_faster']:,.1f}",
            }
        )
    return table(
        f"Time for {count(result['variants']['ours']['made'], 'page')} and the book, "
        f"{count(result['settings']['rounds'], 'round')}",
        {
            "way": "Way",
            "median": "Median",
            "range": "Range",
            "made": "Pages run",
            "runs": "Of it, runs",
            "book": "Of it, the book",
            "faster": "Times as fast",
        },
        rows,
        numeric=["median", "range", "made", "runs", "book", "faster"],
    )


def runs_table(result: Measured) -> Html:
    """What one run costs, for each kind of page."""
    parts = {
        "floor": "Cells alone",
        "files": "Its files alone",
        "run": "The whole run",
        "extra": "Run beyond cells",
    }
    rows = []
    for name, words in KINDS.items():
        seconds = {part: duration(result["per_run"][name][part]) for part in parts}
        if not result["per_run"][name]["files"]:
            seconds["files"] = "no files"
        rows.append({"kind": words, **seconds})
    return table(
        "One page at a time: the page in the middle of its kind",
        {"kind": "Kind of page", **parts},
        rows,
        numeric=list(parts),
    )


def conditions(result: Measured) -> Html:
    """When, on what machine and at what state of the project it was measured."""
    machine, settings = result["machine"], result["settings"]
    state = f"commit {result['commit']}"
    if result["changed_since_commit"]:
        state += " with changes that are not in it"
    limits = [
        count(settings[name], one)
        for name, one in (("areas", "area"), ("sources", "source"))
        if settings[name] is not None
    ]
    trial = f" This was a trial with {listing(limits)} only." if limits else ""
    day = date.fromisoformat(result["date"])
    return fragment(
        "prose.html",
        paragraphs=[
            f"Measured on {day.day} {day:%B %Y} at {state}: {count(settings['rounds'], 'round')} of "
            f"{count(result['variants']['ours']['made'], 'page')}.{trial}",
            f"The machine has {count(machine['cores'], 'core')} ({machine['processor']}) and "
            f"{size(machine['memory'])} of memory; {machine['system']}, Python {machine['python']}.",
            Markup('All measurements: <a href="_static/benchmark.json">benchmark.json</a>.'),
        ],
        points=[],
    )


# --- Numbers in words ----------------------------------------------------------------------------


def duration(seconds: float) -> str:
    """Seconds as people read them: "0.42 s", "12.3 s", "4.5 min", "1.3 h"."""
    for unit, length, from_seconds in (("h", 3600, 3600), ("min", 60, 120)):
        if abs(seconds) >= from_seconds:
            return f"{seconds / length:.1f} {unit}"
    decimals = 1 if abs(seconds) >= 10 else 2
    return f"{seconds:.{decimals}f} s".replace("-", "\N{MINUS SIGN}")


def size(number: float) -> str:
    """Bytes as people read them: "381 kB", "25.3 GB"."""
    for unit, length, decimals in (("GB", 1e9, 1), ("MB", 1e6, 0)):
        if number >= length:
            return f"{number / length:,.{decimals}f} {unit}"
    return f"{number / 1e3:,.0f} kB"
