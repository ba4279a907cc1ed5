"""What could be asked next: the questions of the report, and what this area can answer today."""

from typing import Any

from markupsafe import Markup

from evidence_review.analyse.answers import answers
from evidence_review.analyse.council import CouncilReport
from evidence_review.show.council.figures import figure_text, mark
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, number

ANSWER_WORDS = {
    "own evidence": "◆ Background, with own evidence",
    "figures": "◑ Background from figures",
    "none": "○ Not from figures",
}


def _newest(figure: dict[str, Any]) -> str:
    return f"{figure['short_name']} {figure_text(figure)} ({figure['year']})"


def _by_age(row: dict[str, Any]) -> str:
    younger, older = (
        f"{number(row[f'{side}_value'], row['unit'])}{mark(row[f'{side}_weak'])}"
        for side in ("first", "second")
    )
    return f"{row['short_name']} {younger} at 18 to 64, {older} at 65 and over ({row['year']})"


def questions_here(report: CouncilReport) -> Html:
    """The finding, and the questions of Appendix 4 with what answers them here and what would."""
    found = answers(report)
    newest, by_age = (
        {row["indicator_id"]: row for row in figures.to_dict("records")}
        for figures in (report.latest, report.ages)
    )
    rows = []
    for row in found.to_dict("records"):
        if row["by_age"] == "yes":
            said = [_by_age(by_age[indicator]) for indicator in row["held"]]
        else:
            said = [_newest(newest[indicator]) for indicator in row["held"]]
        shown = "; ".join(said)
        rows.append(
            {
                "question": Markup('{} <span class="er-second">{}</span>').format(
                    row["question"], ANSWER_WORDS[row["answer"]]
                ),
                "shows": f"{row['shows']}: {shown}" if row["held"] else "Nothing",
                "cannot": row["cannot_show"],
                "close": row["would_close"],
            }
        )
    chosen = len(report.indicators) < len(report.review.indicators)
    some = int(found["answer"].ne("none").sum())
    could = int(report.states["state"].eq("could be gathered").sum())
    return fragment(
        "prose.html",
        paragraphs=[
            f"Figures for {report.area.said} give background to {some or 'none'} of the "
            f"{count(len(found), 'question')} of the report’s Appendix 4"
            f"{', from the indicators chosen for this page' if chosen else ''}. They answer none "
            "in full: no official figure says who holds a budget and of what kind. "
            f"{count(could, 'cell')} of the map could be filled by a council’s own documents or "
            "surveys. What the figures show of each question, and what would close the gap, is our "
            "reading."
        ],
        points=[],
    ) + table(
        f"The {len(rows)} questions, and what {report.area.said} can say of each today",
        {
            "question": "Question, and the answer today",
            "shows": "What the figures show",
            "cannot": "What they cannot show",
            "close": "What would close the gap",
        },
        rows,
    )
