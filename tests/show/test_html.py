"""HTML that comes from data: escaped, and readable by a screen reader."""

from bs4 import BeautifulSoup

from evidence_review.analyse.review import Review
from evidence_review.show.gap_map import gap_map
from evidence_review.show.html import table


def test_text_from_data_never_becomes_markup() -> None:
    attack = '<script>alert("x")</script>" onmouseover="alert(1)'
    html = table(attack, {"a": attack}, [{"a": attack}])
    parsed = BeautifulSoup(html, "html.parser")
    assert parsed.script is None
    assert not [tag for tag in parsed.find_all() if "onmouseover" in tag.attrs]
    assert attack in parsed.get_text()


def test_a_table_has_a_caption_and_headers_with_scope() -> None:
    html = table("Caption", {"name": "Name", "n": "Number"}, [{"name": "a", "n": 1}], numeric=["n"])
    parsed = BeautifulSoup(html, "html.parser")
    assert parsed.caption
    assert parsed.caption.get_text() == "Caption"
    assert [th["scope"] for th in parsed.find_all("th")] == ["col", "col", "row"]


def test_a_notebook_stores_the_html_once() -> None:
    html = table("Caption", {"name": "Name"}, [{"name": "a"}])
    assert html._repr_html_() == str(html)
    assert len(repr(html)) < 40


def test_the_map_says_every_cell_in_words_and_links_every_placement(review: Review) -> None:
    parsed = BeautifulSoup(gap_map(review), "html.parser")
    cells = parsed.find_all("td")
    assert len(cells) == 90
    assert sum("No evidence found" in cell.get_text() for cell in cells) == 51
    links = [str(a["href"]) for a in parsed.select("li[data-origin=report] a")]
    expected = [f"sources/{source}.html" for source in review.cells["source_id"]]
    assert sorted(links) == sorted(expected)
