"""A report on one area, a council above all: its figures, its cells, what changed, what is missing."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from evidence_review.analyse.areas import Area, find_area
from evidence_review.analyse.change import bases, changes, published_years, with_runs
from evidence_review.analyse.choices import (
    YEARS,
    chosen_indicators,
    chosen_years,
    ends,
    not_text,
    not_texts,
)
from evidence_review.analyse.comparators import (
    DEFAULT_COMPARATORS,
    OF_ENGLAND,
    Comparator,
    chosen,
    resolve,
    values_of_each,
)
from evidence_review.analyse.gap_map import council_states
from evidence_review.analyse.groups import age_differences, carer_differences
from evidence_review.analyse.latest import latest_figures
from evidence_review.analyse.missing import missing_figures
from evidence_review.analyse.own_cells import own_cells
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError, UnknownNameError
from evidence_review.read.areas import ENGLAND
from evidence_review.read.own import INVENTED, NO_EVIDENCE, OwnEvidence, invented_council
from evidence_review.read.own import own_evidence as read_own

if TYPE_CHECKING:
    from evidence_review.analyse.own.results import SurveyResults


@dataclass(frozen=True)
class Choices:
    """The parameters of a report, read and found to be right.

    wanted: comparators, each one of `comparators.STANDARD` or an area. indicators: ids, none for
    all of them. own: the area's own evidence; see `read.own`. changed: parameters that differ from
    the notebook's own, as text. review: the review, with the rows of an invented council when the
    report is about one.
    """

    area: Area
    wanted: tuple[str | Area, ...]
    years: tuple[str, ...]
    indicators: tuple[str, ...]
    own: OwnEvidence = field(repr=False)
    changed: dict[str, str]
    review: Review = field(repr=False)


@dataclass(frozen=True)
class CouncilReport:
    """Everything that an area's page shows. Tables are worked out when they are first asked for.

    area: whom the report is about. years: the years shown, first to last.
    comparators: those that this area has. own: its own evidence; see `read.own`.
    changed: parameters that differ from the notebook's own, as text.
    """

    area: Area
    years: tuple[str, ...]
    comparators: tuple[Comparator, ...]
    indicators: pd.DataFrame = field(repr=False)
    own: OwnEvidence = field(repr=False)
    changed: dict[str, str]
    review: Review = field(repr=False)

    @property
    def name(self) -> str:
        """The area's name as people write it."""
        return self.area.name

    @property
    def is_invented(self) -> bool:
        """Whether the report is about an invented council; see `read.own.invented`."""
        return self.area.code.startswith(INVENTED)

    def _chosen(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Those of the chosen indicators and years."""
        return figures[
            figures["year"].isin(self.years)
            & figures["indicator_id"].isin(self.indicators["indicator_id"])
        ]

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Figures of the chosen indicators and years: every area, group total."""
        return self._chosen(self.review.totals)

    @cached_property
    def _own_figures(self) -> pd.DataFrame:
        """All figures of the area, chosen or not, all groups."""
        figures = self.review.figures
        return figures[figures["area_code"].eq(self.area.code)]

    @cached_property
    def by_group(self) -> pd.DataFrame:
        """The area's own figures of the chosen indicators and years, all groups."""
        return self._chosen(self._own_figures)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The area's own figures, group total."""
        return self.by_group[self.by_group["group"].eq("total")]

    @cached_property
    def held(self) -> set[str]:
        """Indicators with a figure for the area in the years shown, chosen or not."""
        own = self._own_figures
        held = own["group"].eq("total") & own["year"].isin(self.years) & own["value"].notna()
        return set(own.loc[held, "indicator_id"])

    @cached_property
    def beside(self) -> dict[str, pd.DataFrame]:
        """Values of England and of each comparator, by its label; see `comparators.values`."""
        return values_of_each(self.totals, (OF_ENGLAND, *self.comparators))

    @cached_property
    def latest(self) -> pd.DataFrame:
        """One row for each indicator with a figure; see `latest_figures`."""
        return latest_figures(
            self.indicators,
            self.totals,
            self.figures,
            self.beside,
            [one.label for one in self.comparators],
            self.review.council_codes,
        )

    @cached_property
    def states(self) -> pd.DataFrame:
        """State of each of the 90 cells; see `council_states`."""
        own = self.own_cells[self.own_cells["extent"].ne("planned")]
        return council_states(
            self.review.gap_map,
            self.review.indicator_cells,
            self.held,
            frozenset(own[["element_id", "frame_id"]].itertuples(index=False, name=None)),
        )

    @cached_property
    def own_cells(self) -> pd.DataFrame:
        """The cells that the area's own documents and survey speak to; see `own_cells`."""
        return own_cells(self.own)

    @cached_property
    def survey(self) -> "SurveyResults":
        """What may be published of the area's own survey; see `own.results.SurveyResults`."""
        from evidence_review.analyse.own.results import survey_results  # scipy takes a second

        figures = self.review.totals
        of_area, of_england = (
            figures[figures["area_code"].eq(code)] for code in (self.area.code, ENGLAND)
        )
        items, indicators = self.review.survey_items, self.review.indicators
        return survey_results(self.own, items, indicators, of_area, of_england)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Every figure that is not there, and why; see `missing_figures`."""
        return missing_figures(self.review, self.figures, self.area, self.indicators, self.years)

    @cached_property
    def published(self) -> dict[str, dict[str, int]]:
        """The years in which each indicator was published; see `change.published_years`."""
        return published_years(self.totals)

    @cached_property
    def bases(self) -> pd.DataFrame:
        """The basis of each indicator and year; see `change.bases`."""
        return bases(self.totals)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Figures of the area and of England with the runs that a line may join; see
        `change.with_runs`."""
        shown = self.totals["area_code"].isin([self.area.code, ENGLAND])
        return with_runs(self.totals[shown], self.published)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """How each indicator moved; see `change.changes`."""
        return changes(self.indicators, self.runs[self.runs["area_code"].eq(self.area.code)])

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
    first_year, last_year: one of `choices.YEARS`; blank for its ends. indicators: ids or short names;
    blank for all. own_evidence: a folder with the area's own evidence (see `read.own`); blank for
    none.
    Raises ReviewError that names every wrong value at once.
    """
    choices = choose(review, council, comparators, first_year, last_year, indicators, own_evidence)
    shown = review.indicators
    if choices.indicators:
        shown = shown[shown["indicator_id"].isin(choices.indicators)].reset_index(drop=True)
    return CouncilReport(
        area=choices.area,
        years=choices.years,
        comparators=tuple(resolve(choices.area, list(choices.wanted), choices.review.councils)),
        indicators=shown,
        own=choices.own,
        changed=choices.changed,
        review=choices.review,
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
    first_year, last_year = ends(first_year, last_year)
    wrong = [*not_text({"council": council}), *not_texts({"comparators": comparators})]
    if own_evidence is not None and not isinstance(own_evidence, str | Path):
        wrong.append("own_evidence: give the name of a folder in quotation marks, or blank.")
    years, problems = chosen_years(first_year, last_year)
    picked, more = chosen_indicators(review.indicators, indicators)
    if wrong:
        raise ReviewError("\n".join([*wrong, *problems, *more]))
    folder = str(own_evidence or "")
    own = NO_EVIDENCE
    invented = None
    if folder:
        try:
            own = read_own(
                folder, review.elements, review.frames, review.kinds, review.survey_items
            )
            if invented := invented_council(folder):
                review = review.with_council(*invented)
        except ReviewError as error:
            wrong += str(error).splitlines()
    area = None
    try:
        area = find_area(review.areas, review.councils, council, review.council_places)
    except UnknownNameError as error:
        wrong.append(str(error))
    else:
        if invented and area.code not in set(invented[0]["area_code"]):
            name = invented[0]["name"].iloc[0]
            wrong.append(
                f"own_evidence {folder}: this is the evidence of {name}, not of {area.name}. "
                f"Ask for “{name}”, or give a folder without council.csv."
            )
    wanted, doubts = chosen(review.areas, review.councils, comparators, review.council_places)
    wrong += [*doubts, *problems, *more]
    if wrong or area is None:
        raise ReviewError("\n".join(wrong))
    labels = [one if isinstance(one, str) else one.name for one in wanted]
    given = {
        "comparators": (", ".join(labels), DEFAULT_COMPARATORS),
        "first_year": (first_year, YEARS[0]),
        "last_year": (last_year, YEARS[-1]),
        "indicators": (", ".join(picked), ""),
        "own_evidence": (folder, ""),
    }
    return Choices(
        area=area,
        wanted=tuple(wanted),
        years=years,
        indicators=tuple(picked),
        own=own,
        changed={name: value for name, (value, usual) in given.items() if value != usual},
        review=review,
    )
