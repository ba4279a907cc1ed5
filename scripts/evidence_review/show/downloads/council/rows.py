"""All figures of one area in one long table: every year and group, and what is missing."""

from collections import defaultdict
from functools import lru_cache

import pandas as pd

from evidence_review.analyse.areas import Area
from evidence_review.analyse.comparators import Comparator
from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.missing import missing_figures
from evidence_review.analyse.names import plain_name
from evidence_review.analyse.reliability import MIN_BASE, MIN_EVENTS, WEAK, weak
from evidence_review.analyse.review import Review
from evidence_review.read.areas import ENGLAND
from evidence_review.show.downloads.table import Column, Row, Table, make_table, records

AS_PUBLISHED = "no remark"
GROUPS = ("total", "18-64", "65-plus", "female", "male")
SMALL_BASE = f"Its base is under {MIN_BASE}."
FEW_EVENTS = f"The rate rests on fewer than {MIN_EVENTS} events."
SAYS_PUBLISHER = "Its publisher marks it as of low reliability."
COUNTED = ("wilson", "byar")  # intervals of indicators that are counted, not estimated

_COLUMNS = (
    Column("area_code", "Area code", "ONS code of the area; type-… for a type of council"),
    Column("area", "Area", "Name of the area"),
    Column("indicator_id", "Indicator code", "Code of the indicator, the same in every year"),
    Column("indicator", "Indicator", "Name of the indicator"),
    Column("unit", "Unit", "Unit of value, lower and upper"),
    Column("year", "Year", "Financial year"),
    Column("group", "Group", "total, or an age group or sex: 18-64, 65-plus, female, male"),
    Column("value", "Figure", "The figure as published, or a code"),
    Column("lower", "Lower limit", "Lower limit of its 95% interval, or a code"),
    Column("upper", "Upper limit", "Upper limit of its 95% interval, or a code"),
    Column("base", "Base", "How many answered or were counted, or a code"),
    Column("numerator", "Count", "How many of the base the figure counts, or a code"),
    Column("status", "Status", f"“{AS_PUBLISHED}”, or the code of what is missing or weak"),
    Column("reason", "Reason", "Why it is missing or weak; else [z]"),
    Column("basis_id", "Basis", "Code of the basis; see the worksheet Sources"),
    Column("source", "Source", "Collection and publisher"),
    Column("file", "File", "Title of the publisher’s file that the row was read from; else [z]"),
    Column("place", "Place", "Where in that file it stands, as sheet and cell, or line; else [z]"),
)
_PARTS = ("value", "lower", "upper", "base", "numerator")
_At = tuple[str, str]  # an indicator and a year


def comparator_columns(report: CouncilReport) -> dict[str, Column]:
    """A column for each comparator, by its label. Names are the same in every council's file."""
    own = report.area.council
    roles = {ENGLAND: "england"}
    if own is not None:
        roles |= {own["region_code"]: "region", own["council_type_code"]: "council_type"}
    return {
        one.label: Column(
            f"value_{_role(one, roles)}",
            one.label,
            f"Value for {one.said}: same indicator, year and basis",
            note="neighbours" if len(one.codes) > 1 else None,
            kind="number",
        )
        for one in report.comparators
    }


def figures_table(report: CouncilReport, figures: list[Row]) -> Table:
    """All figures as a table for programs. figures: see `all_figures`."""
    columns = (*_COLUMNS, *comparator_columns(report).values())
    named = tuple(Column(one.name, one.name, one.meaning) for one in columns)
    slug = report.area.slug
    rows = records(figures, named)
    return make_table(slug, f"The file {slug}.csv", f"{report.name}: all figures", named, rows)


def _role(one: Comparator, roles: dict[str, str]) -> str:
    if len(one.codes) > 1:
        return "neighbours_median"
    return roles.get(one.codes[0], plain_name(one.label).replace(" ", "_"))


def all_figures(report: CouncilReport) -> list[Row]:
    """One row for each indicator, year and group that the area has a figure of or should have.

    A figure of a group should be there when the files give one to any area of the same level.
    Returns area_code, area, indicator_id, indicator, unit, year, group, value, lower, upper, base,
    numerator, status, reason, basis_id, source, file, place and the columns of
    `comparator_columns`. What is missing is a code.
    """
    figures = {
        (row["indicator_id"], row["year"], row["group"]): row
        for row in report.by_group.assign(weak=weak).to_dict("records")
    }
    missing = _missing(report)
    of_year, named = bases_by_year(report.review), sources(report.review)
    files, places = _files(report.review), _places(report)
    beside = _beside(report)
    lacks = _lacks_england(report.review, report.years) if beside else {}
    rows = []
    for indicator in report.indicators.to_dict("records"):
        for year in report.years:
            at = indicator["indicator_id"], year
            basis = of_year.get(at)
            for group in GROUPS:
                key = (*at, group)
                figure = figures.get(key, {})
                if key in missing:
                    status, reason = missing[key]
                elif figure:
                    status, reason = _remark(figure)
                else:
                    continue
                rows.append(
                    {
                        "area_code": report.area.code,
                        "area": report.name,
                        "indicator_id": at[0],
                        "indicator": indicator["name"],
                        "unit": indicator["unit"],
                        "year": year,
                        "group": group,
                        **_parts(figure, indicator, status if key in missing else "[x]"),
                        "status": status,
                        "reason": reason,
                        "basis_id": basis or status,
                        "source": named[basis] if basis else status,
                        "file": files.get(figure.get("file_id", ""), "[z]"),
                        "place": places.get(key, "[z]"),
                        **{
                            column: _or_code(held.get((*at, str(basis))), lacks.get(at, "[x]"))
                            if group == "total"
                            else "[z]"
                            for column, held in beside.items()
                        },
                    }
                )
    return rows


