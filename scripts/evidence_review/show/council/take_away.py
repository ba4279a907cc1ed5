"""Taking the page away, and making it again."""

from evidence_review.analyse.council import CouncilReport
from evidence_review.show.html import Html, fragment


def take_away(report: CouncilReport) -> Html:
    """Downloads, and the one command that makes this page again with its own parameters."""
    options = "".join(f' -p {name} "{value}"' for name, value in report.changed.items())
    changed = [f'{name} = "{value}"' for name, value in report.changed.items()]
    folder = "councils" if report.area.level == "council" else "areas"
    return fragment(
        "take_away.html",
        name=report.area.said,
        files=f"../downloads/{folder}/{report.area.slug}",
        notebook=f"../_sources/{folder}/{report.area.slug}.ipynb",
        command=f'python3 scripts/review.py run --council "{report.name}"{options}',
        parameters=[f'council = "{report.name}"', *changed],
        changed=changed,
    )
