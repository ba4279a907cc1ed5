"""Taking the page away, and making it again."""

import json
from pathlib import Path
from shlex import quote

from evidence_review.analyse.council import CouncilReport
from evidence_review.paths import ROOT
from evidence_review.show.html import Html, fragment


def take_away(report: CouncilReport) -> Html:
    """Downloads, and the one command that makes this page again with its own parameters."""
    changed = choices_shown(report)
    options = "".join(
        f" --own {quote(value)}" if name == "own_evidence" else f" -p {name} {quote(value)}"
        for name, value in changed.items()
    )
    written = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in changed.items()
    ]
    return fragment(
        "take_away.html",
        name=report.area.said,
        files=f"../downloads/{report.area.page}",
        notebook=f"../_sources/{report.area.page}.ipynb",
        command=f"python3 scripts/review.py run --council {quote(report.name)}{options}",
        parameters=[f'council = "{report.name}"', *written],
        changed=written,
        invites_own=report.area.level == "council" and "own_evidence" not in changed,
        has_survey=report.own.has_survey,
        quoted=quote(report.name),
    )


def choices_shown(report: CouncilReport) -> dict[str, str]:
    """The parameters that were changed, as a page or a spreadsheet may show them."""
    changed = dict(report.changed)
    if folder := changed.get("own_evidence"):
        changed["own_evidence"] = folder_shown(Path(folder))
    return changed


def folder_shown(folder: Path) -> str:
    """A folder as a page may show it: the place within the project, or else FOLDER, as the rest
    would tell of the analyst's machine."""
    return folder.relative_to(ROOT).as_posix() if folder.is_relative_to(ROOT) else "FOLDER"
