"""What measurements come to: medians, ranges and ratios; and the machine that they were made on.

Seconds and bytes throughout.
"""

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarking.checkout import ROOT

BASE = "loop"  # what the others are compared with
VARIANTS = (BASE, "pool", "ours", "unchanged", "own evidence", "one line")
KINDS = ("source", "chapter", "council")


def summary(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the page shows of all measurements, and the measurements themselves."""
    by_variant: dict[str, list[Mapping[str, Any]]] = {}
    for one in found:
        by_variant.setdefault(one["variant"], []).append(one)
    base = median(one["seconds"] for one in by_variant[BASE])
    return {
        "variants": {
            name: {
                **spread_of(by_variant[name]),
                "times_faster": base / median(one["seconds"] for one in by_variant[name]),
                "made": by_variant[name][0]["made"],
                "parts": medians([one["parts"] for one in by_variant[name]]),
            }
            for name in VARIANTS
        },
        "per_run": {
            kind: medians([one["kinds"][kind] for one in by_variant["one worker"]])
            for kind in KINDS
        },
        "growth": growth(by_variant),
        "largest_page": medians([one["largest"] for one in by_variant["ours"]]),
        "help": spread_of(by_variant["help"]),
        "measurements": list(found),
    }


def spread_of(found: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Median and range of the seconds."""
    seconds = [one["seconds"] for one in found]
    return {"median": median(seconds), "lowest": min(seconds), "highest": max(seconds)}


def medians(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each number."""
    return {name: median(one[name] for one in found) for name in found[0]}


def growth(by_variant: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """How time and memory grow from some runs to ten times as many."""
    sizes = sorted(int(name.split()[1]) for name in by_variant if name.startswith("growth "))
    trials = [by_variant[f"growth {size}"] for size in sizes]
    seconds = [median(one["seconds"] for one in trial) for trial in trials]
    # Without what is paid once: start, tables read.
    runs = [median(one["parts"]["runs"] for one in trial) for trial in trials]
    memory = [median(one["memory"] for one in trial) for trial in trials]
    return {
        "runs": sizes,
        "seconds": seconds,
        "seconds_of_runs": runs,
        "memory": memory,
        "times": seconds[1] / seconds[0],
        "times_of_runs": runs[1] / runs[0],
        "times_memory": memory[1] / memory[0],
    }


def per_kind(
    kinds: Mapping[str, str],
    floor: Mapping[str, float],
    files: Mapping[str, float],
    ours: Mapping[str, float],
) -> dict[str, dict[str, float]]:
    """For each kind of page, the seconds of the page in the middle.

    kinds: page → its kind. floor: page → seconds of the cells alone. files: page → seconds of the
    page's files alone, for pages that have any. ours: page → seconds of the whole run. "extra" is
    ours less floor, page by page.
    """
    found = {}
    for kind in KINDS:
        pages = [page for page in ours if kinds[page] == kind]
        found[kind] = {
            "pages": len(pages),
            "floor": median(floor[page] for page in pages),
            "files": median(files.get(page, 0) for page in pages),
            "run": median(ours[page] for page in pages),
            "extra": median(ours[page] - floor[page] for page in pages),
        }
    return found


def page_sizes(html: Path) -> dict[str, int]:
    """Bytes of the largest of the councils' pages: its HTML, and with the pictures that it shows.

    Pages that stand in for councils that were not run are small.
    """
    alone, together = [], []
    for page in (html / "councils").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        places = re.findall(r'<img[^>]*? src="([^":]+)"', text)
        size = page.stat().st_size
        alone.append(size)
        together.append(size + sum((page.parent / one).stat().st_size for one in set(places)))
    return {"html": max(alone), "with_pictures": max(together)}


def about() -> dict[str, Any]:
    """The day, the machine, and the state of the project."""
    return {
        "date": date.today().isoformat(),
        "commit": _git("rev-parse", "--short=12", "HEAD") or "unknown",
        "changed_since_commit": bool(_git("status", "--porcelain")),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
        },
    }


def _git(*command: str) -> str:
    try:
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
    except OSError:  # a copy of the project without git
        return ""
    return done.stdout.strip()


def _processor() -> str:
    try:
        about_cores = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = re.findall(r"model name\s*: (.+)", about_cores)
    return names[0] if names else platform.machine()
