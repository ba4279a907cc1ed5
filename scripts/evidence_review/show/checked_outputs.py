"""The page "Checked outputs": which published notebooks were executed again, and what came of it."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from evidence_review.analyse.checks import STATES, PublishedPage, Tally, tally
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, listing

NOTEBOOKS = {"gap-map": "The gap map", "source": "Sources", "council": "Councils and areas"}
CHAPTERS = "What the figures say"


def finding(pages: Sequence[PublishedPage]) -> Html:
    """How many of the published pages came out the same again, in sentences."""
    told = tally(pages)
    same, differ = told.pages["same"], told.pages["differs"]
    if not same and not differ:
        lead = "No page of this copy of the book has been checked as it is now."
        return fragment("prose.html", paragraphs=[_strong(lead), _how_to_check()], points=[])
    if same == len(pages):
        lead = f"All {len(pages)} published notebooks came out the same again."
    else:
        lead = f"{same} of {len(pages)} published notebooks came out the same again."
    compared = (
        f"{count(told.cells, 'code cell')} ran a second time, each notebook in a kernel of its own."
        f" {count(told.texts, 'text or table', 'texts and tables')}, what"
        f" {count(told.pictures, 'picture')} show, and {count(told.files, 'file')} to download were"
        f" compared with what is published. {_when(told)}"
    )
    rest = [_rest(told.pages)] if same + differ < len(pages) else []
    return fragment("prose.html", paragraphs=[_strong(lead), compared, *rest], points=[])


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _how_to_check() -> Markup:
    return Markup(
        "To check them, run <code>review verify</code>, and then <code>review book</code>."
    )


def _when(told: Tally) -> str:
    first, last = told.first[:10], told.last[:10]
    return f"That was on {last}." if first == last else f"That was from {first} to {last}."


def _rest(states: Mapping[str, int]) -> str:
    parts = [
        f"{count(number, 'page')} {STATES[state]}"
        for state, number in states.items()
        if state != "same" and number
    ]
    return f"Of the others, {listing(parts)}."


def by_notebook(pages: Sequence[PublishedPage]) -> Html:
    """What was compared, by the notebook that the pages are runs of."""
    kinds: dict[str, list[PublishedPage]] = {}
    for page in pages:
        kinds.setdefault(NOTEBOOKS.get(page.notebook, CHAPTERS), []).append(page)
    rows = []
    for kind, own in kinds.items():
        told = tally(own)
        counts = {
            "pages": len(own),
            "same": told.pages["same"],
            "cells": told.cells,
            "texts": told.texts,
            "pictures": told.pictures,
            "bytes": told.same_pictures,
            "files": told.files,
        }
        rows.append({"notebook": kind, **{name: f"{each:,}" for name, each in counts.items()}})
    columns = {
        "notebook": "Notebooks",
        "pages": "Published",
        "same": "The same again",
        "cells": "Cells run",
        "texts": "Texts and tables",
        "pictures": "Pictures, by what they show",
        "bytes": "Of these, the same bytes",
        "files": "Files to download",
    }
    numeric = [name for name in columns if name != "notebook"]
    return table("What was compared, in pages whose check still holds", columns, rows, numeric)


def differences(pages: Sequence[PublishedPage]) -> Html:
    """Each difference that was found in pages as they are now; a sentence when there is none.

    For a book of which some pages have been checked as they are.
    """
    rows = [
        {"page": Markup('<a href="{0}.html">{0}</a>').format(page.page), "difference": line}
        for page in pages
        if page.check and page.state == "differs"
        for line in page.check.differences
    ]
    if not rows:
        return fragment(
            "prose.html",
            paragraphs=["No difference was found in the pages that were checked."],
            points=[],
        )
    return table("What came out otherwise", {"page": "Page", "difference": "Where, and what"}, rows)
