"""Names by which people look for a page, put into the finished book's search.

Sphinx's index knows the words of each page. Here it learns which words name a page: a council and
the places in it, a source's abbreviation, a key question. `search-scorer.js` ranks by them.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from sphinx.search import js_index
from sphinx.search.en import SearchEnglish

from evidence_review.analyse.review import Review
from evidence_review.show.finder import names_of_councils

INDEX = "searchindex.js"
# What people add to the name of a council. Every word that they type must stand in a page's words.
OF_COUNCILS = (
    "council borough city county district metropolitan royal unitary local authority London"
)


@dataclass(frozen=True)
class Name:
    """One name of a page. page: without its ending. place: of a heading in the page, or blank.

    weight: the more, the further ahead among pages that a query fits equally well.
    """

    page: str
    name: str
    weight: int = 0
    place: str = ""


def all_names(review: Review) -> list[Name]:
    """Every name by which a page of the book is to be found, its own title aside."""
    names = [
        Name(f"councils/{slug}", name, 60)
        for slug, those in names_of_councils(review).items()
        for name in those
    ]
    short = set()
    for source in review.sources.to_dict("records"):
        page = f"sources/{source['source_id']}"
        own = [one.strip() for one in source["abbreviation"].split(";") if one.strip()]
        short |= set(own)
        names += [Name(page, name, 50) for name in (source["name"], *own)]
    names += [
        Name("method", name, 40, "figures")
        for basis in review.bases.to_dict("records")
        for name in (basis["short_name"], basis["name"])
        if name not in short
    ]
    for page, table, column in (
        ("questions", review.questions, "question"),
        ("nao", review.nao_questions, "question"),
        ("five-tests", review.five_tests, "test"),
    ):
        ids = table.iloc[:, 0]
        names += [
            Name(page, text, 30, place) for text, place in zip(table[column], ids, strict=True)
        ]
    names.append(Name("figures/direct-payments", "Direct payments", 30))
    for column in ("name", "short_name"):
        names += [Name("figures/all-councils", name, 20) for name in review.indicators[column]]
    for table in (review.elements, review.frames):
        names += [Name("gap-map", name, 10) for name in table["short_name"]]
    return list(dict.fromkeys(names))


def put_names(html: Path, names: Iterable[Name]) -> None:
    """Write the names into the search index of a finished book; those of pages outside it are left
    out. Done again, it changes nothing."""
    path = html / INDEX
    index = js_index.loads(path.read_text(encoding="utf-8"))
    place = {page: number for number, page in enumerate(index["docnames"])}
    there = [one for one in names if one.page in place]
    index["names"] = [[place[one.page], *astuple(one)[1:]] for one in there]
    words = _Words(index)
    for one in there:
        words.add(one.name, place[one.page])
    for page, number in place.items():
        if page.startswith("councils/") and page != "councils/index":
            words.add(OF_COUNCILS, number)
    words.put_back()
    # Every object of JavaScript has one: Sphinx's search would take it for a list of pages.
    for of in ("terms", "titleterms"):
        index[of].setdefault("constructor", [])
    path.write_text(js_index.dumps(index), encoding="utf-8")


class _Words:
    """The words of an index, in which Sphinx gives a number for one page and a list for several."""

    def __init__(self, index: dict[str, Any]) -> None:
        self._index = index
        self._language = SearchEnglish({})
        self._pages = {word: _as_set(pages) for word, pages in index["terms"].items()}
        self._of_titles = {word: _as_set(pages) for word, pages in index["titleterms"].items()}

    def add(self, text: str, page: int) -> None:
        """Have a page found by the words of a text."""
        for word in self._language.split(text):
            stem = self._language.stem(word.lower())
            if word.lower() in self._language.stopwords or page in self._of_titles.get(stem, ()):
                continue
            self._pages.setdefault(stem, set()).add(page)

    def put_back(self) -> None:
        self._index["terms"] = {
            word: next(iter(pages)) if len(pages) == 1 else sorted(pages)
            for word, pages in self._pages.items()
        }


def _as_set(pages: int | list[int]) -> set[int]:
    return {pages} if isinstance(pages, int) else set(pages)
