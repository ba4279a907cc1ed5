"""One council: its own figures beside its comparators, its cells, and what is missing and why."""

from dataclasses import dataclass, field

import pandas as pd

from evidence_review.analyse.findings import ENGLAND
from evidence_review.analyse.gap_map import council_states
from evidence_review.analyse.names import find_council
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import compare
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.errors import ReviewError

COMPARATORS = ("England", "region", "type")
DEFAULT_COMPARATORS = "England, region"
MIN_BASE = 30  # people; below that a verdict would rest on a handful
YEARS = tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(2014, 2025))


@dataclass(frozen=True)
class CouncilReport:
    """Everything that a council's page shows.

    council: row of the councils table. years: the years shown, first to last.
    comparators: label of each comparator → its area code.
    figures: rows of the figures table for the council (group total, years shown).
    latest: one row an indicator; see `latest_figures`.
    states: state of each of the 90 cells; see `council_states`.
    missing: indicator, years and reason for every figure that is not there.
    changed: parameters that differ from the notebook's own, as text.
    """

    council: pd.Series
    years: tuple[str, ...]
    comparators: dict[str, str]
    figures: pd.DataFrame
    latest: pd.DataFrame
    states: pd.DataFrame
    missing: pd.DataFrame
    changed: dict[str, str]
    review: Review = field(repr=False)

    @property
    def name(self) -> str:
        """The council's name as people write it."""
        return str(self.council["name"])


def council_report(
    review: Review,
    council: str,
    comparators: str | list[str] = DEFAULT_COMPARATORS,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
) -> CouncilReport:
    """Gather one council's report.

    council: name, ONS code, council code or slug. comparators: any of `COMPARATORS`, as a list or
    as text with commas. first_year, last_year: one of `YEARS`.
    Raises ReviewError that names every wrong value at once.
    """
    wrong = wrong_choices(comparators, first_year, last_year)
    try:
        row = find_council(review.councils, council)
    except ReviewError as error:
        wrong.insert(0, str(error))
    if wrong:
        raise ReviewError("\n".join(wrong))

    labels = _labels(comparators)
    given = {
        "comparators": (", ".join(labels), DEFAULT_COMPARATORS),
        "first_year": (first_year, YEARS[0]),
        "last_year": (last_year, YEARS[-1]),
    }
    years = tuple(year for year in YEARS if first_year <= year <= last_year)
    areas = {
        "England": ("England", ENGLAND),
        "region": (row["region"], row["region_code"]),
        "type": (row["council_type"], row["council_type_code"]),
    }
    chosen = {str(areas[label][0]): str(areas[label][1]) for label in labels}
    totals = review.figures[
        review.figures["group"].eq("total") & review.figures["year"].isin(years)
    ]
    own = totals[totals["area_code"].eq(row["area_code"])]
    with_value = set(own.loc[own["value"].notna(), "indicator_id"])
    return CouncilReport(
        council=row,
        years=years,
        comparators=chosen,
        figures=own,
        latest=latest_figures(review.indicators, totals, own, chosen),
        states=council_states(review.gap_map, review.indicator_cells, with_value),
        missing=missing_figures(review, own, row, years),
        changed={name: value for name, (value, usual) in given.items() if value != usual},
        review=review,
    )


def _labels(comparators: str | list[str]) -> list[str]:
    asked = comparators.split(",") if isinstance(comparators, str) else list(comparators)
    known = {label.lower(): label for label in COMPARATORS}
    given = [label.strip() for label in asked if label.strip()]
    return list(dict.fromkeys(known.get(label.lower(), label) for label in given))


