"""A report on one area, a council above all: its figures, its cells, what changed, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from evidence_review.analyse.areas import Area, find_area
from evidence_review.analyse.change import changes, published_years, with_runs
from evidence_review.analyse.comparators import (
    DEFAULT_COMPARATORS,
    Comparator,
    chosen,
    resolve,
)
from evidence_review.analyse.gap_map import council_states
from evidence_review.analyse.groups import age_differences, carer_differences
from evidence_review.analyse.latest import latest_figures
from evidence_review.analyse.missing import missing_figures
from evidence_review.analyse.names import nearest_names, plain_name
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError, UnknownNameError
from evidence_review.read.own_evidence import cells_of, own_documents

YEARS = tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(2014, 2025))
NO_DOCUMENTS = pd.DataFrame(
    columns=["kind", "title", "year", "address", "element_ids", "frame_ids", "extent", "note"]
)


@dataclass(frozen=True)
class Choices:
    """The parameters of a report, read and found to be right.

    wanted: comparators, each one of `comparators.STANDARD` or an area. indicators: ids, none for
    all of them. documents: the area's own; see `read.own_evidence`.
    """

    area: Area
    wanted: tuple[str | Area, ...]
    years: tuple[str, ...]
    indicators: tuple[str, ...]
    documents: pd.DataFrame = field(repr=False)
    changed: dict[str, str]


@dataclass(frozen=True)
class CouncilReport:
    """Everything that an area's page shows. Tables are worked out when they are first asked for.

    area: whom the report is about. years: the years shown, first to last.
    comparators: those that this area has. documents: its own documents; see `read.own_evidence`.
    changed: parameters that differ from the notebook's own, as text.
    """

    area: Area
    years: tuple[str, ...]
    comparators: tuple[Comparator, ...]
    indicators: pd.DataFrame = field(repr=False)
    documents: pd.DataFrame = field(repr=False)
    changed: dict[str, str]
    review: Review = field(repr=False)

    @property
    def name(self) -> str:
        """The area's name as people write it."""
        return self.area.name

    @cached_property
    def shown(self) -> pd.DataFrame:
        """All figures of the chosen indicators and years: every area and group."""
        figures = self.review.figures
        return figures[
            figures["year"].isin(self.years)
            & figures["indicator_id"].isin(self.indicators["indicator_id"])
        ]

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Those of everyone together (group total)."""
        return self.shown[self.shown["group"].eq("total")]

    @cached_property
    def by_group(self) -> pd.DataFrame:
        """The area's own figures, all groups."""
        return self.shown[self.shown["area_code"].eq(self.area.code)]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The area's own figures, group total."""
        return self.totals[self.totals["area_code"].eq(self.area.code)]

    @cached_property
    def held(self) -> set[str]:
        """Indicators with a figure for the area in the years shown, chosen or not."""
        figures = self.review.figures
        own = figures[
            figures["area_code"].eq(self.area.code)
            & figures["group"].eq("total")
            & figures["year"].isin(self.years)
            & figures["value"].notna()
        ]
        return set(own["indicator_id"])

    @cached_property
    def latest(self) -> pd.DataFrame:
        """One row for each indicator with a figure; see `latest_figures`."""
        return latest_figures(
            self.indicators,
            self.totals,
            self.figures,
            list(self.comparators),
            self.review.council_codes,
        )

    @cached_property
    def states(self) -> pd.DataFrame:
        """State of each of the 90 cells; see `council_states`."""
        own = cells_of(self.documents)
        own = own[own["extent"].ne("planned")]
        return council_states(
            self.review.gap_map,
            self.review.indicator_cells,
            self.held,
            frozenset(own[["element_id", "frame_id"]].itertuples(index=False, name=None)),
        )

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Every figure that is not there, and why; see `missing_figures`."""
        return missing_figures(self.review, self.figures, self.area, self.indicators, self.years)

    @cached_property
    def published(self) -> dict[str, dict[str, int]]:
        """The years in which each indicator was published; see `change.published_years`."""
        return published_years(self.totals)

    def runs(self, codes: Sequence[str]) -> pd.DataFrame:
        """Figures of these areas with the runs that a line may join; see `change.with_runs`."""
        return with_runs(self.totals[self.totals["area_code"].isin(codes)], self.published)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """How each indicator moved; see `change.changes`."""
        return changes(self.indicators, self.runs([self.area.code]))

    @cached_property
    def ages(self) -> pd.DataFrame:
        """Older beside younger adults; see `groups.age_differences`."""
        return age_differences(self.indicators, self.by_group)

    @cached_property
    def carers(self) -> pd.DataFrame:
        """Carers beside people who use care; see `groups.carer_differences`."""
        return carer_differences(self.indicators, self.figures)


def council_report(
    review: Review,
    council: str,
    comparators: str | list[str] = DEFAULT_COMPARATORS,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
    own_evidence: str = "",
) -> CouncilReport:
    """Gather one area's report.

    council: name, ONS code, council code or slug; a region, a type of council or England as well.
    comparators: any of `comparators.STANDARD` or names of areas, as a list or as text with commas.
    first_year, last_year: one of `YEARS`. indicators: ids or short names; blank for all of them.
    own_evidence: a folder with the area's own documents.csv; blank for none.
    Raises ReviewError that names every wrong value at once.
    """
    choices = choose(review, council, comparators, first_year, last_year, indicators, own_evidence)
    shown = review.indicators
    if choices.indicators:
        shown = shown[shown["indicator_id"].isin(choices.indicators)].reset_index(drop=True)
    return CouncilReport(
        area=choices.area,
        years=choices.years,
        comparators=tuple(resolve(choices.area, list(choices.wanted), review.councils)),
        indicators=shown,
        documents=choices.documents,
        changed=choices.changed,
        review=review,
    )


def choose(
    review: Review,
    council: str,
    comparators: str | list[str] = DEFAULT_COMPARATORS,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
    own_evidence: str = "",
) -> Choices:
    """The parameters of `council_report`, read. Raises ReviewError that names all that is wrong."""
    wrong = _wrong_kinds(
        {"council": council, "first_year": first_year, "last_year": last_year},
        {"comparators": comparators, "indicators": indicators},
    )
    if own_evidence is not None and not isinstance(own_evidence, str | Path):
        wrong.append("own_evidence: give the name of a folder in quotation marks, or blank.")
    if wrong:
        raise ReviewError("\n".join(wrong))
    own_evidence = str(own_evidence or "")
    area = None
    try:
        area = find_area(review.areas, review.councils, council)
    except UnknownNameError as error:
        wrong.append(str(error))
    wanted, problems = chosen(review.areas, review.councils, comparators)
    wrong += problems
    for name, year in (("first_year", first_year), ("last_year", last_year)):
        if year not in YEARS:
            wrong.append(f"{name} “{year}” is not a year from {YEARS[0]} to {YEARS[-1]}.")
    if first_year in YEARS and last_year in YEARS and first_year > last_year:
        wrong.append(f"first_year {first_year} comes after last_year {last_year}.")
    picked, problems = _indicators(review.indicators, indicators)
    wrong += problems
    documents = NO_DOCUMENTS
    if own_evidence:
        try:
            documents = own_documents(own_evidence, review.elements, review.frames, review.kinds)
        except ReviewError as error:
            wrong += str(error).splitlines()
    if wrong or area is None:
        raise ReviewError("\n".join(wrong))
    labels = [one if isinstance(one, str) else one.name for one in wanted]
    given = {
        "comparators": (", ".join(labels), DEFAULT_COMPARATORS),
        "first_year": (first_year, YEARS[0]),
        "last_year": (last_year, YEARS[-1]),
        "indicators": (", ".join(picked), ""),
        "own_evidence": (own_evidence, ""),
    }
    return Choices(
        area=area,
        wanted=tuple(wanted),
        years=tuple(year for year in YEARS if first_year <= year <= last_year),
        indicators=tuple(picked),
        documents=documents,
        changed={name: value for name, (value, usual) in given.items() if value != usual},
    )


def _wrong_kinds(texts: dict[str, object], lists: dict[str, object]) -> list[str]:
    """What is not text, or not a list of texts, where it must be; one line each."""
    wrong = [
        f"{name}: give text in quotation marks, not {value!r}."
        for name, value in texts.items()
        if not isinstance(value, str)
    ]
    for name, value in lists.items():
        items = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(item, str) for item in items):
            wrong.append(f"{name}: give text in quotation marks, or a list of such texts.")
    return wrong


def _indicators(table: pd.DataFrame, asked: str | list[str]) -> tuple[list[str], list[str]]:
    """Ids of the indicators that are meant, and what is wrong, one line each."""
    parts = asked.split(",") if isinstance(asked, str) else list(asked)
    parts = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    known = {
        plain_name(row[column]): row["indicator_id"]
        for row in table.to_dict("records")
        for column in ("name", "short_name", "indicator_id")
    }
    found, wrong = [], []
    while parts:
        for length in (3, 2, 1):  # a name may hold commas: try the longest first
            plain = plain_name(", ".join(parts[:length]))
            if plain in known:
                break
        part, parts = parts[0], parts[length:]
        if plain in known:
            found.append(known[plain])
            continue
        near = nearest_names(plain, table["indicator_id"])
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        wrong.append(
            f"indicators: no indicator is called “{part}”.{hint} "
            "Give an indicator_id from data/framework/indicators.csv."
        )
    return list(dict.fromkeys(found)), wrong
