"""The pages Then and now, Gaps and How the coding was checked: complete, in words, escaped."""

import re
from collections.abc import Callable

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from evidence_review.analyse.gaps import NamedGap
from evidence_review.analyse.review import Review, open_review
from evidence_review.paths import BOOK
from evidence_review.show import coding, gaps, today
from evidence_review.show.html import Html
from evidence_review.show.source import full_name

PAGES = {"then-and-now": today, "gaps": gaps, "coding": coding}


def inserts(page: str) -> list[str]:
    """Names of the functions that the page calls."""
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(r"\{\{ \w+\.(\w+)\(review\) \}\}", text)


INSERTS = [
    pytest.param(getattr(module, name), id=f"{page}: {name}")
    for page, module in PAGES.items()
    for name in inserts(page)
]


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def text_of(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip()


@pytest.mark.parametrize("insert", INSERTS)
def test_an_insert_is_one_block_that_reads_as_words(
    review: Review, insert: Callable[[Review], Html]
) -> None:
    html = insert(review)
    # A blank line would end the block of HTML in Markdown.
    assert "\n\n" not in html
    text = text_of(parse(html))
    assert text
    assert not re.search(r"\bNone\b|\bnan\b|\bNaN\b|<NA>|\bE\d(\.\d)?\b|\bF\d\b|\bG\d\b", text)
    assert not re.search(
        r"\b1 (cells|sources) |\b[2-9] (cell|source) |\.\.| {2}|\bservice users\b", text
    )


@pytest.mark.parametrize("page", PAGES)
def test_no_number_of_the_findings_is_typed_by_hand(page: str) -> None:
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    own = re.sub(r"\{\{.*?\}\}|2017|Table [12]", "", text)
    assert not re.search(r"\d", own)


def test_the_map_says_both_years_and_the_change_in_every_cell(review: Review) -> None:
    parsed = parse(today.change_map(review))
    cells = [text_of(cell) for cell in parsed.find_all("td")]
    assert len(cells) == 90
    assert all(any(word in cell for word in today.CHANGE_WORDS.values()) for cell in cells)
    changed = [cell for cell in cells if re.search("Lost|Weaker|Uncertain", cell)]
    assert changed
    assert all("2017: " in cell and "Now: " in cell for cell in changed)
    # Every symbol stands beside a word, and none is read aloud.
    assert all(symbol["aria-hidden"] == "true" for symbol in parsed.select(".er-symbol"))


def test_every_source_has_its_page_and_the_page_that_was_read(review: Review) -> None:
    rows = parse(today.sources_table(review)).select("tbody tr")
    links = [[str(a["href"]) for a in row.find_all("a")] for row in rows]
    read = review.sources_today.set_index("source_id")["evidence_url"]
    assert sorted(map(tuple, links)) == sorted(
        (f"sources/{source}.html", url) for source, url in read.items()
    )


def test_every_source_since_2017_is_listed_with_its_address(review: Review) -> None:
    rows = parse(today.additions_table(review)).select("tbody tr")
    links = {str(link["href"]) for row in rows for link in row.find_all("a")}
    assert links == set(review.new_sources["evidence_url"])
    assert len(rows) == len(review.new_sources)


def test_every_difference_of_the_coders_stands_with_its_reason(review: Review) -> None:
    text = text_of(parse(coding.differences_table(review)))
    assert all(reason in text for reason in review.settled["reason"])
    rows = parse(coding.differences_table(review)).select("tbody tr")
    assert len(rows) == len(review.settled)


def test_a_sentence_names_what_changes_when_a_source_does(review: Review) -> None:
    copy = open_review()
    table = copy.sources_today
    table.loc[table["source_id"].eq("poet"), "status"] = "ended"
    before, after = text_of(parse(today.findings(review))), text_of(parse(today.findings(copy)))
    assert "If POET has ended" in before
    assert "If POET has ended" not in after
    assert "Personal Outcomes Evaluation Tool (POET) spoke to Direct payments (Experience)" in after
    # Nothing ended, nothing unknown: the sentences still hold.
    table["status"] = "live"
    quiet = open_review()
    quiet.sources_today["status"] = "live"
    text = text_of(parse(today.findings(quiet)))
    assert "No cell has lost every source" in text
    assert "unknown" not in text


def test_a_text_from_the_tables_is_escaped() -> None:
    copy = open_review()
    attack = '<script>alert("x")</script>'
    copy.sources_today["status_now"] = attack
    copy.new_sources["note"] = attack
    copy.settled["reason"] = attack
    for html in (
        today.findings(copy) + today.sources_table(copy) + today.additions_table(copy),
        coding.differences_table(copy),
    ):
        assert parse(html).script is None
        assert attack in parse(html).get_text()


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [
        ({("E4", "F1"): "none"}, "The map agrees: its one cell is empty or limited."),
        (
            {("E4", "F1"): "none", ("E4", "F3"): "none", ("E4.1", "F3"): "single"},
            "The map mostly agrees: 2 of 3 cells are empty or limited. In full: Community capacity "
            "(Outcomes), from A guide to community-centred approaches for health and wellbeing.",
        ),
        (
            {("E4", "F1"): "none", ("E4.1", "F3"): "single"},
            "The map is divided: 1 of 2 cells is empty or limited. In full: Community capacity "
            "(Outcomes), from A guide to community-centred approaches for health and wellbeing.",
        ),
    ],
)
def test_a_verdict_reads_as_a_sentence_for_one_and_for_many(
    review: Review, strengths: dict[tuple[str, str], str], expected: str
) -> None:
    cells = pd.DataFrame([(*cell, strength) for cell, strength in strengths.items()])
    cells.columns = pd.Index(["element_id", "frame_id", "strength"])
    gap = NamedGap("G1", "something", (), cells)
    assert gaps.verdict_in_words(review, gap, cells.iloc[:0]) == expected


@pytest.mark.parametrize(
    ("source_id", "expected"),
    [
        ("poet", "Personal Outcomes Evaluation Tool (POET)"),
        ("local-accounts", "Local Accounts"),
        (
            "social-care-returns",
            "NHS Digital social care returns on activity and expenditure (SALT and ASC-FR)",
        ),
    ],
)
def test_a_source_is_named_with_its_abbreviation_once(
    review: Review, source_id: str, expected: str
) -> None:
    assert full_name(review.sources.set_index("source_id").loc[source_id]) == expected
