"""Cells and addresses as people read them in a sentence or a table."""

from urllib.parse import urlsplit

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.review import Review
from evidence_review.show.words import listing


def cell_name(review: Review, element_id: str, frame_id: str) -> str:
    """A cell by its two names: "Wellbeing × Outcomes"."""
    return f"{names(review.elements)[element_id]} × {names(review.frames)[frame_id]}"


def cells_in_words(review: Review, cells: pd.DataFrame) -> str:
    """Cells in a sentence, by element: "Wellbeing (Outcomes) and Housing (Outcomes, Rights)".

    cells: element_id, frame_id; said in the order of the map.
    """
    frames = names(review.frames)
    held = set(cells[["element_id", "frame_id"]].itertuples(index=False, name=None))
    said = []
    for element_id, element in names(review.elements).items():
        own = [frames[frame_id] for frame_id in frames if (element_id, frame_id) in held]
        if own:
            said.append(f"{element} ({', '.join(own)})")
    return listing(said)


def names(axis: pd.DataFrame) -> dict[str, str]:
    """Short names of the elements or of the frames by their codes, in order."""
    return dict(zip(axis.iloc[:, 0], axis["short_name"], strict=True))


def link_to_source(source_id: str, text: str) -> Markup:
    """A link from a page at the top of the book to a source's page."""
    return Markup('<a href="sources/{}.html">{}</a>').format(source_id, text)


def link_to_page(address: str, about: str) -> Markup:
    """A link to a page elsewhere: its host to the eye, and what it is about to a screen reader."""
    host = urlsplit(address).netloc.removeprefix("www.")
    return Markup(
        '<a class="er-long" href="{}">{}<span class="er-hidden"> about {}</span></a>'
    ).format(address, host, about)
