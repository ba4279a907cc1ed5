"""A council's page: sentences that read well for every council, no holes, charts that say what they show."""

import random
import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.council import council_report
from evidence_review.analyse.review import Review
from evidence_review.show.council import page as show
from evidence_review.show.council.change import breaks

Check = Callable[[str], str]
SENTENCES = [show.at_a_glance, show.figures_finding, show.budgets, show.ages, show.quality]
SECTIONS = [
    *SENTENCES,
    show.council_gap_map,
    show.own_documents,
    show.figures_by_frame,
    show.changes,
    show.budgets_limits,
    show.carers,
    show.questions_here,
    show.missing_table,
    show.take_away,
]
CHARTS = [
    show.spine_chart,
    show.change_people,
    show.change_carers,
    show.change_others,
    show.budgets_chart,
    show.ages_chart,
]
AWKWARD = [
    "Isles of Scilly",
    "City of London",
    "Rutland",
    "Derby",
    "Cumberland",
    "Westmorland and Furness",
    "North Northamptonshire",
    "West Northamptonshire",
    "Buckinghamshire",
    "Bournemouth, Christchurch and Poole",
    "Dorset",
    "North Yorkshire",
    "Somerset",
    "Hackney",
    "Kent",
    "England",
    "South East",
    "Shire Counties",
]


def said(html: Markup | Image) -> str:
    """The words of the sentences, without tables."""
    assert isinstance(html, Markup)
    soup = BeautifulSoup(html, "html.parser")
    for table in soup.find_all("table"):
        table.decompose()
    return "\n".join(tag.get_text(" ", strip=True) for tag in soup.find_all(["p", "li"]))


def check_section(html: Markup | Image, reads_well: Check) -> None:
    assert isinstance(html, Markup)
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("p, li, caption"):
        assert not reads_well(part.get_text())
    for cell in soup.select("td, th"):
        text = cell.get_text(" ", strip=True)
        assert text
        assert not re.search(r"\bnan\b|NaN|<NA>|None$", text), text
    for table in soup.find_all("table"):
        assert table.select("tbody tr td"), "a table without rows"


def test_sentences_read_well(review: Review, reads_well: Check) -> None:
    # Those of all councils are read in the built book; here, some to know it before a build.
    others = random.sample(list(review.councils["name"]), 10)
    for name in [*AWKWARD, *others]:
        report = council_report(review, name)
        for section in SENTENCES:
            text = said(section(report))
            assert not reads_well(text), name
            for line in text.splitlines():
                assert line[0].isupper() or line[0].isdigit() or line[0] in "[“", (name, line)
                assert line.rstrip()[-1] in ".:", (name, line)
        assert report.area.said in said(show.at_a_glance(report))


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_area_has_every_section_and_no_hole(
    review: Review, name: str, reads_well: Check
) -> None:
    report = council_report(review, name)
    for section in SECTIONS:
        check_section(section(report), reads_well)


@pytest.mark.parametrize(
    "choices",
    [
        {"first_year": "2024-25"},
        {"last_year": "2014-15"},
        {"indicators": "carer-satisfaction", "first_year": "2015-16", "last_year": "2015-16"},
        {"indicators": "control"},
        {"comparators": "Kent, Bournemouth, Christchurch and Poole"},
    ],
)
def test_other_choices_leave_no_hole_either(
    review: Review, choices: dict[str, str], reads_well: Check
) -> None:
    for name in ("Derby", "England"):
        report = council_report(review, name, **choices)
        for section in SECTIONS:
            html = section(report)
            if html:
                check_section(html, reads_well)
    for chart in CHARTS:
        drawn = chart(report)
        assert isinstance(drawn, Image) or "No chart" in drawn or not drawn


@pytest.mark.parametrize(
    "name", ["Isles of Scilly", "Bournemouth, Christchurch and Poole", "Camden"]
)
def test_a_chart_states_its_finding_and_its_values(
    review: Review, name: str, reads_well: Check
) -> None:
    report = council_report(review, name)
    drawn = [chart(report) for chart in CHARTS]
    for picture in drawn:
        if isinstance(picture, Image):
            assert report.name in picture.alt
            assert re.search(r"20\d\d-\d\d", picture.alt)
            assert not reads_well(picture.alt)
            assert picture.data.startswith(b"\x89PNG")
        else:
            assert "No chart" in picture or not picture
    if name == "Camden":
        assert all(isinstance(picture, Image) for picture in drawn)


def test_charts_have_words_for_what_begins_at_each_break(review: Review) -> None:
    found = breaks(council_report(review, "England"), list(review.indicators["indicator_id"]))
    assert "client level data" in set(found["name"])
    assert found["name"].notna().all(), found


def test_a_chart_is_the_same_bytes_each_time(review: Review) -> None:
    report = council_report(review, "Camden")
    first, second = show.spine_chart(report), show.spine_chart(report)
    assert isinstance(first, Image)
    assert isinstance(second, Image)
    assert first.data == second.data


def test_a_small_base_is_marked_and_the_rule_printed(review: Review) -> None:
    report = council_report(review, "Camden")
    table = show.figures_by_frame(report)
    assert "60.0%</strong> [u]" in table  # 10 care homes
    assert "its base is under 30" in table


def test_derbys_page_says_that_it_did_not_submit_the_survey(review: Review) -> None:
    text = said(show.quality(council_report(review, "Derby")))
    assert "Adult Social Care Survey, 2024-25: Derby did not submit the survey that year." in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Cumberland", "Cumbria (E10000006)"),
        ("West Northamptonshire", "Northamptonshire (E10000021)"),
        ("Dorset", "Dorset County (E10000009)"),
        ("Bournemouth, Christchurch and Poole", "Poole (E06000029)"),
        ("North Yorkshire", "same territory as under its former code E10000023"),
        ("Somerset", "same territory as under its former code E10000027"),
        ("Buckinghamshire", "same territory as under its former code E10000002"),
    ],
)
def test_a_change_of_boundaries_is_told(review: Review, name: str, words: str) -> None:
    assert words in said(show.quality(council_report(review, name)))


def test_each_cell_with_figures_leads_to_their_rows(review: Review) -> None:
    report = council_report(review, "Leeds")
    links = BeautifulSoup(show.council_gap_map(report), "html.parser").select("a[href^='#']")
    rows = BeautifulSoup(show.figures_by_frame(report), "html.parser").select("tr[id]")
    assert {str(a["href"])[1:] for a in links} == {str(row["id"]) for row in rows}


def test_ten_pages_drawn_at_random_show_the_figures_of_the_table(review: Review) -> None:
    seed = random.randrange(10**6)
    totals = review.figures[review.figures["group"].eq("total")].set_index(
        ["area_code", "indicator_id", "year"]
    )["value"]
    for name in random.Random(seed).sample(list(review.councils["name"]), 10):
        report = council_report(review, name)
        soup = BeautifulSoup(show.figures_by_frame(report), "html.parser")
        for row in soup.select("tr[id]"):
            indicator = str(row["id"]).removeprefix("figure-")
            year = row.select("th .er-second")[0].get_text()[:7]
            shown = row.select("td strong")[0].get_text().replace(",", "").rstrip("%")
            held = totals[report.area.code, indicator, year]
            decimals = len(shown.partition(".")[2])
            assert float(shown) == pytest.approx(held, abs=0.51 * 10**-decimals), (seed, name, row)
