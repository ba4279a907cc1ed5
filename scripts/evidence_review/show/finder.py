"""“My council”: the names by which a council is found, and the box that completes them."""

import json

from evidence_review.analyse.review import Review
from evidence_review.show.html import Html, fragment

NAMES_FILE = "council-names.js"


def names_of_councils(review: Review) -> dict[str, list[str]]:
    """Slug → the council's name, then its other names and the places in it; councils by name."""
    places = review.council_places.groupby("slug")["place"].agg(list)
    councils = review.councils.sort_values("name")
    return {
        slug: [name, *places.get(slug, [])]
        for slug, name in zip(councils["slug"], councils["name"], strict=True)
    }


def names_script(review: Review) -> str:
    """The same as a script, as a page on disk can read no other file."""
    names = json.dumps(names_of_councils(review), ensure_ascii=False, separators=(",", ":"))
    return f'"use strict";\nwindow.councilNames = {names};\n'


def my_council(root: str = "", link: bool = True) -> Html:
    """A box in which to type a council or a place in it. Without JavaScript only the link is there.

    root: the way from the page to the top of the book, such as "../". link: whether to lead to the
    list of all councils.
    """
    return fragment("my_council.html", root=root, link=link)


def search_box() -> Html:
    """A plain form that asks the book's search, for a page at the top of the book."""
    return Html(
        '<form class="er-search" role="search" aria-label="Search the whole review" action="search.html" method="get">\n'
        '<label for="er-search">Words to look for</label>\n'
        '<div class="er-my-council-row"><input id="er-search" type="search" name="q">\n'
        '<button type="submit">Search</button></div>\n</form>\n'
    )
