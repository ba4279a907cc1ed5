"""The chapters on older people, carers and direct payments: no holes, findings that hold, charts."""

import json
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from bs4 import BeautifulSoup
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.national.older_people import same_way
from evidence_review.analyse.review import Review
from evidence_review.paths import NOTEBOOKS
from evidence_review.show.national import carers, direct_payments, older_people
from evidence_review.show.national.groups_words import comparison, holds_text

Check = Callable[[str], str]
CHAPTERS: dict[str, tuple[ModuleType, str, list[str], list[str]]] = {
    "older-people": (
        older_people,
        "older_people",
        ["finding", "england", "councils", "years", "take_up", "sensitivity", "by_council"],
        ["england_chart", "councils_chart", "years_chart", "take_up_chart"],
    ),
    "carers": (
        carers,
        "carers",
        [
            "finding",
            "surveys",
            "beside_people",
            "changes",
            "take_up",
            "sensitivity",
            "by_council",
        ],
        ["surveys_chart", "beside_people_chart", "changes_chart", "take_up_chart"],
    ),
    "direct-payments": (
        direct_payments,
        "direct_payments",
        [
            "finding",
            "take_up",
            "moves",
            "spread",
            "areas",
            "missing",
            "sensitivity",
            "by_council",
        ],
        ["take_up_chart", "moves_chart"],
    ),
}
OTHERS: list[tuple[str, dict[str, str]]] = [
    ("older-people", {"last_year": "2015-16"}),
    ("older-people", {"indicators": "quality-of-life", "first_year": "2018-19"}),
    ("carers", {"first_year": "2023-24"}),
    ("carers", {"indicators": "carer-consulted", "last_year": "2018-19"}),
    ("direct-payments", {"indicators": "self-directed-support"}),
    ("direct-payments", {"indicators": "carer-direct-payments"}),
    ("direct-payments", {"first_year": "2014-15", "last_year": "2015-16"}),
]


@pytest.fixture(scope="module")
def results(review: Review) -> dict[str, Any]:
    return {name: getattr(module, make)(review) for name, (module, make, _, _) in CHAPTERS.items()}


