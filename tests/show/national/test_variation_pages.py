"""The chapter "How far councils differ": sentences that read well, no holes, charts with their alt text."""

import gc
import json
import re
from collections.abc import Callable, Iterator
from inspect import signature

import pytest
from bs4 import BeautifulSoup
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.national.variation import Variation, variation
from evidence_review.analyse.national.variation_funnel import DRAWN_IN
from evidence_review.analyse.national.variation_years import FEWEST_YEARS, PILE
from evidence_review.analyse.review import Review
from evidence_review.paths import NOTEBOOKS
from evidence_review.show.national import variation as show
from evidence_review.show.national.variation_words import council

Check = Callable[[str], str]
CHARTS = [name for name in show.__all__ if name.endswith("_chart")]
SECTIONS = [name for name in show.__all__ if name not in [*CHARTS, "style"]]
HOLE = re.compile(r"\bnan\b|NaN|<NA>|\bNone\b|\binf\b")
WEIGHT = 600_000  # bytes of HTML and pictures


@pytest.fixture(scope="module", autouse=True)
def light_garbage() -> Iterator[None]:
    """Holm's correction in statsmodels collects garbage at each call: spare it what is here by now."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def result(review: Review) -> Variation:
    return variation(review)


@pytest.fixture(scope="module")
def drawn(result: Variation) -> dict[str, Image]:
    return {name: getattr(show, name)(result) for name in CHARTS}


def check_page(result: Variation, reads_well: Check) -> int:
    """Every section and chart is whole and reads well. Returns their weight in bytes."""
    weight = 0
    for name in SECTIONS:
        html = getattr(show, name)(result)
        assert isinstance(html, Markup), name
        weight += len(html.encode())
        soup = BeautifulSoup(html, "html.parser")
        for cell in soup.select("td, th"):
            text = cell.get_text(" ", strip=True)
            assert text, name
            assert not HOLE.search(text), (name, text)
        for part in soup.select("p, li, caption"):
            assert not reads_well(part.get_text()), (name, reads_well(part.get_text()))
        for part in soup.select("p, li"):
            text = part.get_text(" ", strip=True)
            assert text[-1] in ".:", text
            assert text[0].isupper() or not text[0].isalpha(), text
    for name in CHARTS:
        drawn = getattr(show, name)(result)
        if isinstance(drawn, Image):
            assert drawn.data.startswith(b"\x89PNG")
            assert re.search(r"20\d\d-\d\d", drawn.alt), name
            assert not reads_well(drawn.alt), reads_well(drawn.alt)
            weight += len(drawn.data) * 4 // 3
        else:
            assert "There is" in drawn
    return weight


def table_of(html: Markup) -> list[list[str]]:
    rows = BeautifulSoup(html, "html.parser").select("tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def test_the_chapter_is_whole_and_light(
    result: Variation, drawn: dict[str, Image], reads_well: Check
) -> None:
    assert check_page(result, reads_well) < WEIGHT
    assert all(isinstance(chart, Image) for chart in drawn.values())


@pytest.mark.parametrize(
    "choices",
    [
        {"indicators": "providers-good", "funnel_indicator": "providers-good"},
        {"first_year": "2014-15", "last_year": "2014-15", "indicators": "reablement, anxiety"},
        {"indicators": "happiness, carer-direct-payments", "funnel_indicator": "control"},
        {"indicators": "admissions-18-64", "funnel_indicator": "admissions-18-64"},
    ],
)
def test_other_choices_leave_no_hole(
    review: Review, choices: dict[str, str], reads_well: Check
) -> None:
    check_page(variation(review, **choices), reads_well)


def test_the_finding_states_the_results(result: Variation) -> None:
    text = BeautifulSoup(show.finding(result), "html.parser").get_text(" ", strip=True)
    assert f"on all {len(result.newest)} indicators" in text
    funnel = result.funnel
    assert f"{funnel.councils['value'].median():.1f}%" in text
    for row in result.changes[result.changes["word"].ne("no clear change")].to_dict("records"):
        assert row["short_name"] in text
        assert f"{abs(row['change']):.1f}% a year" in text
    for name in result.persistent.councils["name"]:
        assert name in text
    most = result.shares.query("grouping == 'region'")["share"].max()
    assert f"{100 * most:.0f}% at most" in text


def test_the_first_paragraph_alone_is_a_fair_answer(result: Variation) -> None:
    first = BeautifulSoup(show.finding(result), "html.parser").select_one("p")
    assert first
    text = first.get_text()
    assert "differ from each other by more than chance" in text
    assert "is no verdict" in text
    assert not re.search(r"variance|deviation|I²|interval|Holm", text)


def test_the_table_shows_the_newest_figures(result: Variation) -> None:
    rows = {row[0]: row for row in table_of(show.spread_table(result)) if len(row) == 6}
    for row in result.newest.to_dict("records"):
        (shown,) = [
            cells
            for head, cells in rows.items()
            if re.match(
                rf"{re.escape(row['short_name'])} (\* )?{row['year']},", head, re.IGNORECASE
            )
        ]
        assert f"{row['councils']} councils" in shown[0]
        decimals = len(shown[1].rstrip("%").partition(".")[2])
        assert float(shown[1].rstrip("%").replace(",", "")) == pytest.approx(
            row["middle"], abs=0.51 * 10**-decimals
        )
        assert f"{100 * row['i2']:.0f}" in shown[5] or f"{100 * row['i2']:.1f}" in shown[5]


def test_every_indicator_and_year_is_there_and_what_was_left_out_is_said(result: Variation) -> None:
    html = show.every_year(result)
    rows = [row for row in table_of(html) if len(row) == 9][1:]
    assert len(rows) == len(result.years_table)
    weak = [row for row in rows if row[1].startswith("0 (")]
    assert [row[2:] for row in weak] == [["[u]"] * 7] * len(weak)
    assert f"{result.years_table['left_out'].sum()} of" in html
    assert "2020-21 (18 councils)" in BeautifulSoup(html, "html.parser").get_text()


def test_links_lead_to_councils_of_today_and_nobody_is_ranked(result: Variation) -> None:
    slugs = set(result.review.councils["slug"])
    linked = []
    for name in SECTIONS:
        html = getattr(show, name)(result)
        for link in BeautifulSoup(html, "html.parser").select("a[href]"):
            found = re.fullmatch(r"\.\./councils/([a-z-]+)\.html", str(link["href"]))
            assert found
            assert found[1] in slugs
            linked.append(link.get_text())
        assert not re.search(r"\brank(?!ed)|league|\bworst\b|\bbest\b|users", html, re.IGNORECASE)
    assert set(result.persistent.councils["name"]) <= set(linked)
    names = [row[0] for row in table_of(show.funnel_outside(result))[1:]]
    assert names == sorted(names)


def test_everyone_outside_the_limits_year_after_year_is_named(result: Variation) -> None:
    """By name within each side, in the fold; the numbers beside the names are those of the names."""
    html = BeautifulSoup(show.year_after_year(result), "html.parser")
    fold = html.select_one("details")
    assert fold
    found = result.persistent.beyond_chance
    assert len(fold.select("td a")) == found["slug"].notna().sum()
    rows = {}
    for row in fold.select("tbody tr"):
        heads, *cells = row.select("th, td")
        rows[heads.get_text(" ")] = cells
        for cell in cells:
            names = [link.get_text() for link in cell.select("a")]
            assert names == sorted(names)
    control = found[found["indicator_id"].eq("control")]
    (cells,) = [cells for head, cells in rows.items() if head.startswith("Control")]
    for cell, side in zip(cells, ("higher", "lower"), strict=True):
        own = control[control["direction"].eq(side)]
        assert cell.get_text().startswith(str(len(own)))
        assert {link.get_text() for link in cell.select("a")} == set(own["name"])
    assert f"{len(found)} series" in html.get_text()


def test_a_council_of_the_past_has_no_link(result: Variation) -> None:
    gone = {"name": "Cumbria", "slug": None}
    assert council(gone) == "Cumbria"


def test_charts_say_what_they_show(result: Variation, drawn: dict[str, Image]) -> None:
    funnel = drawn["funnel_chart"]
    out = result.funnel.outside("wide_outer")
    assert all(name in funnel.alt for name in out["name"])
    assert f"{len(result.funnel.outside('outer'))} outside the 99.8% limits" in funnel.alt
    assert drawn["chance_chart"].alt.count("to") > len(result.newest)
    assert show.funnel_chart(result).data == funnel.data  # the same bytes each time


def test_the_verdict_on_the_conclusion_follows_the_table(result: Variation) -> None:
    html = show.sensitivity(result)
    rows = table_of(html)[1:]
    assert len(rows) == len(result.conclusions)
    for row, one in zip(rows, result.conclusions, strict=True):
        assert row[1] == f"{one.differ} of {one.measures}"
        assert row[5] == ("[z]" if one.regions is None else str(len(one.regions)))
    same = len({one.regions for one in result.conclusions if one.regions is not None}) == 1
    assert ("The same indicators differ clearly" in html) == same


def test_the_notebook_says_the_rules_that_the_code_applies() -> None:
    cells = json.loads((NOTEBOOKS / "variation.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert f"winsorised at {DRAWN_IN:.0%}" in text
    assert pytest.approx(1 / 5) == PILE
    assert "more than a fifth" in text
    assert FEWEST_YEARS == 3
    assert "at least three years" in text
    given = "".join(cells[1]["source"])
    for name, parameter in signature(variation).parameters.items():
        if name != "review":
            assert f'{name} = "{parameter.default}"' in given
    shown = {
        found
        for cell in cells
        for found in re.findall(r"show\.(\w+)\(result\)", "".join(cell["source"]))
    }
    assert shown == {*CHARTS, *SECTIONS}
    assert "".join(cells[2]["source"]).endswith("show.style()")