def _remark(figure: Row) -> tuple[str, str]:
    """Status and reason of a figure that has a value."""
    if not figure["weak"]:
        return AS_PUBLISHED, "[z]"
    if figure["status"] == WEAK:
        return WEAK, SAYS_PUBLISHER
    small = pd.notna(figure["base"]) and figure["base"] < MIN_BASE
    return WEAK, SMALL_BASE if small else FEW_EVENTS


def _parts(figure: Row, indicator: Row, code: str) -> dict[str, object]:
    """Value, limits and counts, or codes. A survey's estimate has no count of people."""
    parts = {part: _or_code(figure.get(part), code) for part in _PARTS}
    if parts["numerator"] == code and indicator["interval"] not in COUNTED:
        parts["numerator"] = "[z]"
    return parts


def _or_code(value: object, code: str) -> object:
    return code if value is None or pd.isna(value) else value


def _missing(report: CouncilReport) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Code and reason of what is missing: of everyone together, and of each group."""
    found = {}
    for group in GROUPS:
        if group == "total":
            gone = report.missing
        else:
            own = report.by_group[report.by_group["group"].eq(group)]
            gone = missing_figures(report.review, own, report.area, report.indicators, report.years)
        split = _split(report.review)[report.area.level, group]
        for indicator, year, status, reason in gone.itertuples(index=False):
            if group == "total" or (indicator, year) in split:
                found[indicator, year, group] = (status, reason)
    return found


def _beside(report: CouncilReport) -> dict[str, dict[tuple[str, str, str], float]]:
    """Each comparator's values by indicator, year and basis, by the name of its column."""
    columns = comparator_columns(report)
    found = {}
    for one in report.comparators:
        held = report.beside[one.label]
        keys = zip(held["indicator_id"], held["year"], held["basis_id"], strict=True)
        # The median of numbers with one decimal can have a tail of noise.
        found[columns[one.label].name] = dict(zip(keys, held["value"].round(10), strict=True))
    return found


def _places(report: CouncilReport) -> dict[tuple[str, str, str], str]:
    """Where in its file each of the area's figures stands, by indicator, year and group."""
    table = report.review.places
    own = table[table["area_code"].eq(report.area.code)]
    keys = zip(own["indicator_id"], own["year"], own["group"], strict=True)
    return dict(zip(keys, own["place"], strict=True))


# --- The same for every area --------------------------------------------------------------------


@lru_cache(maxsize=1)
def sources(review: Review) -> dict[str, str]:
    """Collection and publisher, by basis."""
    bases = review.bases
    publishers = bases["publisher"].str.replace(";", " and")
    return dict(zip(bases["basis_id"], bases["short_name"] + ", " + publishers, strict=True))


@lru_cache(maxsize=1)
def _files(review: Review) -> dict[str, str]:
    """Title of each publisher's file, by its code."""
    return dict(zip(review.files["file_id"], review.files["title"], strict=True))


@lru_cache(maxsize=1)
def _split(review: Review) -> dict[tuple[str, str], set[_At]]:
    """Indicators and years that the files give to areas of each level and group."""
    levels = review.areas.set_index("area_code")["level"]
    rows = review.figures[["indicator_id", "year", "group"]]
    rows = rows.assign(level=review.figures["area_code"].map(levels)).drop_duplicates()
    found: dict[tuple[str, str], set[_At]] = defaultdict(set)
    for indicator, year, group, level in rows.itertuples(index=False):
        found[level, group].add((indicator, year))
    return found


@lru_cache(maxsize=1)
def bases_by_year(review: Review) -> dict[_At, str]:
    """The basis on which each indicator and year was published: one for all areas."""
    rows = review.figures[["indicator_id", "year", "basis_id"]].drop_duplicates()
    return {(indicator, year): basis for indicator, year, basis in rows.itertuples(index=False)}


@lru_cache(maxsize=4)
def _lacks_england(review: Review, years: tuple[str, ...]) -> dict[_At, str]:
    """Codes of what England lacks. A comparator lacks it for the same reason: the survey did not
    run, the measure had not begun, or no file was found."""
    own = review.totals[review.totals["area_code"].eq(ENGLAND)]
    area = Area(ENGLAND, "England", "england")
    gone = missing_figures(review, own, area, review.indicators, years)
    return dict(
        zip(zip(gone["indicator_id"], gone["year"], strict=True), gone["status"], strict=True)
    )
