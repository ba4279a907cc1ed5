"""A council's own evidence as tables: its documents, and what may be published of its survey."""

import re
from typing import Any

import pandas as pd

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.own.changes import EVERYONE_WHO_ANSWERED
from evidence_review.analyse.reliability import WEAK
from evidence_review.show.cells import cells_in_words
from evidence_review.show.council.own_words import SMALL_NUMBERS
from evidence_review.show.downloads.council.columns import section
from evidence_review.show.downloads.table import Column, Row, Table

SOURCE = "the council’s own evidence; not an official statistic"
CODES = {"c": SMALL_NUMBERS, "u": WEAK, "": "as counted"}
_QUESTION = Column("question", "Question", "Short name of the question")
_WAVE = Column("wave", "Wave", "When it was asked")
_BREAKDOWN = Column("breakdown", "Breakdown", "What the groups are made by")
_LIMITS = (
    Column("lower", "Lower limit", "Lower limit of its 95% interval", "[c]", kind="number"),
    Column("upper", "Upper limit", "Upper limit of its 95% interval", "[c]", kind="number"),
)
_STATUS = Column(
    "status", "Status", "“as counted”, or a code: held back, or of low reliability", note="own"
)


def own_tables(report: CouncilReport) -> list[Table]:
    """The tables of the area's own evidence; those without rows as well."""
    tables = [_documents(report)]
    if report.own.has_survey:
        tables += [survey_answers(report), _differences(report), _changes(report)]
    return tables


def survey_answers(report: CouncilReport) -> Table:
    """Every question by wave and group."""
    columns = (
        _QUESTION,
        Column("what", "Wording", "As it was asked, or what the score is"),
        Column("good", "Good answers", "The answers that the share counts"),
        Column("unit", "Unit", "Unit of the share or score, and of its limits"),
        Column("element_id", "Element code", "Code of the element of change"),
        Column("frame_id", "Frame code", "Code of the frame of reference"),
        _WAVE,
        _BREAKDOWN,
        Column("group", "Group", "Whose answers"),
        Column("base", "Base", "How many answered, to the nearest 5", "[c]", kind="number"),
        Column("value", "Share or score", "Of good answers, or the mean", "[c]", kind="number"),
        *_LIMITS,
        Column("method", "Method", "How the interval is made", "[c]"),
        _STATUS,
    )
    rows = _with_codes(report.survey.answers)
    return section(report, "Own survey", "what its own survey says", columns, rows, SOURCE)


def _documents(report: CouncilReport) -> Table:
    cells = report.own_cells
    rows: list[Row] = [
        {
            **row,
            "title": as_written(row["title"]),
            "note": as_written(row["note"]),
            "cells": cells_in_words(report.review, cells[cells["title"].eq(row["title"])]),
        }
        for row in report.own.documents.to_dict("records")
    ]
    columns = (
        Column("title", "Document", "Its title"),
        Column("kind", "Kind", "Kind of source"),
        Column("year", "Year", "When it came out", kind="number"),
        Column("cells", "Cells", "Elements of change it speaks to, each with its frames"),
        Column("extent", "Extent", "full, part or planned"),
        Column("address", "Address", "Where it lies", kind="address"),
        Column("note", "Note", "The council’s own note"),
    )
    return section(report, "Own documents", "documents of its own", columns, rows, SOURCE)


def _differences(report: CouncilReport) -> Table:
    columns = (
        _QUESTION,
        _WAVE,
        _BREAKDOWN,
        Column("result", "Result", "Whether the groups differ beyond chance (p below 0.05)"),
        Column("band", "p", "Band of the p value"),
        Column("test", "Test", "Name of the test"),
        Column("why", "Why not tested", "Reason where no test was made"),
    )
    rows = report.survey.differences.to_dict("records")
    return section(report, "Own groups", "whether groups differ", columns, rows, SOURCE)


def _changes(report: CouncilReport) -> Table:
    columns = (
        _QUESTION,
        Column("unit", "Unit", "Unit of the change: points where it is percent"),
        Column("first_wave", "First wave", "From when"),
        Column("last_wave", "Last wave", "Until when"),
        Column("basis", "Whose", "Everyone who answered, or the same people followed"),
        Column("base", "Base", "How many, to the nearest 5", "[c]", kind="number"),
        Column("change", "Change", "Last wave minus first", "[c]", kind="number"),
        *_LIMITS,
        Column("better", "Better", "Per cent of the same people", "[c]", kind="number"),
        Column("same", "Same", "Per cent of the same people", "[c]", kind="number"),
        Column("worse", "Worse", "Per cent of the same people", "[c]", kind="number"),
        Column("said", "Moved", "What the interval says"),
        _STATUS,
    )
    rows = _with_codes(report.survey.changes)
    for row in rows:
        if row["basis"] == EVERYONE_WHO_ANSWERED:  # other people each time: nobody moved
            row |= dict.fromkeys(("better", "same", "worse"), "[z]")
    return section(report, "Own change", "what moved in its own survey", columns, rows, SOURCE)


def _with_codes(table: pd.DataFrame) -> list[dict[Any, Any]]:
    rows = table.assign(status=table["status"].map(CODES))
    texts = {name: rows[name].map(as_written) for name in ("what", "good") if name in rows}
    return rows.assign(**texts).to_dict("records")


def as_written(text: str) -> str:
    """An analyst's text. One that a spreadsheet's reader could take for a gap says that it is none."""
    blank = text.strip().lower() in ("nan", "none", "<na>") or not re.search(r"[^\W_]", text)
    return f"“{text}” (as written)" if text and blank else text
