"""Columns that several tables of an area's workbook share, and how such a table is made."""

from collections.abc import Iterable

from evidence_review.analyse.council import CouncilReport
from evidence_review.show.downloads.council.rows import AS_PUBLISHED, sources
from evidence_review.show.downloads.table import Column, Row, Table, make_table, records

INDICATOR = Column("indicator", "Indicator", "Name of the indicator")
UNIT = Column("unit", "Unit", "Unit of the figure, and of its limits")
YEAR = Column("year", "Year", "Financial year")
COLLECTION = Column("source", "Source", "Collection and publisher", note="source")
STATUS = Column(
    "status",
    "Status",
    f"“{AS_PUBLISHED}”, or a code: why the figure is missing, or that it is of low reliability",
    note="status",
)
FILE = Column("file", "File", "Title of the publisher’s file that it was read from", note="place")
PLACE = Column("place", "Place", "Sheet and cell, or line, of that file", note="place")
LIMITS = (
    Column(
        "lower",
        "Lower limit",
        "Lower limit of its 95% interval",
        code="[x]",
        note="interval",
        kind="number",
    ),
    Column(
        "upper",
        "Upper limit",
        "Upper limit of its 95% interval",
        code="[x]",
        note="interval",
        kind="number",
    ),
)
FIGURE = (Column("value", "Figure", "The figure, as published", kind="number"), *LIMITS)
BASE = Column(
    "base", "Base", "How many were asked or counted", code="[x]", note="base", kind="number"
)
NUMERATOR = Column(
    "numerator", "Count", "How many of the base the figure counts", note="base", kind="number"
)


def section(
    report: CouncilReport,
    sheet: str,
    title: str,
    columns: Iterable[Column],
    rows: list[Row],
    source: str | None = None,
) -> Table:
    """A section's table. source: unless given, the collections that its rows name."""
    columns = tuple(columns)
    if source is None:
        named = sources(report.review).values()
        used = {one for row in rows for one in row["source"].split("; ")}
        source = "; ".join(dict.fromkeys(name for name in named if name in used))
    name = sheet.lower().replace(" ", "-")
    return make_table(
        name, sheet, f"{report.name}: {title}", columns, records(rows, columns), source
    )
