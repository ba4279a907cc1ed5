"""What a report shows of a council's own survey: the invented council's, in tables, words and chart."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from IPython.display import Image

from evidence_review.analyse.council import CouncilReport, council_report
from evidence_review.analyse.review import Review
from evidence_review.paths import BOOK, DATA
from evidence_review.show.council import page as show
from evidence_review.show.downloads import council_files

NORWICK = DATA / "local" / "norwick"
SECTIONS = [show.own_documents, show.own_survey, show.own_groups, show.own_change, show.own_method]


@pytest.fixture(scope="module")
def report(review: Review) -> CouncilReport:
    return council_report(review, "Norwick (invented)", own_evidence=str(NORWICK))


def rows_of(html: object, caption: str) -> tuple[list[str], dict[str, list[str]]]:
    """Headings and rows (by their first cell) of the table with this in its caption."""
    tables = BeautifulSoup(str(html), "html.parser").find_all("table")
    table = next(
        t for t in tables if isinstance(t, Tag) and t.caption and caption in t.caption.text
    )
    first, *rest = table.find_all("tr")
    cells = [[c.get_text(" ", strip=True) for c in row.find_all(["th", "td"])] for row in rest]
    headings = [cell.get_text(" ", strip=True) for cell in first.find_all(["th", "td"])]
    return headings, {row[0]: row[1:] for row in cells if len(row) > 1}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_reads_well_and_has_no_hole(
    report: CouncilReport,
    section: Callable[[CouncilReport], object],
    reads_well: Callable[[str], str],
) -> None:
    text = BeautifulSoup(str(section(report)), "html.parser").get_text("\n")
    assert text.strip()
    assert not reads_well(re.sub(r"\s*\n\s*", "\n", text))


def test_without_a_survey_only_the_documents_section_says_so(review: Review) -> None:
    plain = council_report(review, "Camden")
    said, *rest = (str(section(plain)) for section in SECTIONS)
    assert "No document or survey of its own is part of this page" in said
    assert not any(rest)
    assert str(show.own_budgets_chart(plain)) == ""
    assert set(council_files(plain)) == {"camden.csv", "camden.xlsx"}


def test_every_question_stands_beside_the_official_figures_that_ask_the_same(
    report: CouncilReport,
) -> None:
    headings, rows = rows_of(show.own_survey(report), "everyone who answered")
    assert headings[-2:] == ["Official figure here", "England"]
    newest = report.survey.answers.query("wave == '2025-26' and breakdown == 'everyone'")
    assert len(rows) == len(newest) == 16
    for answer in newest.to_dict("records"):
        own, base, here, england = next(
            c for name, c in rows.items() if name.startswith(answer["what"])
        )
        unit = "%" if answer["unit"] == "percent" else ""
        decimals = 0 if unit else 1
        assert own.startswith(f"{answer['value']:.{decimals}f}{unit} (")
        assert base == f"{answer['base']:,}"
        if answer["indicator_id"]:
            official = report.figures.query("indicator_id == @answer['indicator_id']")
            last = official[official["value"].notna()].sort_values("year").iloc[-1]
            assert here.startswith(f"{last['value']:.1f}{unit} in {last['year']}")
            assert re.search(r"(similar|better|worse|higher|lower)$", england)
        else:
            assert (here, england) == ("[z]", "[z]")


def test_the_finding_counts_what_the_table_says(report: CouncilReport) -> None:
    said = BeautifulSoup(str(show.own_survey(report)), "html.parser").get_text(" ")
    _, rows = rows_of(show.own_survey(report), "everyone who answered")
    words = [cells[-1].split()[-1] for cells in rows.values() if cells[-1] != "[z]"]
    assert f"{words.count('similar')} of {len(words)} results" in said
    assert "about 380 people answered in 2025-26" in said
    glance = BeautifulSoup(str(show.at_a_glance(report)), "html.parser").get_text(" ")
    assert f"{words.count('similar')} of {len(words)} results" in glance


def test_what_is_held_back_is_held_back_in_page_chart_and_downloads_alike(
    report: CouncilReport,
) -> None:
    answers = report.survey.answers
    held = answers[answers["status"].eq("c")]
    assert len(held)
    assert held[["base", "value", "lower", "upper"]].isna().all().all()
    headings, rows = rows_of(show.own_groups(report), "by kind of budget")
    shown = answers.query("wave == '2025-26' and breakdown == 'budget_type'")
    score = {"quality-of-life": "Quality of life (score)"}
    places = {heading.lower(): place - 1 for place, heading in enumerate(headings)}
    for answer in shown.to_dict("records"):
        name = answer["question"]
        cells = rows[score.get(name, name.replace("-", " ").capitalize())]
        group = {"none": "no budget"}.get(answer["group"], answer["group"].lower())
        assert (cells[places[group]] == "[c]") == (answer["status"] == "c")
    table = pd.read_csv(io.BytesIO(council_files(report)["norwick-invented.own-survey.csv"]))
    assert int(table["status"].eq("[c]").sum()) == len(held)


def test_the_chart_says_the_values_of_the_table(report: CouncilReport) -> None:
    chart = show.own_budgets_chart(report)
    assert isinstance(chart, Image)
    _, rows = rows_of(show.own_groups(report), "by kind of budget")
    managed, direct = (cell.split("%")[0] for cell in rows["Control"][:2])
    assert f"control {direct}% and {managed}%" in chart.alt


def test_people_followed_are_told_apart_from_everyone_who_answered(report: CouncilReport) -> None:
    headings, rows = rows_of(show.own_change(report), "change in its own survey")
    assert headings[1:3] == ["Everyone who answered", "The same people"]
    assert "▲ up" in rows["Information"][0]
    better, same, worse = (int(part.strip("%")) for part in rows["Satisfaction"][2].split(", "))
    assert 98 <= better + same + worse <= 102


def test_changed_answers_change_the_words(
    report: CouncilReport, review: Review, tmp_path: Path
) -> None:
    for file in NORWICK.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    responses = pd.read_csv(NORWICK / "responses.csv", dtype=str, keep_default_na=False)
    responses.loc[responses["wave"].eq("2025-26") & responses["control"].ne(""), "control"] = "1"
    half = responses.index[responses["wave"].eq("2025-26") & responses["control"].ne("")][::12]
    responses.loc[half, "control"] = "4"
    responses.to_csv(tmp_path / "responses.csv", index=False)
    other = council_report(review, "Norwick (invented)", own_evidence=str(tmp_path))
    assert "better on" in str(show.own_survey(other))
    assert "control over daily life" in str(show.own_survey(other))
    assert "control over daily life" not in str(show.own_survey(report)).split("The years")[0]


def test_the_tutorial_tells_what_the_report_shows(report: CouncilReport) -> None:
    tutorial = (BOOK / "tutorial-own-evidence.md").read_text(encoding="utf-8")
    newest = report.survey.answers.query("wave == '2025-26' and breakdown == 'budget_type'")
    known = newest[newest["question"].eq("knows-amount")].set_index("group")["value"]
    assert f"{known['direct payment']:.0f}% and {known['managed']:.0f}%" in tutorial
    assert newest.loc[newest["group"].eq("Individual Service Fund"), "status"].eq("c").all()
    changes = report.survey.changes.query("basis == 'everyone who answered'")
    assert list(changes.loc[changes["said"].isin(["up", "down"]), "question"]) == ["information"]
    assert "Information got easier to find between the two waves" in tutorial
