"""What could be asked next: the questions of the report, and what this area can answer today."""

from markupsafe import Markup

from evidence_review.analyse.answers import answers
from evidence_review.analyse.council import CouncilReport
from evidence_review.show.council.figures import figure_text
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, sentence

ANSWER_WORDS = {
    "own evidence": "◆ In part, with own evidence",
    "figures": "◑ In part, from figures",
    "none": "○ Not from figures",
}


def questions_here(report: CouncilReport) -> Html:
    """The finding, and the questions of Appendix 4 with what answers them here and what would."""
    found = answers(report)
    latest = report.latest.set_index("indicator_id")
    rows = []
    for row in found.to_dict("records"):
        shown = "; ".join(
            f"{latest.loc[i, 'short_name']} {figure_text(latest.loc[i])} ({latest.loc[i, 'year']})"
            for i in row["held"]
        )
        if row["by_age"] == "yes" and row["held"]:
            shown = f"by age, in the section above: {shown}"
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
    some = int(found["answer"].ne("none").sum())
    could = int(report.states["state"].eq("could be gathered").sum())
    return fragment(
        "prose.html",
        paragraphs=[
            f"{sentence(report.area.said)} can answer {some or 'none'} of the "
            f"{count(len(found), 'question')} of the report’s Appendix 4 in part, and none in full: "
            "no official figure says who holds a budget and of what kind. "
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
