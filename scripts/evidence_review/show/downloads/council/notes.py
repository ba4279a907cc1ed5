"""What a reader of one area's workbook must know: its cover and its notes."""

from collections.abc import Sequence

from evidence_review import __version__
from evidence_review.analyse.comparators import MIN_NEIGHBOURS
from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.gap_map import STATE_RULES
from evidence_review.analyse.own import RULE
from evidence_review.analyse.reliability import MIN_BASE
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.council.figures import WEAK_RULE
from evidence_review.show.council.take_away import choices_shown
from evidence_review.show.downloads.about import REVIEW
from evidence_review.show.downloads.council.rows import AS_PUBLISHED
from evidence_review.show.downloads.spreadsheet import Cover
from evidence_review.show.downloads.table import Table, codes_in
from evidence_review.show.words import STATE_WORDS, listing

LICENCE = (
    "Figures: contains public sector information licensed under the Open Government Licence v3.0 "
    "(https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/). "
    "Text: MIT licence (https://opensource.org/license/mit)."
)
NO_RANKS = (
    "Councils are not ranked. The Department of Health and Social Care says that these figures "
    "cannot judge how effective a council is."
)
# What a reader would look for, by the worksheet that is left out where there is none.
NOTHING = {
    "Newest figures": "no official figure",
    "Personal budgets": "no figure on personal budgets",
    "Change and trend": "no figure to follow over time",
    "By age": "no figure by age",
    "Carers": "no year with figures for carers and for people who use care",
    "Missing and why": "no figure missing",
    "Sources": "no source of figures",
}


def council_cover(report: CouncilReport, found: Sequence[Table]) -> Cover:
    """The cover: the area, the choices made, licence, rules, and which worksheets are left out."""
    here = {one.sheet for one in found}
    absent = [what for sheet, what in NOTHING.items() if sheet not in here]
    years = f"Years: {report.years[0]} to {report.years[-1]}."
    if report.comparators:
        years += f" Beside {report.area.said}: {listing([one.said for one in report.comparators])}."
    choices = ", ".join(f'{name} = "{value}"' for name, value in choices_shown(report).items())
    about = [
        f"Version: {__version__} of {REVIEW}",
        f"Licence: {LICENCE}",
        "Source: official statistics of England; the worksheet Sources names each collection, and "
        "the cells of the gap map and the questions come from a report of Think Local Act "
        "Personal (2017)."
        + (
            " The worksheets whose names begin with Own hold the council’s own evidence."
            if here & {"Own survey", "Own documents"}
            else ""
        ),
        years,
        *([f"Made with choices of its own: {choices}."] if choices else []),
        WEAK_RULE,
        NO_RANKS,
        "Codes in square brackets stand for missing values; the worksheet Notes explains them.",
        f"{report.area.slug}.csv holds the same figures for programs, by age group and sex too.",
        *(
            [f"Left out, because for {report.area.said} there is {listing(absent)}."]
            if absent
            else []
        ),
    ]
    return Cover(
        title=f"{report.name}: figures and gaps",
        intro=(
            f"Official figures on adult social care in {report.area.said}, with what is missing and "
            "why, beside the questions on personal budgets that the figures speak to.",
        ),
        about=tuple(about),
        licence=LICENCE,
    )


def council_notes(report: CouncilReport, found: Sequence[Table]) -> dict[str, str]:
    """What the headings of the tables refer to, by key; only what they do refer to."""
    codes = "; ".join(f"{code} {STATUS_MEANINGS[code]}" for code in codes_in(list(found)))
    areas = report.review.areas.set_index("area_code")["name"].to_dict()
    near = sorted(areas[c] for one in report.comparators for c in one.codes if len(one.codes) > 1)
    notes = {
        "codes": f"Codes for missing values: {codes}.",
        "licence": f"Version {__version__}. {LICENCE} {NO_RANKS}",
        "status": f"Status. {AS_PUBLISHED}: the figure stands as published. {WEAK_RULE} Other codes "
        "say why a figure is missing.",
        "interval": "Limits. The 95% interval: margins of error and limits as published, where the "
        "figure is a survey’s; Wilson’s method for proportions of counts; Byar’s for rates.",
        "base": "Base and count. People who answered or were counted; providers for care home "
        "ratings; residents for rates per 100,000. A survey’s estimate has no count.",
        "source": "Source. Short name of the collection, and its publisher; the worksheet Sources "
        "has the names in full.",
        "place": "File and place. Two steps lead from a figure to its row in the official file: read "
        "the file’s title and the place here, then open that file at that place: a sheet and cell "
        "of a workbook, or a line of a text file, whose headings are line 1. “not in the file”: it "
        "leaves the figure out. The book’s page Data and downloads says where each file was found.",
        "comparison": "Comparison. similar: the other value lies inside the figure’s 95% interval. "
        "better, worse: outside, by the direction in the column Better when. higher, lower: "
        "outside, where neither direction is better. Some comparisons differ by chance alone.",
        "neighbours": "Neighbours. The 15 councils most alike in numbers of adults aged 18 to 64 "
        f"and 65 and over, share aged 65 and over, and deprivation: {listing(near)}. The "
        f"median needs a figure from {MIN_NEIGHBOURS} of them.",
        "break": "First year. The first of the newest years that follow each other on one basis. A "
        "new basis, or a year without a figure, ends a run: what lies before is not compared.",
        "change": "Moved. higher or lower: the 95% interval of the change leaves out zero. No "
        "clear change: it does not. Not said on a single year, without intervals or on a small "
        "base.",
        "trend": f"Trend. The latest {YEARS_OF_A_TREND} years in a row on one basis, tested by the method "
        "that OHID publishes (p below 0.002, and no one year decides it).",
        "difference": "Found. higher or lower: the 95% interval of the difference leaves out zero. "
        "Carers and people who use care answer different surveys, so a difference between them is "
        "a hint and not a measure.",
        "own": f"The council’s own survey, not an official statistic. {RULE} [c]: held back; [u]: a "
        f"base under {MIN_BASE}, to the nearest 5, or weights that leave no more.",
        "state": "State. The first that holds. "
        + "; ".join(f"{STATE_WORDS[key]}: {rule}" for key, rule in STATE_RULES.items())
        + ".",
    }
    used = {column.note for one in found for column in one.columns} | {"licence"}
    return {key: text for key, text in notes.items() if key in used or (key == "codes" and codes)}
