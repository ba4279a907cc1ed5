"""Taking the page away, and making it again."""

import json
from pathlib import Path
from shlex import quote

from evidence_review.analyse.council import CouncilReport
from evidence_review.paths import ROOT
from evidence_review.show.html import Html, fragment


def take_away(report: CouncilReport) -> Html:
    """Downloads, and the one command that makes this page again with its own parameters."""
    changed = dict(report.changed)
    if folder := changed.get("own_evidence"):
        changed["own_evidence"] = _without_home(Path(folder))
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
        invites_own=report.area.level == "council" and not folder,
        has_survey=not report.own.responses.empty,
        quoted=quote(report.name),
    )


def _without_home(folder: Path) -> str:
    """A folder as a page may show it: within the project as it is, elsewhere its last part only,
    as the rest would tell of the analyst's machine."""
    return folder.relative_to(ROOT).as_posix() if folder.is_relative_to(ROOT) else folder.name
