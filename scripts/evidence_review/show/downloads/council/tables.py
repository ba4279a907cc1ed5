"""The tables of one area's workbook: one for each section of its page."""

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.groups import CARER_PAIRS, OLDER, YOUNGER
from evidence_review.show.council.groups import AGES, SIDES
from evidence_review.show.downloads.council.change import changes, pairs
from evidence_review.show.downloads.council.figures import (
    all_years,
    budgets,
    missing,
    newest_figures,
    sources_used,
)
from evidence_review.show.downloads.council.framework import cells, questions
from evidence_review.show.downloads.council.own import own_tables
from evidence_review.show.downloads.table import Row, Table


def council_tables(report: CouncilReport, figures: list[Row]) -> list[Table]:
    """The tables of a report that have rows, in the order of its page.

    figures: see `rows.all_figures`.
    """
    total = [row for row in figures if row["group"] == "total"]
    by_group = {(row["indicator_id"], row["year"], row["group"]): row for row in figures}
    by_year = {(row["indicator_id"], row["year"]): row for row in total}
    found = [
        newest_figures(report, by_year),
        all_years(report, total),
        budgets(report, by_year),
        changes(report, by_year),
        pairs(
            report,
            report.ages,
            AGES,
            "By age",
            "older beside younger adults",
            by_group,
            groups=(YOUNGER, OLDER),
        ),
        pairs(
            report,
            report.carers,
            SIDES,
            "Carers",
            "carers beside people who use care",
            by_group,
            other=CARER_PAIRS,
        ),
        *own_tables(report),
        missing(report),
        cells(report),
        questions(report),
        sources_used(report, total),
    ]
    return [one for one in found if len(one.rows)]
