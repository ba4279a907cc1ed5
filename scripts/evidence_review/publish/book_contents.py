"""The contents beside every page, worked out once for the whole book.

The theme works out the contents anew for each page, and that is half of the time that a book of 250
pages takes. Yet pages differ in two things only: links start at the page's folder, and the page and
the branch that it lies in are marked. So the theme is asked once, for a page that lies nowhere, and
both are put in here. A test holds the result to what the theme makes by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bs4 import BeautifulSoup, Tag
from pydata_sphinx_theme.toctree import add_toctree_functions  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util.osutil import relative_uri

from evidence_review.publish.theme import mend

NOWHERE = ""  # a page at the top of the book that is not in the contents
LIST_CLASSES = ["current"]
ITEM_CLASSES = ["current", "active"]


class SharedContents:
    """The contents of a book, as the theme shows them.

    options: what the theme's template asks for: how deep, with titles only, and so on.
    """

    def __init__(self, app: Sphinx, options: dict[str, Any]) -> None:
        self._page_address = app.builder.get_target_uri
        self._tree = _theme_contents(app, options)
        self._links = [(link, str(link["href"])) for link in self._tree.select("a.internal")]
        self._last = ("", "")

    def at(self, page: str) -> str:
        """The contents as HTML for a page of the book, or for one that is not in the contents."""
        if self._last[0] != page:  # the theme asks twice a page
            address = self._page_address(page)
            here = None
            for link, target in self._links:
                if target == address:
                    here = link
                link["href"] = relative_uri(address, target)
            with _marked(here):
                self._last = (page, mend(str(self._tree)))
        return self._last[1]


def _theme_contents(app: Sphinx, options: dict[str, Any]) -> BeautifulSoup:
    def toctree(**asked: Any) -> str:
        assert isinstance(app.builder, StandaloneHTMLBuilder)
        node = global_toctree_for_doc(app.env, NOWHERE, app.builder, **asked)
        return app.builder.render_partial(node)["fragment"]

    context: dict[str, Any] = {"toctree": toctree}
    add_toctree_functions(app, NOWHERE, "", context, None)
    tree: BeautifulSoup = context["generate_toctree_html"](**options)
    return tree


@contextmanager
def _marked(link: Tag | None) -> Iterator[None]:
    """Mark a page's link, and what it lies in, while the block runs."""
    before: list[tuple[Tag, dict[str, Any]]] = []

    def change(tag: Tag, **attributes: Any) -> None:
        before.append((tag, tag.attrs))
        tag.attrs = {**attributes, **tag.attrs, **attributes}

    if link:
        change(link, **{"class": ["current", *link["class"]], "href": "#"})
        for parent in link.parents:
            classes: list[str] = list(parent.get("class") or [])
            if parent.name == "li":
                change(parent, **{"class": [*classes[:1], *ITEM_CLASSES, *classes[1:]]})
                if branch := parent.find("details", recursive=False):
                    change(branch, open="open")
            elif parent.name == "ul":
                change(parent, **{"class": [*LIST_CLASSES, *classes]})
    try:
        yield
    finally:
        for tag, attributes in before:
            tag.attrs = attributes
