"""Pages of questions, guides, recommendations and the register: whole, in order, and escaped."""

import pytest
from bs4 import BeautifulSoup, Tag

from evidence_review.analyse.filters import first_frames
from evidence_review.analyse.review import Review, open_review
from evidence_review.show import questions, readers, recommendations, register
from evidence_review.show.readers import Guide

GROUPS = ["A1", "A2", "A3", "A4", "A5", "A6"]


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def rows(html: str) -> list[list[str]]:
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in parse(html).select("tbody tr")
    ]


def guide_of(review: Review, group: str) -> Guide:
    return next(guide for guide in readers.guides(review) if guide.group_id == group)


def test_every_question_of_the_report_has_one_place(review: Review) -> None:
    parts = [("P&C",), ("P&C", "S"), ("S",)]
    placed = [
        str(heading["id"])
        for interests in parts
        for heading in parse(questions.by_interest(review, *interests)).find_all("h3")
    ]
    assert sorted(placed) == sorted(review.questions["question_id"])
    links = [str(a["href"]) for a in parse(questions.overview(review)).find_all("a")]
    assert links == [f"#{question}" for question in review.questions["question_id"]]


def test_a_question_lists_each_cell_of_its_sources_with_what_is_placed_there(
    review: Review,
) -> None:
    section = parse(questions.by_interest(review, "P&C"))
    table = section.find("table")
    assert isinstance(table, Tag)
    cells = review.cells[review.cells["source_id"].isin(["poet", "ascof"])]
    assert len(rows(str(table))) == len(cells.drop_duplicates(["element_id", "frame_id"]))
    assert len(table.find_all("a")) == len(cells)


@pytest.mark.parametrize("group", GROUPS)
def test_a_guide_takes_the_groups_frames_in_the_groups_order(review: Review, group: str) -> None:
    names = dict(zip(review.frames["frame_id"], review.frames["short_name"], strict=True))
    wanted = [names[frame] for frame in first_frames(review.groups)[group]]
    guide = guide_of(review, group)
    assert [row[0] for row in rows(readers.frames(review, guide))] == wanted
    listed = parse(readers.emptiest(review, guide)).find_all("li")
    assert [item.get_text().split(":")[0] for item in listed] == wanted


@pytest.mark.parametrize("group", GROUPS)
def test_a_guide_leads_to_pages_that_exist(review: Review, group: str) -> None:
    guide = guide_of(review, group)
    parts = [readers.questions, readers.strongest, readers.live_sources, readers.appendix]
    links = {
        str(a["href"])
        for part in parts
        for a in parse(part(review, guide)).find_all("a", href=True)
    }
    sources = {f"../sources/{source}.html" for source in review.sources["source_id"]}
    asked = {f"../questions.html#{question}" for question in review.questions["question_id"]}
    assert links
    assert links <= sources | asked


def test_a_guide_offers_only_live_sources_of_its_frames(review: Review) -> None:
    offered = rows(readers.live_sources(review, guide_of(review, "A1")))
    assert {row[1] for row in offered} == {"live"}
    placed = review.placements[
        review.placements["frame_id"].isin(["F1", "F2", "F3"])
        & review.placements["origin"].eq("report")
        & review.placements["today"].eq("live")
    ]
    assert len(offered) == placed["source_id"].nunique()


def test_every_recommendation_says_what_is_done_or_that_nothing_is(review: Review) -> None:
    steps = recommendations.steps(review)
    assert list(steps) == list(review.recommendations["rec_id"])
    assert all(step.done != step.text.startswith("Nothing yet.") for step in steps.values())
    shown = [row[0] for _, table in recommendations.themes(review) for row in rows(table)]
    assert shown == list(steps)


def test_the_figures_behind_a_recommendation_are_counted(review: Review) -> None:
    councils = set(review.councils["area_code"])
    held = sum(
        row.group == "total" and row.area_code in councils and row.value == row.value
        for row in review.figures.itertuples()
    )
    assert f"{held:,} of" in recommendations.steps(review)["1.4"].text


def test_the_register_holds_every_source_with_its_page(review: Review) -> None:
    html = register.table(review)
    assert len(rows(html)) == len(review.sources)
    links = [str(a["href"]) for a in parse(html).find_all("a")]
    assert links == [f"{source}.html" for source in review.sources["source_id"]]
    by_name = {row[1]: row for row in rows(html)}
    assert by_name["POET"][-1] == "none"
    assert by_name["ASCOF"][-1] == "152 of 153"


def test_text_of_a_question_never_becomes_markup() -> None:
    attack = "<script>alert(1)</script>"
    review = open_review()
    asked = review.nao_questions.assign(question=attack, what_the_nao_found=attack)
    vars(review).update(questions=review.questions.assign(question=attack), nao_questions=asked)
    for html in (
        questions.overview(review),
        questions.by_interest(review, "S"),
        questions.nao(review),
    ):
        assert parse(html).find("script") is None
        assert attack in parse(html).get_text()
