"""What the framework says of an area, as tables: the cells of its gap map, and the questions."""

from evidence_review.analyse.answers import answers
from evidence_review.analyse.council import CouncilReport
from evidence_review.show.council.asked_next import ANSWER_WORDS
from evidence_review.show.downloads.about import SOURCE
from evidence_review.show.downloads.council.columns import section
from evidence_review.show.downloads.table import Column, Table
from evidence_review.show.words import STATE_WORDS, STRENGTH_WORDS


def cells(report: CouncilReport) -> Table:
    """The cells of the gap map, with their state here and their strength nationally."""
    review = report.review
    elements = review.elements.set_index("element_id")["short_name"].to_dict()
    frames = review.frames.set_index("frame_id")["short_name"].to_dict()
    names = report.review.indicators.set_index("indicator_id")["name"].to_dict()
    both = report.states.merge(review.gap_map, on=["element_id", "frame_id"], validate="1:1")
    rows = [
        {
            **row,
            "element": elements[row["element_id"]],
            "frame": frames[row["frame_id"]],
            "state": STATE_WORDS[row["state"]],
            "strength": STRENGTH_WORDS[row["strength"]],
            "indicators": "; ".join(names[one] for one in row["indicators"]),
        }
        for row in both.to_dict("records")
    ]
    columns = (
        Column("element_id", "Element code", "Code of the element of change"),
        Column("element", "Element of change", "Short name of the element"),
        Column("frame_id", "Frame code", "Code of the frame of reference"),
        Column("frame", "Frame of reference", "Short name of the frame"),
        Column("state", "State here", "State of the cell for this area", note="state"),
        Column("indicators", "Indicators", "Indicators of the cell with a figure here"),
        Column("strength", "Strength nationally", "Strength of the national evidence, 2017"),
    )
    title = "what is known of each cell, element of change by frame of reference"
    return section(report, "Gap map", title, columns, rows, SOURCE)


def questions(report: CouncilReport) -> Table:
    """The questions of Appendix 4: what answers them here, and what would."""
    names = report.review.indicators.set_index("indicator_id")["name"].to_dict()
    rows = [
        {
            **row,
            "answer": ANSWER_WORDS[row["answer"]].partition(" ")[2],  # without its symbol
            "shows": row["shows"] if row["held"] else "",
            "indicators": "; ".join(names[one] for one in row["held"]),
        }
        for row in answers(report).to_dict("records")
    ]
    columns = (
        Column("question_id", "Question code", "Code of the question"),
        Column("question", "Question", "Question of the report’s Appendix 4, in our words"),
        Column("answer", "Today", "Whether the area can answer it today"),
        Column("shows", "What the figures show", "What the figures say of it"),
        Column("indicators", "Indicators", "Indicators that speak to it, with a figure here"),
        Column("cannot_show", "What they cannot show", "What the figures leave open"),
        Column("would_close", "What would close the gap", "Evidence that would answer it"),
    )
    title = "what can be answered today, and what would close the gap"
    return section(report, "Questions", title, columns, rows, SOURCE)
