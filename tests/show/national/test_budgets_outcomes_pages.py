"""The chapter on budgets and outcomes: sentences that read well, no holes, charts that say what they show."""

import re
from collections.abc import Callable

import nbformat
import pytest
from bs4 import BeautifulSoup
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.national.budgets_outcomes import (
    BudgetsAndOutcomes,
    budgets_and_outcomes,
)
from evidence_review.analyse.national.budgets_outcomes_checks import tally
from evidence_review.analyse.review import Review
from evidence_review.paths import NOTEBOOKS
from evidence_review.show.national import budgets_outcomes as show
from evidence_review.show.national.budgets_outcomes_words import with_interval

Check = Callable[[str], str]
SECTIONS = [name for name in show.__all__ if name != "style"]
NOTEBOOK = NOTEBOOKS / "budgets-and-outcomes.ipynb"
CHOICES = [
    ("2014-15", "2014-15", "control"),
    ("2024-25", "2024-25", "social contact"),
    ("2016-17", "2017-18", "adjusted-quality-of-life, services-feel-safe"),
]


@pytest.fixture(scope="module")
def result(review: Review) -> BudgetsAndOutcomes:
    return budgets_and_outcomes(review)


@pytest.fixture(scope="module")
def pages(result: BudgetsAndOutcomes) -> dict[str, Markup | Image]:
    return {name: getattr(show, name)(result) for name in SECTIONS}


def text(page: Markup | Image) -> str:
    assert isinstance(page, Markup)
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


def check(name: str, page: Markup | Image, reads_well: Check) -> None:
    if isinstance(page, Image):
        assert page.alt, name
        assert not reads_well(page.alt), (name, reads_well(page.alt))
        assert "-0." not in page.alt
        return
    soup = BeautifulSoup(page, "html.parser")
    for part in soup.select("p, li, caption"):
        assert not reads_well(part.get_text()), (name, reads_well(part.get_text()))
    for cell in soup.select("td, th"):
        words = cell.get_text(" ", strip=True)
        assert words, name
        assert not re.search(r"\bnan\b|NaN|<NA>|None$|\(\)|-\d\.", words), (name, words)
    for table in soup.find_all("table"):
        assert table.select_one("caption")
        assert table.select("tbody tr td"), name


def test_every_section_reads_well(pages: dict[str, Markup | Image], reads_well: Check) -> None:
    for name, page in pages.items():
        check(name, page, reads_well)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: " ".join(choice))
def test_every_section_reads_well_for_other_parameters(
    review: Review, choice: tuple[str, str, str], reads_well: Check
) -> None:
    found = budgets_and_outcomes(review, *choice)
    for name in SECTIONS:
        check(name, getattr(show, name)(found), reads_well)


def test_the_finding_states_the_numbers_of_the_tables(
    result: BudgetsAndOutcomes, pages: dict[str, Markup | Image]
) -> None:
    words = text(pages["finding"])
    found = tally(result.links, "r")
    assert f"Of {found.tests} correlations" in words
    assert f"In {found.apart} the 95% interval leaves out 0" in words
    top = result.links.loc[result.links["r_value"].abs().idxmax()]
    assert with_interval(top, "r") in words
    other = result.checks[~result.checks["holds"].astype(bool)]
    assert len(other) == 1
    assert "holds in 7 of 8 checks: by rank (Spearman’s correlation); without London;" in words
    assert "does not hold for ages 18 to 64: 5 of 60 correlations remain" in words


def test_the_first_paragraph_alone_is_a_fair_answer(
    result: BudgetsAndOutcomes, pages: dict[str, Markup | Image]
) -> None:
    first = BeautifulSoup(str(pages["finding"]), "html.parser").select_one("p")
    assert first
    words = first.get_text()
    assert "do not as a rule report better outcomes" in words
    found = tally(result.links, "r")
    assert f"Of {found.tests} comparisons between councils, {found.holm} shows" in words
    assert "For ages 18 to 64 alone, 5 of 60 do" in words
    assert "compare councils, not people" in words
    assert not re.search(r"correlation|interval|Holm|regress|variance", words)


def test_each_age_is_counted_from_its_own_estimates(
    result: BudgetsAndOutcomes, pages: dict[str, Markup | Image]
) -> None:
    words = text(pages["ages"])
    for age, links in result.age_links.items():
        found = tally(links, "r")
        assert f"{age}: year by year, {found.apart} of {found.tests} correlations leave" in words
        assert f"{age}: self-directed support" in words
    younger = result.age_links["Ages 18 to 64"]
    kept = younger.loc[younger["r_holm"], "year"].value_counts()
    assert f"{kept.sum()} remain, {kept.iloc[0]} of them from {kept.index[0]}" in words


def test_years_counted_in_another_way_are_told_apart(pages: dict[str, Markup | Image]) -> None:
    payments = text(pages["payments_table"])
    assert "2024-25 stands apart, on client level data: correlations from −0.08 to 0.13" in payments
    assert payments.count("client level data, 150 councils") == 5
    assert "stands apart" not in text(pages["support_table"])


def test_the_office_is_quoted_by_a_phrase_and_compared(pages: dict[str, Markup | Image]) -> None:
    words = text(pages["nao"])
    assert "“could not find any link”" in words
    assert "0.08 (−0.08 to 0.23)" in words


def test_the_tables_hold_every_year_of_every_outcome(
    result: BudgetsAndOutcomes, pages: dict[str, Markup | Image]
) -> None:
    for name, years in (("payments_table", 7), ("support_table", 6)):
        soup = BeautifulSoup(str(pages[name]), "html.parser")
        assert len(soup.select("tbody")) == 5
        assert len(soup.select("tbody tr td:first-of-type")) == 5 * years
    support = text(pages["support_table"])
    assert "2024-25 " not in support.split("Sources")[0]
    assert "self-directed support of 2024-25" in text(pages["used"])
    assert "[u]" in text(pages["used"])


def test_a_measure_without_years_is_said_to_have_none(review: Review) -> None:
    found = budgets_and_outcomes(review, "2024-25", "2024-25", "control")
    for section in (show.support_chart, show.support_table):
        assert "self-directed support" in text(section(found))
    assert text(show.ceiling(found)) == ""


def test_charts_say_their_values_and_the_chapter_stays_small(
    pages: dict[str, Markup | Image],
) -> None:
    images = [page for page in pages.values() if isinstance(page, Image)]
    assert len(images) == 3
    payments = pages["payments_chart"]
    assert isinstance(payments, Image)
    assert "1 of 35 intervals leaves out 0" in payments.alt
    assert "0.18 (0.02 to 0.33)" in payments.alt
    size = sum(len(page.data if isinstance(page, Image) else page) for page in pages.values())
    assert size < 600_000


def test_estimates_are_rounded_with_their_sign() -> None:
    row = {"r_value": -0.004, "r_lower": -0.1249, "r_upper": 0.0951}
    assert with_interval(row, "r") == "0.00 (−0.12 to 0.10)"
    assert with_interval(row, "r", 3, sign=True) == "−0.004 (−0.125 to +0.095)"
    assert with_interval({"r_value": float("nan")}, "r") == "[x]"


def test_the_notebook_is_thin_and_shows_every_section() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    calls = [cell.source for cell in code[2:]]
    assert sorted(calls) == sorted(f"show.{name}(result)" for name in SECTIONS)
    assert code[0].metadata.tags == ["parameters", "remove-cell"]
    assert code[1].metadata.tags == ["remove-cell"]
    assert code[1].source.endswith("show.style()")
    assert all("remove-input" in cell.metadata.tags for cell in code[2:])
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"\busers?\b", prose)
