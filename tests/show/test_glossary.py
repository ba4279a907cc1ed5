"""The glossary is whole and in order, and pages mark its terms where a sentence first has them."""

import re
from fnmatch import fnmatchcase

import pytest
from bs4 import BeautifulSoup

from evidence_review.analyse.review import Review, open_review
from evidence_review.errors import DataError
from evidence_review.publish.plan import all_runs
from evidence_review.show import glossary
from evidence_review.show.definitions import Marker
from evidence_review.show.glossary import Term

BUDGET = Term("personal-budget", ("personal budget", "personal budgets"), (), "Money “for” care.")
PLAN = Term("plan", ("support plan", "care and support plan"), (), "A paper.")
NAO = Term("nao", ("NAO",), (), "A body.")
CELL = Term("cell", ("cell", "cells"), ("gap-map", "sources/*"), "A box.")
MARKER = Marker([BUDGET, PLAN, NAO, CELL])


def marked(article: str, page: str = "gaps") -> list[str]:
    """What an article marks, in its order."""
    text = MARKER.marked(page, article)
    assert re.sub(r'<a class="er-term"[^>]*>(.*?)</a>', r"\1", text, flags=re.DOTALL) == article
    return [term.get_text() for term in BeautifulSoup(text, "html.parser").select("a.er-term")]


def test_the_first_mention_in_a_sentence_is_marked_and_no_other() -> None:
    assert marked("<p>A personal budget.</p><p>Two personal budgets.</p>") == ["personal budget"]


def test_the_mark_leads_to_the_glossary_and_carries_the_meaning() -> None:
    text = MARKER.marked("readers/people", "<li>Personal\nbudgets help.</li>")
    link = BeautifulSoup(text, "html.parser").a
    assert link is not None
    assert link["href"] == "../glossary.html#term-personal-budget"
    assert (link["data-definition"], link.get_text()) == ("Money “for” care.", "Personal\nbudgets")


@pytest.mark.parametrize(
    "article",
    [
        "<h2>The personal budget</h2>",
        '<p><a href="x.html">A <em>personal budget</em></a></p>',
        "<p><code>personal budget</code></p>",
        "<table><tr><td><p>personal budget</p></td></tr></table>",
        "<details><summary>More</summary><p>personal budget</p></details>",
        '<p><span class="er-hidden">personal budget</span></p>',
        '<ul class="er-references"><li>Author (2017). On the personal budget.</li></ul>',
        '<p title="personal budget">Money</p>',
        "<div>personal budget</div>",
        "<dl><dt>personal budget</dt><dd><p>personal budget</p></dd></dl>",
        "<!-- <p>personal budget</p> -->",
        "<p>impersonal budget, personal budgeting, personal-budget</p>",
        "<p>Making Personal Budgets Work, nao, a cell</p>",
    ],
)
def test_what_is_no_sentence_or_another_word_stays_as_it_is(article: str) -> None:
    assert marked(article) == []


def test_a_later_sentence_counts_when_the_first_mention_was_in_a_heading_or_a_link() -> None:
    article = '<h2>NAO</h2><p><a href="x">NAO</a> and <strong>NAO</strong>’s NAO</p>'
    assert marked(article) == ["NAO"]
    assert '<strong><a class="er-term"' in MARKER.marked("gaps", article)


def test_the_longest_form_wins() -> None:
    assert marked("<p>A care and support plan, a support plan.</p>") == ["care and support plan"]


def test_a_word_with_other_meanings_is_looked_for_on_its_own_pages_alone() -> None:
    assert marked("<p>A cell.</p>", "sources/poet") == ["cell"]
    assert marked("<p>A cell.</p>", "data") == []


# --- The table -------------------------------------------------------------------------------------


def test_each_meaning_is_one_sentence_or_a_few_and_says_where_a_fact_comes_from(
    review: Review,
) -> None:
    for row in review.glossary.to_dict("records"):
        assert len(row["definition"]) <= 230, row["term_id"]
        assert bool(row["address"]) == bool(row["title"]) == bool(row["publisher"]), row["term_id"]
        assert row["address"] or row["page"], f"{row['term_id']} leads nowhere"


def test_pages_named_in_the_table_are_pages_of_the_book(review: Review) -> None:
    from evidence_review.paths import BOOK

    written = {path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.rglob("*.md")}
    pages = {run.page for run in all_runs(review)} | written
    assert set(review.glossary["page"]) - {""} <= pages
    for term in glossary.terms(review):
        for pattern in term.only_on:
            assert any(fnmatchcase(page, pattern) for page in pages), (term.term_id, pattern)


def test_the_page_has_every_term_in_order_with_its_anchor(review: Review) -> None:
    parts = glossary.by_letter(review)
    soup = BeautifulSoup("".join(html for _, html in parts), "html.parser")
    anchors = [str(entry["id"]) for entry in soup.select("dt")]
    assert sorted(anchors) == sorted(f"term-{term}" for term in review.glossary["term_id"])
    terms = [entry.find(string=True, recursive=False) for entry in soup.select("dt")]
    assert [str(term).strip() for term in terms] == sorted(review.glossary["term"], key=str.lower)
    assert [letter for letter, _ in parts] == sorted({letter for letter, _ in parts})


def test_a_form_that_two_terms_claim_is_refused_with_its_rows() -> None:
    review = open_review()
    twice = review.glossary.iloc[[0, 1]].assign(forms=["a word;budget", "budget"])
    review.__dict__["glossary"] = twice
    with pytest.raises(DataError, match=r"glossary.csv, row 3, column “forms”: “budget” .* row 2"):
        glossary.terms(review)


@pytest.mark.parametrize("forms", ["budget;", " ; ", "budget; plan"])
def test_a_form_that_is_blank_or_padded_is_refused_with_its_row(forms: str) -> None:
    review = open_review()
    review.__dict__["glossary"] = review.glossary.iloc[[0]].assign(forms=[forms])
    with pytest.raises(DataError, match=r"glossary.csv, row 2, column “forms”: .* is blank or"):
        glossary.terms(review)