@pytest.fixture(scope="module")
def pages(results: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every section and chart of each chapter, made once."""
    return {
        name: {part: getattr(module, part)(results[name]) for part in [*sections, *charts]}
        for name, (module, _, sections, charts) in CHAPTERS.items()
    }


def text_of(html: Any) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split())


def check_section(html: Any, reads_well: Check) -> None:
    assert isinstance(html, Markup)
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("p, li, caption, summary"):
        assert not reads_well(part.get_text()), part.get_text()
    for line in (part.get_text(" ", strip=True) for part in soup.select("p, li")):
        assert line[0].isupper() or line[0].isdigit(), line
        assert line[-1] in ".:", line
    for cell in soup.select("td, th"):
        text = cell.get_text(" ", strip=True)
        assert text
        assert not re.search(r"\bnan\b|NaN|<NA>|None\b|\binf\b", text), text
    for table in soup.find_all("table"):
        assert table.select("tbody tr td"), "a table without rows"


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_section_reads_well(
    pages: dict[str, dict[str, Any]], name: str, reads_well: Check
) -> None:
    for section in CHAPTERS[name][2]:
        assert pages[name][section]
        check_section(pages[name][section], reads_well)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chart_states_its_finding_with_values(
    pages: dict[str, dict[str, Any]], name: str, reads_well: Check
) -> None:
    for chart in CHAPTERS[name][3]:
        picture = pages[name][chart]
        assert isinstance(picture, Image)
        assert picture.data.startswith(b"\x89PNG")
        assert not reads_well(picture.alt), picture.alt
        assert re.search(r"20\d\d-\d\d", picture.alt)
        assert len(re.findall(r"\d+\.\d", picture.alt)) + picture.alt.count(" of ") >= 3
        assert picture.alt[0].isupper()
        assert picture.alt.endswith(".")


def test_a_year_on_another_basis_stands_apart_in_words(pages: dict[str, dict[str, Any]]) -> None:
    alt = pages["direct-payments"]["take_up_chart"].alt
    assert "in 2020-21 England 26.6%" in alt
    assert "apart, in 2024-25 England 24.5%" in alt
    alt = pages["carers"]["surveys_chart"].alt
    assert "Carers’ satisfaction: in 2016-17 England 39.0%" in alt
    assert "apart, in 2014-15 England 41.2%" in alt


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_small(pages: dict[str, dict[str, Any]], name: str) -> None:
    _, _, sections, charts = CHAPTERS[name]
    html = sum(len(pages[name][section]) for section in sections)
    pictures = sum(len(pages[name][chart].data) for chart in charts)
    assert html + 4 / 3 * pictures < 600_000


@pytest.mark.parametrize(("name", "choices"), OTHERS)
def test_other_choices_leave_no_hole(
    review: Review, name: str, choices: dict[str, str], reads_well: Check
) -> None:
    module, make, sections, charts = CHAPTERS[name]
    result = getattr(module, make)(review, **choices)
    for section in sections:
        html = getattr(module, section)(result)
        if html:
            check_section(html, reads_well)
    for chart in charts:
        picture = getattr(module, chart)(result)
        if isinstance(picture, Image):
            assert not reads_well(picture.alt), picture.alt
        else:
            assert not picture


def test_the_finding_on_older_people_is_that_of_the_figures(
    results: dict[str, Any], pages: dict[str, dict[str, Any]]
) -> None:
    text = text_of(pages["older-people"]["finding"])
    assert "lower in 143 of 151 councils" in text
    assert "lower in 142 of 150 councils" in text
    assert "74.4% (73.9 to 74.9%) and 82.6% (82.1 to 83.1%) in England in 2018-19" in text
    assert "−8.2 points (95% interval −8.9 to −7.5)" in text
    assert "lower beyond chance in 83 of 150 councils and higher in none" in text
    kept = same_way(results["older-people"].rows.query("indicator_id == 'control'"))
    assert f"{kept['always_lower']} of the {kept['councils']} councils with figures for all" in text
    rows = results["older-people"].by_year.set_index(["indicator_id", "year"])
    pooled = rows.loc[("control", "2018-19"), "pooled"]
    assert f"−{abs(pooled.mean):.1f} points (95% interval −{abs(pooled.lower):.1f} to" in text


def test_the_finding_on_carers_is_that_of_the_figures(pages: dict[str, dict[str, Any]]) -> None:
    text = text_of(pages["carers"]["finding"])
    assert "36.7% (36.0 to 37.4%) and 65.4% (64.9 to 65.9%) in England in 2023-24" in text
    assert "Carers’ figure is lower in all 150 councils" in text
    assert "in the survey of carers, all 5 measures went down in England" in text
    assert "80,811 of 107,384 carers" in text


def test_the_finding_on_direct_payments_is_that_of_the_figures(
    results: dict[str, Any], pages: dict[str, dict[str, Any]]
) -> None:
    text = text_of(pages["direct-payments"]["finding"])
    assert "In England in 2020-21, 26.6% (26.4 to 26.7%) of people" in text
    assert "0.3 points more than in 2014-15 (26.3%, 26.2 to 26.5%)" in text
    assert "28.5% (28.3 to 28.6%) in 2017-18" in text
    row = results["direct-payments"].moves.iloc[len(results["direct-payments"].spans) - 1]
    moved = f"{row['beyond_higher']} of {row['tested']} went up and {row['beyond_lower']} went down"
    assert moved in text
    assert "24.5% (24.4 to 24.6%)" in text
    assert "no change since 2020-21" in text


def test_an_opening_marks_a_figure_of_low_reliability(review: Review) -> None:
    # The publisher marks self-directed support of 2024-25 so.
    result = direct_payments.direct_payments(review, indicators="self-directed-support")
    first = BeautifulSoup(direct_payments.finding(result), "html.parser").p
    assert first
    text = " ".join(first.get_text().split())
    assert re.search(r"2024-25, [\d.]+% .+, is counted in another way and of low reliability", text)


@pytest.mark.parametrize("name", CHAPTERS)
def test_councils_stand_by_name_and_lead_to_pages_that_exist(
    review: Review, pages: dict[str, dict[str, Any]], name: str
) -> None:
    soup = BeautifulSoup(pages[name]["by_council"], "html.parser")
    names = [cell.get_text() for cell in soup.select("tbody th")]
    assert len(names) > 140
    assert names == sorted(names)
    links = {str(a["href"]): a.get_text() for a in soup.select("a")}
    pages = {
        f"../councils/{row['slug']}.html": row["name"] for row in review.councils.to_dict("records")
    }
    assert links.items() <= pages.items()
    assert set(links.values()) == set(names) & set(pages.values())


def test_a_weak_figure_is_marked_and_said_nothing_of(pages: dict[str, dict[str, Any]]) -> None:
    soup = BeautifulSoup(pages["older-people"]["by_council"], "html.parser")
    rows = {row.th.get_text(): row for row in soup.select("tbody tr") if row.th}
    assert rows["City of London"].select("td")[-1].get_text() == "[u]"


def test_sensitivity_says_whether_it_holds(pages: dict[str, dict[str, Any]]) -> None:
    for name in CHAPTERS:
        html = pages[name]["sensitivity"]
        assert all(
            word in html
            for word in ("All councils", "Without London", "Without the smallest tenth")
        )
        assert re.search(r" holds: .+, in every case|does not hold everywhere", text_of(html))
    # The spread of direct payments hangs on which councils are counted, and the page says so.
    text = text_of(pages["direct-payments"]["sensitivity"])
    assert "closer together (“Without the smallest tenth”)" in text
    for name in ("older-people", "carers"):  # where a correlation applies, the other one too
        assert "Spearman" in text_of(pages[name]["sensitivity"])


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ({"All": "it fell", "Few": "it fell"}, "What is said holds: it fell, in every case."),
        (
            {"All": "it fell", "Few": "it rose"},
            "What is said does not hold everywhere: it fell (“All”), but it rose (“Few”).",
        ),
    ],
)
def test_a_conclusion_that_turns_is_said_with_its_case(verdicts: dict[str, str], said: str) -> None:
    assert holds_text(verdicts, "What is said") == said


# A measure, its change and its interval, and how a reader is told of it.
COMPARED = [
    ("control", -8.2, (-9.0, -7.0), "A smaller share of carers than of people say that they have"),
    ("control", 8.2, (7.0, 9.0), "A larger share of carers than of people say that they have"),
    ("control", 0.1, (-1.0, 1.0), "of carers and of people are not clearly apart: 41.0% (40.0 to"),
    (
        "quality-of-life",
        -8.2,
        (-9.0, -7.0),
        "figure for control is lower for carers than for people",
    ),
    ("control", float("nan"), (0.0, 0.0), "England has no two figures for control in 2018-19."),
]


@pytest.mark.parametrize(("indicator", "change", "limits", "said"), COMPARED)
def test_the_opening_turns_with_the_figures(
    indicator: str, change: float, limits: tuple[float, float], said: str
) -> None:
    row: dict[str, Any] = {
        "indicator_id": indicator,
        "said": "control",
        "year": "2018-19",
        "unit": "percent",
    }
    row |= {"change": change, "change_lower": limits[0], "change_upper": limits[1]}
    for side in ("first", "second"):
        row |= {side: 41.0, f"{side}_lower": 40.0, f"{side}_upper": 42.0}
    assert said in comparison(row, "carers", "people")


def test_the_first_paragraph_needs_no_statistics(pages: dict[str, dict[str, Any]]) -> None:
    for name in CHAPTERS:
        first = BeautifulSoup(pages[name]["finding"], "html.parser").p
        assert first
        text = first.get_text()
        assert not re.search(
            r"beyond chance|correlation|Pearson|Spearman|meta-analysis|standard deviation|\bp\b",
            text,
        )
        assert "In brackets stands the 95% interval" in text
        assert "Source" in text


def test_the_missing_years_are_explained(pages: dict[str, dict[str, Any]]) -> None:
    text = text_of(pages["direct-payments"]["missing"])
    assert "2021-22 to 2023-24" in text
    assert "figures of 2028-29" in text  # the fifth year of client level data


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_notebook_is_thin_and_calls_what_there_is(name: str) -> None:
    module, make, sections, charts = CHAPTERS[name]
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    tags = [cell["metadata"].get("tags", []) for cell in cells]
    assert tags[0] == ["title"]
    assert [tag for tag in tags if "parameters" in tag] == [["parameters", "remove-cell"]]
    assert len({cell["id"] for cell in cells}) == len(cells)
    source = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert f"show.{make}(open_review(), first_year, last_year, indicators)" in source[1]
    assert source[1].endswith("show.style()")  # the look of tables in JupyterLab
    called = [re.fullmatch(r"show\.(\w+)\(result\)", line) for line in source[2:]]
    assert {match[1] for match in called if match} == {*sections, *charts}
    assert source[2] == "show.finding(result)"
    assert all(hasattr(module, match[1]) for match in called if match)
