"""Pages that everyone is meant to read are easy to read: Flesch reading ease of 55 or more.

Flesch, R. (1948), A new readability yardstick, Journal of Applied Psychology 32: 221–233. Only
sentences count: not headings, tables, code, figures, addresses, or the names of sources and reports.
"""

import re
from pathlib import Path

import pytest
import textstat
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from evidence_review.analyse.review import Review
from evidence_review.publish.assemble import render_pages

EASY = 55
PAGES = {
    "index",
    "in-easy-words",
    "how-to-read",
    "glossary",
    "readers/index",
    *(f"readers/{name}" for name in ("people", "families", "practitioners")),
    *(f"readers/{name}" for name in ("providers", "commissioners", "leaders")),
}
# Not sentences, or not this book's words: the line under a term says where its meaning comes from.
ASIDE = (
    "h1, h2, h3, h4, h5, h6, table, pre, code, figure, summary, dt, svg, .er-from, .er-easy-sources"
)


@pytest.fixture(scope="module")
def rendered(review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages written by hand, with their numbers filled in."""
    folder = tmp_path_factory.mktemp("pages")
    render_pages(review, set(), [], folder)
    return folder


def sentences(markdown: str, names: list[str]) -> list[str]:
    """The sentences of a page, without the names given."""
    text = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    soup = BeautifulSoup(
        MarkdownIt("commonmark", {"html": True}).enable("table").render(text), "html.parser"
    )
    for part in soup.select(ASIDE):
        part.decompose()
    for title in soup.select("em"):  # of a report
        if title.get_text()[:1].isupper():
            title.decompose()
    found = []
    for block in soup.select("p, li, dd"):
        if block.find(["p", "ul", "ol"]):
            continue  # its parts come by themselves
        words = " ".join(block.get_text().split())
        for name in names:
            words = words.replace(name, "")
        found += [part for part in re.split(r"(?<=[.?!])\s+", words) if len(part.split()) > 2]
    return [part.rstrip(".:;?!") + "." for part in found]


def ease(sentences: list[str]) -> float:
    return float(textstat.flesch_reading_ease(" ".join(sentences)))


def test_the_measure_is_the_published_one() -> None:
    """By hand: 206.835 − 1.015 × words per sentence − 84.6 × syllables per word."""
    text = ["The cat sat on the mat.", "Older people have less control."]
    assert ease(text) == pytest.approx(206.835 - 1.015 * 11 / 2 - 84.6 * 14 / 11, abs=0.1)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_for_everyone_is_easy_to_read(page: str, rendered: Path, review: Review) -> None:
    names = sorted((name for name in review.sources["name"]), key=len, reverse=True)
    parts = sentences((rendered / f"{page}.md").read_text(encoding="utf-8"), names)
    assert len(parts) >= 5, f"{page}: too few sentences to measure"
    score = ease(parts)
    hardest = sorted(parts, key=lambda part: ease([part]))[:5]
    listed = "\n".join(f"  {ease([part]):6.1f}  {part}" for part in hardest)
    assert score >= EASY, (
        f"book/{page}.md has a Flesch reading ease of {score:.1f}; {EASY} or more is expected."
        f" Its hardest sentences:\n{listed}"
    )


def test_a_sentence_in_easy_words_is_short(rendered: Path) -> None:
    parts = sentences((rendered / "in-easy-words.md").read_text(encoding="utf-8"), [])
    assert [part for part in parts if len(part.split()) > 20] == []
    assert sum(len(part.split()) for part in parts) / len(parts) < 10
