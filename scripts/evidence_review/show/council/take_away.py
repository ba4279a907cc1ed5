"""Taking the page away, and making it again."""

import json
from shlex import quote

from evidence_review.analyse.council import CouncilReport
from evidence_review.show.html import Html, fragment


def take_away(report: CouncilReport) -> Html:
    """Downloads, and the one command that makes this page again with its own parameters."""
    options = "".join(f" -p {name} {quote(value)}" for name, value in report.changed.items())
    changed = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in report.changed.items()
    ]
    folder = "councils" if report.area.level == "council" else "areas"
    return fragment(
        "take_away.html",
        name=report.area.said,
        files=f"../downloads/{folder}/{report.area.slug}",
        notebook=f"../_sources/{folder}/{report.area.slug}.ipynb",
        command=f"python3 scripts/review.py run --council {quote(report.name)}{options}",
        parameters=[f'council = "{report.name}"', *changed],
        changed=changed,
    )
