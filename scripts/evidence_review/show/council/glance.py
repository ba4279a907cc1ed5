"""At a glance: the findings of a report in a few sentences."""

from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.findings import ENGLAND
from evidence_review.show.council.change import moves_sentence
from evidence_review.show.council.figures import comparison_sentence
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import count


def at_a_glance(report: CouncilReport) -> Html:
    """Cells by state, where the area stands apart, what has changed, what cannot be said and why."""
    points = [Markup("<strong>{}</strong> {}").format("Evidence.", _cells_sentence(report))]
    for one in report.comparators:
        if one.codes == (ENGLAND,) or len(one.codes) > 1:
            points.append(
                Markup("<strong>Beside {}.</strong> {}").format(
                    "England" if one.codes == (ENGLAND,) else "its neighbours",
                    comparison_sentence(report, one),
                )
            )
    points.append(Markup("<strong>{}</strong> {}").format("Change.", _change(report)))
    points.append(Markup("<strong>{}</strong> {}").format("Not known.", _missing_sentence(report)))
    if report.changed:
        points.append(
            Markup("<strong>{}</strong> {}").format(
                "This page is one of its own kind.",
                "It was made with other choices than the published pages; they are named at its end.",
            )
        )
    return fragment("prose.html", paragraphs=[], points=points)


def _change(report: CouncilReport) -> str:
    trends = report.changes["trend"].value_counts()
    up, down = int(trends.get("increasing", 0)), int(trends.get("decreasing", 0))
    tested = int(trends.drop("not enough years", errors="ignore").sum())
    if not tested:
        test = "No figure has five years in a row on one basis, so no trend can be tested."
    else:
        test = (
            f"By the stricter trend test, over five years in a row, of "
            f"{count(tested, 'figure')} {up or 'none'} {'is' if up < 2 else 'are'} increasing and "
            f"{down or 'none'} decreasing."
        )
    return " ".join(filter(None, [moves_sentence(report), test]))


def _cells_sentence(report: CouncilReport) -> str:
    states = report.states["state"].value_counts()
    own = states.get("own evidence", 0)
    lodged = (
        f"its own evidence fills {own} more" if own else "no evidence of its own has been lodged"
    )
    who = "by the council" if report.area.level == "council" else "by councils"
    return (
        f"Official figures for {report.area.said} fill {states.get('figures', 0)} of the "
        f"{len(report.states)} cells of the framework; {lodged}. In "
        f"{states.get('could be gathered', 0)} more, evidence could be gathered {who}; "
        f"{states.get('national only', 0)} rest on national sources only, and "
        f"{states.get('gap', 0)} are gaps, for which no source was found anywhere."
    )


def _missing_sentence(report: CouncilReport) -> str:
    possible = len(report.indicators) * len(report.years)
    if report.missing.empty:
        return f"None of the {possible} possible figures is missing."
    commonest = report.missing["reason"].value_counts()
    # Of reasons that are equally common, the first in the order of the indicators.
    reason = commonest.index[0]
    beyond = "No figure shows how a person’s budget is held or what it achieved for them."
    return (
        f"{len(report.missing)} of {possible} possible figures "
        f"({count(len(report.indicators), 'indicator')}, {count(len(report.years), 'year')}) are "
        f"missing. The commonest reason: {reason} {beyond}"
    )
