"""Every page of the book as a screen reader meets it: headings, landmarks, tables and pictures."""

import re
from collections import Counter
from functools import cached_property
from html import unescape
from pathlib import Path

import pytest

pytestmark = pytest.mark.book

# What no screen shows: code, and a second heading and contents for paper.
NOT_SHOWN = re.compile(
    r'<script\b.*?</script>|<div id="jb-print-docs-body".*?(?=<div id="searchbox">)', re.DOTALL
)
LANDMARK = re.compile(
    r"<(?:(main|nav|aside)\b([^>]*)"
    r'|\w+\b([^>]*\brole="(banner|region|search|navigation|complementary|contentinfo)"[^>]*))>'
)
ROLES = {"nav": "navigation", "aside": "complementary"}


class Outline:
    """What a page is made of, as far as a screen shows it.

    Whole pages are read by patterns, as a parser would take a minute for all of them.
    """

    def __init__(self, page: Path) -> None:
        self._text = NOT_SHOWN.sub("", page.read_text(encoding="utf-8"))
        self.language = self._all(r'<html\b[^>]*\blang="(\w+)"')
        self.titles = self._all(r"<title>(.*?)</title>")
        self.ids = Counter(self._all(r'<\w[^<>]*?\sid="([^"]*)"'))

    def _all(self, pattern: str) -> list[str]:
        return re.findall(pattern, self._text, re.DOTALL)

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """Level and words of those in the main part."""
        main = self._text.partition("<main")[2]
        found = re.findall(r"<h([1-6])\b[^>]*>(.*?)</h\1>", main, re.DOTALL)
        return [(int(level), words_of(inner).removesuffix("#")) for level, inner in found]

    @cached_property
    def tables(self) -> list[str]:
        """The name of each, blank without one."""
        pattern = r"<table\b([^>]*)>\s*(?:<caption\b[^>]*>(.*?)</caption>)?"
        found = re.findall(pattern, self._text, re.DOTALL)
        return [words_of(caption) or value_of("aria-label", about) for about, caption in found]

    @cached_property
    def pictures(self) -> list[str]:
        """What each shows, in words."""
        return [value_of("alt", about) for about in self._all(r"<img\b([^>]*)>")]

    @cached_property
    def landmarks(self) -> Counter[tuple[str, str]]:
        """Role and name of each."""
        found = Counter[tuple[str, str]]()
        for tag, about, others, role in LANDMARK.findall(self._text):
            about = about or others
            if "d-none" not in about and not re.search(r"\bhidden\b", about):
                name = value_of("aria-label", about) or value_of("aria-labelledby", about)
                found[role or ROLES.get(tag, tag), name] += 1
        return found

    @cached_property
    def buttons(self) -> list[str]:
        found = re.findall(r"<button\b([^>]*)>(.*?)</button>", self._text, re.DOTALL)
        return [
            value_of("aria-label", about) or words_of(inner) or value_of("title", about)
            for about, inner in found
        ]


def words_of(inner: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]*>", "", inner).split()))


def value_of(name: str, attributes: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', attributes)
    return unescape(found[1]).strip() if found else ""


@pytest.fixture(scope="module")
def outlines(html: Path) -> dict[str, Outline]:
    pages = [path for path in sorted(html.rglob("*.html")) if "_static" not in path.parts]
    return {path.relative_to(html).as_posix(): Outline(path) for path in pages}


def test_the_outline_is_read_from_a_page_as_it_should_be(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<html lang="en"><title>A page</title><main id="x"><div id="jb-print-docs-body"><h1>Paper</h1>'
        '</div><div id="searchbox"></div><h1>One<a>#</a></h1><h3>Three</h3><img alt=" A "><img>'
        "<table></table><table>\n<caption>Named</caption></table>"
        '<nav id="x" aria-label="N"></nav><div id="y" role="region" hidden></div>'
        '<button title="Press"></button><button><i></i></button></main>'
    )
    found = Outline(page)
    assert (found.titles, found.language) == (["A page"], ["en"])
    assert found.headings == [(1, "One"), (3, "Three")]
    assert found.pictures == ["A", ""]
    assert found.tables == ["", "Named"]
    assert found.landmarks == {("main", ""): 1, ("navigation", "N"): 1}
    assert found.ids == {"x": 2, "searchbox": 1, "y": 1}
    assert found.buttons == ["Press", ""]


def test_each_page_has_a_language_and_a_title_of_its_own(outlines: dict[str, Outline]) -> None:
    assert len(outlines) > 230
    titles = Counter(title for page in outlines.values() for title in page.titles)
    assert len(titles) == titles.total() == len(outlines)
    assert all(page.language == ["en"] for page in outlines.values())


def test_headings_begin_with_one_and_skip_no_level(outlines: dict[str, Outline]) -> None:
    wrong = {}
    for name, page in outlines.items():
        levels = [level for level, _ in page.headings]
        steps = zip([0, *levels], levels, strict=False)
        if levels.count(1) != 1 or any(after > before + 1 for before, after in steps):
            wrong[name] = page.headings
    assert not wrong


def test_each_table_and_picture_has_a_name(outlines: dict[str, Outline]) -> None:
    assert sum(len(page.tables) for page in outlines.values()) > 1000
    assert sum(len(page.pictures) for page in outlines.values()) > 500
    unnamed = {name: page.tables for name, page in outlines.items() if not all(page.tables)}
    assert not unnamed
    for name, page in outlines.items():
        beside = {"", *page.tables, *(words for _, words in page.headings)}
        said_twice = [words for words in page.pictures if words in beside]
        assert not said_twice, (name, said_twice)
        assert not [words for words in page.pictures if " " not in words], name  # a file's name


def test_landmarks_can_be_told_apart(outlines: dict[str, Outline]) -> None:
    for name, page in outlines.items():
        roles = Counter(role for role, _ in page.landmarks.elements())
        assert roles["main"] == roles["banner"] == 1, name
        twice = [one for one, times in page.landmarks.items() if times > 1]
        assert not twice, (name, twice)
        unnamed = [role for role, label in page.landmarks if not label]
        assert not set(unnamed) - {"main", "banner"}, (name, unnamed)


def test_ids_are_unique_and_buttons_have_names(outlines: dict[str, Outline]) -> None:
    for name, page in outlines.items():
        assert not [one for one, times in page.ids.items() if times > 1], name
        assert all(page.buttons), name