def wrong_choices(
    comparators: str | list[str] = DEFAULT_COMPARATORS,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
) -> list[str]:
    """What is wrong with the parameters of a council's report, one line each; empty when nothing."""
    labels = _labels(comparators)
    wrong = [
        f"“{label}” is no comparator; choose from {', '.join(COMPARATORS)}."
        for label in labels
        if label not in COMPARATORS
    ]
    if not labels:
        wrong.append(f"no comparator is given; choose from {', '.join(COMPARATORS)}.")
    for name, year in (("first_year", first_year), ("last_year", last_year)):
        if year not in YEARS:
            wrong.append(f"{name} “{year}” is not a year from {YEARS[0]} to {YEARS[-1]}.")
    if first_year in YEARS and last_year in YEARS and first_year > last_year:
        wrong.append(f"first_year {first_year} comes after last_year {last_year}.")
    return wrong


def latest_figures(
    indicators: pd.DataFrame, totals: pd.DataFrame, own: pd.DataFrame, comparators: dict[str, str]
) -> pd.DataFrame:
    """The newest figure of each indicator that has one, beside the comparators of the same year.

    Returns, in the order of the indicators table: the columns of `indicators`, year, value, lower,
    upper, base, numerator, status, basis_id, and for each comparator its value and the comparison
    in a word (columns named "value: LABEL" and "comparison: LABEL").
    """
    held = own[own["value"].notna()].sort_values("year").groupby("indicator_id").tail(1)
    columns = ["indicator_id", "year", "value", "lower", "upper", "base", "numerator"]
    result = indicators.merge(held[[*columns, "status", "basis_id"]], on="indicator_id")
    for label, code in comparators.items():
        other = totals.loc[
            totals["area_code"].eq(code), ["indicator_id", "year", "basis_id", "value"]
        ].rename(columns={"value": f"value: {label}"})
        result = result.merge(other, on=["indicator_id", "year", "basis_id"], how="left")
        # Unreliable by the publisher, or on too small a base: shown, and held against nothing.
        result[f"comparison: {label}"] = [
            None
            if status == "[u]" or (pd.notna(base) and base < MIN_BASE)
            else compare(lower, upper, other_value, better)
            for lower, upper, other_value, better, status, base in zip(
                result["lower"],
                result["upper"],
                result[f"value: {label}"],
                result["better"],
                result["status"],
                result["base"],
                strict=True,
            )
        ]
    return result


def missing_figures(
    review: Review, own: pd.DataFrame, council: pd.Series, years: tuple[str, ...]
) -> pd.DataFrame:
    """Every indicator and year without a value for the council, and why.

    Returns indicator_id, year, status, reason; one row for each figure that is not there.
    """
    statuses = {
        (indicator, year): "" if pd.notna(value) else status
        for indicator, year, value, status in zip(
            own["indicator_id"], own["year"], own["value"], own["status"], strict=True
        )
    }
    code = council["area_code"]
    began = review.areas.set_index("area_code").loc[code, "first_year"]
    unavailable = _years_without_figures(review.unavailable)
    absences = {
        (row["collection"], row["year"]): row["reason"]
        for row in review.absences.to_dict("records")
        if row["area_code"] in (code, "")
    }
    rows = []
    for indicator, collection in zip(
        review.indicators["indicator_id"], review.indicators["collection"], strict=True
    ):
        for year in years:
            status = statuses.get((indicator, year))
            if status == "":
                continue
            if year < began:
                found = ("[z]", f"{council['name']} began as a council in {began}.")
            elif (indicator, year) in unavailable:
                found = unavailable[indicator, year]
            elif (collection, year) in absences:
                found = ("[x]", absences[collection, year])
            elif status is None:
                found = ("[x]", "The publisher’s file has no row for this council.")
            elif status == "[x]":
                found = (status, "The publisher gives no figure for this council.")
            else:
                found = (status, f"{STATUS_MEANINGS[status].capitalize()}.")
            rows.append((indicator, year, *found))
    return pd.DataFrame(rows, columns=["indicator_id", "year", "status", "reason"])


def _years_without_figures(unavailable: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """Status and reason of each indicator and year for which no council has a figure."""
    return {
        (row["indicator_id"], year): (row["status"], row["reason"])
        for row in unavailable.to_dict("records")
        if row["level"] in ("council", "all")
        for year in YEARS
        if row["first_year"] <= year <= row["last_year"]
    }
