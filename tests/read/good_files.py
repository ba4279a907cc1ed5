"""Small files as councils and publishers write them, for the tests to damage.

No two numbers of a file are the same, so that a number in a wrong place is known for one.
"""

import re
from collections.abc import Iterator

from tests.read.damage import Rows
from tests.read.held import Place

from evidence_review.read import ascof_extract_2019_20, ascof_time_series
from evidence_review.read.figures import GROUPS
from evidence_review.read.measures import BY_CODE, BY_SHEET, SURVEY

Keys = list[set[Place]]

# --- A council's own evidence ------------------------------------------------------------------

OWN: dict[str, Rows] = {
    "documents": [
        ["kind", "title", "year", "address", "elements", "frames", "extent", "note"],
        ["local document", "Local Account", "2024", "https://a.org/x", "E3", "F3", "full", ""],
        ["survey", "Carers’ café survey", "2023", "", "E1;E2.1", "F1", "part", "Waits, for now"],
        ["evaluation", "Pilot, year 1", "2020", "", "E4", "F2;F3", "planned", "naïve"],
        ["local document", "Needs of carers", "2019", "", "E2", "F1;F6", "full", "Draft"],
    ],
    "questions": [
        ["question", "wording", "scale", "good", "left_out", "element", "frame", "universal",
         "standard"],
        ["control", "How much control do you have?", "1 All I want;2 Enough;3 Some;4 None", "1;2",
         "", "E2.1", "F3", "no", "ascs-3a"],
        ["plan-say", "How much say, if any?", "1 Enough;2 Too little;9 I have no plan", "1", "9",
         "E1", "F1", "yes", ""],
        ["sure", "Are you sure it’s yours?", "10 Yes;11 No", "10", "", "E4.5", "F2", "no", ""],
    ],
    "responses": [
        ["weight", "age_group", "sex", "support_reason", "budget_type", "wave", "person", "control",
         "plan-say", "sure"],
        ["0.85", "18-64", "female", "physical support", "direct payment", "2023-24", "P1", "1", "2",
         "10"],
        ["1.25", "65+", "male", "social support", "managed", "2023-24", "P2", "3", "9", "11"],
        ["1.5", "65 and over", "other", "", "individual service fund", "2024-25", "P3", "4", "1",
         ""],
        ["2.75", "18 to 64", "female", "mental health support", "none", "2024-25", "P4", "", "1",
         "10"],
        ["3.125", "65+", "", "sensory support", "managed", "2024-25", "P5", "2", "", "11"],
    ],
    "waves": [
        ["wave", "eligible", "note"],
        ["2023-24", "900", "All with long-term support"],
        ["2024-25", "1100", ""],
    ],
}  # fmt: skip
OWN_KEYS = {"documents": "title", "questions": "question", "responses": "person", "waves": "wave"}
OWN_NUMBERS = {
    "documents": ["year"],
    "questions": [],
    "responses": ["weight", "control", "plan-say", "sure"],
    "waves": ["eligible"],
}

# --- The publishers' files ---------------------------------------------------------------------

# Code of the file, level, code of the Office for National Statistics, and that of the review.
PLACES = [
    ("1001", "England", "E92000001", "E92000001"),
    ("S", "Council type", "0", "type-shire-counties"),
    ("102", "Council", "E10000006", "E10000006"),
]
TITLES = {
    "1B": "The proportion of people who use services who have control over their daily life",
    "1C(2A)": "The proportion of people using social care who receive direct payments",
    "2B1": "Still at home 91 days after discharge",
}
OPEN_DATA = [
    "Return Year", "Geographical Code", "Geographical Level", "ONS Area Code",
    "Disaggregation Level", "Measure Type", "Measure Value", "Measure Group",
    "Measure Group Description",
]  # fmt: skip
EXTRACT = ["ONS Code", "Measure Group Description", "Disaggregation Level", "Measure Value", "Year"]
WELLBEING = [
    "areacd", "areanm", "indicator", "period", "measure", "observation", "lci_95", "uci_95",
    "status", "notes",
]  # fmt: skip


