"""A page as a PDF to print, send or take to a meeting: tagged for screen readers, A4, in one file."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from html import escape
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, PdfMargins
from playwright.sync_api import Error as BrowserError

from evidence_review.errors import ReviewError
from evidence_review.publish.chromium import chromium
from evidence_review.publish.own_page import own_page
from evidence_review.publish.revision import revision
from evidence_review.publish.runs import Run

# Of the size on a screen: a page of paper is as wide as a small window then, and text has 7.3 points.
SCALE = 0.61
MARGINS: PdfMargins = {"top": "14mm", "bottom": "18mm", "left": "14mm", "right": "14mm"}
ABOUT = "Gathering the Evidence, a living review of personal budgets"
FOOT = """<div style="width: 100%; padding: 0 14mm; font: 7.5pt sans-serif; color: #48566b;
display: flex; justify-content: space-between; gap: 5mm"><span>{about}</span>
<span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>"""


def write_pdfs(runs: Sequence[Run], runs_folder: Path, folder: Path) -> Iterator[Path]:
    """Print the page of each run to folder/PAGE.pdf; where each lies, as it is done.

    runs_folder: where the executed notebooks lie. Raises ReviewError without Chromium, or when it
    cannot print.
    """
    with chromium() as browser:
        for run in runs:
            notebook = nbformat.read(runs_folder / f"{run.page}.ipynb", as_version=4)
            place = folder / f"{run.page}.pdf"
            page = own_page(notebook, run.title, None)
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(f".{os.getpid()}.part")
            try:
                part.write_bytes(printed(browser, page, f"{run.title}: {ABOUT}, {revision()}"))
                os.replace(part, place)
            finally:
                part.unlink(missing_ok=True)
            yield place


def printed(browser: Browser, html: str, about: str) -> bytes:
    """A page of HTML as a tagged PDF with an outline. about: stands at the foot of every sheet."""
    with closing(browser.new_page()) as page:
        try:
            page.set_content(html)
            return page.pdf(
                format="A4",
                scale=SCALE,
                margin=MARGINS,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOT.format(about=escape(about)),
                tagged=True,
                outline=True,
            )
        except BrowserError as error:
            said = error.message.splitlines()[0]
            raise ReviewError(f"Chromium could not print the page: {said}") from None
