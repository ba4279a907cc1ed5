"""Checks of published notebooks as files: a JSON file a page, beside the folder of the runs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evidence_review.analyse.checks import Check, PublishedPage
from evidence_review.publish.records import read_record
from evidence_review.publish.runs import Run
from evidence_review.publish.whole_json import write_json
from evidence_review.read.checksums import checksum, digest


def place_of_check(folder: Path, page: str) -> Path:
    """Where the check of a page lies. folder: of the runs."""
    return folder.with_name(f"{folder.name}-checked") / f"{page}.json"


def write_check(folder: Path, check: Check) -> None:
    """Keep what came of checking a page."""
    write_json(place_of_check(folder, check.page), asdict(check))


def read_check(folder: Path, page: str) -> Check | None:
    """The last check of a page; none when there was none, or its file is damaged."""
    try:
        found = json.loads(place_of_check(folder, page).read_text(encoding="utf-8"))
        return Check(**{**found, "differences": tuple(found["differences"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def published_pages(runs: Sequence[Run], folder: Path) -> list[PublishedPage]:
    """The pages of these runs, each with its last check and whether that still holds."""
    pages = []
    for run in runs:
        check = read_check(folder, run.page)
        holds = check is not None and (check.content, check.inputs) == state_of_page(folder, run)
        pages.append(PublishedPage(run.page, run.notebook.stem, check, holds))
    return pages


def state_of_page(folder: Path, run: Run) -> tuple[str, str]:
    """Checksums of a page's notebook, and of what it was made from by its record."""
    return checksum(folder / f"{run.page}.ipynb"), inputs_of_page(folder, run)


def inputs_of_page(folder: Path, run: Run) -> str:
    """Checksum of what a page was made from, by its record."""
    record = read_record(folder, run.page)
    text = json.dumps(record.inputs if record else {}, sort_keys=True, ensure_ascii=False)
    return digest(text.encode())