def open_data(year: str = "2017-18") -> Iterator[tuple[list[str], set[Place]]]:
    """Rows of the open data, with the figure that each goes to (none: it is left out)."""
    count = 0
    for code, title in TITLES.items():
        measure = BY_CODE.get(re.sub(r"[()]", "", code))
        kinds: tuple[str, ...] = ("Outcome", "Numerator", "Denominator")
        if measure is not None and measure.kind == SURVEY:
            kinds = ("Outcome", "Base", "Margin of Error", "Numerator")
        for area, level, ons, ours in PLACES:
            for group in ("Total", "65 and over", "85 and over"):
                for kind in kinds:
                    count += 1
                    value = {
                        "Outcome": f"{5 + count / 100:.2f}",
                        "Margin of Error": f"{1 + count / 1000:.3f}",
                        "Numerator": f"{3000 + count}",
                    }.get(kind, f"{50_000 + count:,}")
                    if kind == "Outcome" and (area, group) == ("102", "65 and over"):
                        value = "[x]" if code == "1B" else "c"
                    row = [year, area, level, ons, group, kind, value, code, title]
                    keys: set[Place] = set()
                    if measure is not None and group in GROUPS:
                        keys.add((measure.indicator_id, ours, year, GROUPS[group]))
                    yield row, keys


def extract() -> Iterator[tuple[list[str], set[Place]]]:
    """Rows of the cut of 2019-20: of two titles a block on people who use care, and on carers."""
    other = "Proportion of adults with learning disabilities in paid employment"
    titles: dict[str, tuple[str, ...]] = {
        title: (indicator,) for title, indicator in ascof_extract_2019_20._TITLES.items()
    }
    titles |= ascof_extract_2019_20._SHARED_TITLES | {other: ("",)}
    count = 0
    for area in ("E92000001", "E09000007", "E10000006"):
        for title, indicators in titles.items():
            for indicator in indicators:
                for group in ("Total", "65 and over"):
                    count += 1
                    keys: set[Place] = set()
                    if indicator:
                        keys.add((indicator, area, "2019-20", GROUPS[group]))
                    yield [area, title, group, f"{3 + count / 100:.2f}", "2020"], keys


def wellbeing() -> Iterator[tuple[list[str], set[Place]]]:
    count = 0
    for word, scale in {"Happiness": "happy", "Anxiety": "anxious", "Worthwhile": "worth"}.items():
        for area in ("E92000001", "E12000007", "E06000010"):
            for start in (2013, 2021, 2022):
                count += 1
                value = 3 + count / 100
                measure = f"Mean (Where 0 is 'not at all {scale}' and 10 is 'completely {scale}')"
                numbers = [f"{value + limit:.3f}" for limit in (0, -0.401, 0.402)]
                status, note = ("u", "Few answers, so of low quality") if count == 6 else ("", "")
                if count == 8:
                    numbers, status = ["", "", ""], "x"
                row = [area, "Kingston upon Hull, City of", word, f"{start}-04-01/P1Y", measure]
                keys: set[Place] = set()
                if start > 2013 and word != "Worthwhile":
                    keys.add((word.lower(), area, f"{start}-{start - 1999}", "total"))
                yield [*row, *numbers, status, note], keys


def series() -> tuple[dict[str, Rows], dict[str, Keys]]:
    """A time series (sheet → rows), and for each sheet the figures that each row goes to.

    The heading stands in the third row.
    """
    book: dict[str, Rows] = {"Cover": [["Made up"]], "Notes": [["[note 1]", "Made up"]]}
    keys: dict[str, Keys] = {}
    count = 0
    areas = [("S", "Shire Counties", "[z]", "type-shire-counties"), ("D", "District", "[z]", "")]
    areas += [("England", "England", *PLACES[0][2:]), ("102", "Cumbria", *PLACES[2][2:])]
    years = {"2016 to 2017": "2016-17", "2022 to 2023": "2022-23"}
    for sheet, measure in BY_SHEET.items():
        kinds = list(ascof_time_series._COUNTED_KINDS)
        if measure.kind == SURVEY:
            kinds = list(ascof_time_series._SURVEY_KINDS)
        if measure.indicator_id == "providers-good":
            kinds = [f"{part} {kind}" for part in ("good", "6b") for kind in kinds]
        heading = [*ascof_time_series._HEADINGS, *(f"{y} - {k}" for y in years for k in kinds)]
        keys[sheet] = [set()]
        rows: Rows = [heading]
        for code, name, ons, ours in areas:
            row = [code, name, ons]
            for heads in heading[3:]:
                count += 1
                value = f"{1 + count / 1000:.3f}"
                if heads.endswith(("respondents", "denominator")):
                    value = str(50_000 + count)
                elif heads.endswith("numerator"):
                    value = str(2_000 + count)
                if measure.indicator_id.startswith("carer-") and heads.startswith("2016"):
                    value = f"{value} (9.9)"
                row.append("[z]" if code == "D" else value)
            rows.append(row)
            figures: set[Place] = set()
            if ours:
                figures |= {(measure.indicator_id, ours, year, "total") for year in years.values()}
            keys[sheet].append(figures)
        title = f"Table: {measure.words.split('|')[0]} [note 1]"
        book[sheet] = [[title], ["This worksheet contains one table."], *rows]
    return book, keys
