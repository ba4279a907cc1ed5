"""An area's figures as tables: newest, all years, personal budgets, missing, and their sources."""

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import WEAK
from evidence_review.show.council.budgets import COLLECTIONS, newest_of_each_basis
from evidence_review.show.council.change import BUDGETS
from evidence_review.show.downloads.council.columns import (
    BASE,
    COLLECTION,
    FIGURE,
    FILE,
    INDICATOR,
    NUMERATOR,
    PLACE,
    STATUS,
    UNIT,
    YEAR,
    section,
)
from evidence_review.show.downloads.council.rows import comparator_columns
from evidence_review.show.downloads.table import Column, Row, Table
from evidence_review.show.words import count, listing


def newest_figures(report: CouncilReport, by_year: dict[tuple[str, str], Row]) -> Table:
    """The newest figure of each indicator, compared in a word.

    by_year: rows of everyone together, by indicator and year; see `rows.all_figures`.
    """
    beside = comparator_columns(report)
    frames = report.review.frames.set_index("frame_id")["short_name"].to_dict()
    of_indicator = (
        report.review.indicator_cells.groupby("indicator_id")["frame_id"]
        .agg(lambda ids: "; ".join(frames[frame] for frame in sorted(set(ids))))
        .to_dict()
    )
    rows = [
        {
            **by_year[row["indicator_id"], row["year"]],
            "frames": of_indicator[row["indicator_id"]],
            "better": row["better"],
            **{
                f"comparison_{column.name}": WEAK if row["weak"] else row[f"comparison: {label}"]
                for label, column in beside.items()
            },
        }
        for row in report.latest.to_dict("records")
    ]
    compared = []
    for label, column in beside.items():
        words = f"The figure beside {label}, in a word"
        compared += [
            column,
            Column(
                f"comparison_{column.name}", f"Beside {label}", words, code="[x]", note="comparison"
            ),
        ]
    columns = (
        INDICATOR,
        Column("frames", "Frames of reference", "Frames that the indicator speaks to"),
        UNIT,
        YEAR,
        *FIGURE,
        BASE,
        STATUS,
        Column("better", "Better when", "“higher”, “lower”, or “neither”", note="comparison"),
        *compared,
        COLLECTION,
        FILE,
        PLACE,
    )
    said = f", beside {listing([one.said for one in report.comparators])}" if beside else ""
    return section(
        report, "Newest figures", f"newest figure of each indicator{said}", columns, rows
    )


def all_years(report: CouncilReport, total: list[Row]) -> Table:
    """Every figure of everyone together. total: rows of `rows.all_figures`."""
    columns = (
        INDICATOR,
        UNIT,
        YEAR,
        *FIGURE,
        NUMERATOR,
        BASE,
        STATUS,
        *comparator_columns(report).values(),
        COLLECTION,
        FILE,
        PLACE,
    )
    title = "every indicator and year, everyone together"
    return section(report, "All years", title, columns, total)


def budgets(report: CouncilReport, by_year: dict[tuple[str, str], Row]) -> Table:
    """Who has a personal budget or direct payment, with the spread of the neighbours.

    by_year: as for `newest_figures`.
    """
    spread: dict[tuple[str, str], Row] = {}
    several = [one for one in report.comparators if len(one.codes) > 1]
    for one in several:
        near = report.beside[one.label]
        for row in near[near["indicator_id"].isin(BUDGETS)].to_dict("records"):
            spread[row["indicator_id"], row["year"]] = row
    rows = []
    for figure in newest_of_each_basis(report).to_dict("records"):
        at = figure["indicator_id"], figure["year"]
        near = {name: spread.get(at, {}).get(name) for name in ("low", "high", "areas")}
        collection = COLLECTIONS[figure["basis_id"]]
        rows.append({**by_year[at], **near, "collection": collection})
    rows.sort(key=lambda row: list(COLLECTIONS.values()).index(row["collection"]))
    neighbours = (
        Column(
            "low", "Lowest neighbour", "Lowest figure of a neighbour", code="[x]", kind="number"
        ),
        Column(
            "high", "Highest neighbour", "Highest figure of a neighbour", code="[x]", kind="number"
        ),
        Column(
            "areas",
            "Neighbours with a figure",
            "How many neighbours have one",
            code="[x]",
            kind="number",
        ),
    )
    columns = (
        Column("collection", "Collection", "Figures of the two cannot be compared"),
        INDICATOR,
        UNIT,
        YEAR,
        *FIGURE,
        NUMERATOR,
        BASE,
        STATUS,
        *comparator_columns(report).values(),
        *(neighbours if several else ()),
        COLLECTION,
        FILE,
        PLACE,
    )
    title = "newest figure on personal budgets and direct payments from each collection"
    return section(report, "Personal budgets", title, columns, rows)


def missing(report: CouncilReport) -> Table:
    """Every figure of everyone together that is not there, with its code and the reason."""
    names = report.indicators.set_index("indicator_id")["name"].to_dict()
    rows = [
        {**row, "indicator": names[row["indicator_id"]]}
        for row in report.missing.to_dict("records")
    ]
    columns = (
        INDICATOR,
        YEAR,
        Column("status", "Code", "Code for what is missing", note="codes"),
        Column("reason", "Reason", "Why the figure is not there"),
    )
    title = f"{count(len(rows), 'figure')} missing, and why"
    named = dict.fromkeys(report.indicators["collection"])
    source = f"what these collections publish: {'; '.join(named)}; reasons are our reading of them"
    return section(report, "Missing and why", title, columns, rows, source)


def sources_used(report: CouncilReport, total: list[Row]) -> Table:
    """The bases of the figures in full. total: as for `all_years`."""
    bases = report.review.bases
    used = bases[bases["basis_id"].isin({row["basis_id"] for row in total})]
    columns = (
        Column("basis_id", "Basis", "Code of the basis, as in the CSV file"),
        Column("short_name", "Collection", "Short name, as in the other worksheets"),
        Column("name", "Name", "Name in full"),
        Column("publisher", "Publisher", "Who published it"),
        Column("first_year", "First year", "First year on this basis"),
        Column("last_year", "Last year", "Last year on this basis"),
        Column("comparability", "Comparability", "What may be compared with what"),
    )
    title = "where the figures come from, and which may be compared"
    return section(
        report, "Sources", title, columns, used.to_dict("records"), "the publishers named"
    )
