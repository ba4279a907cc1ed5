"""What the finished book says of where it comes from: a JSON file, a crate, a line on each page."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from evidence_review.paths import BOOK, ROOT
from evidence_review.publish.provenance import JSON_FILE, Provenance
from evidence_review.publish.revision import Revision
from evidence_review.publish.ro_crate import crate_of
from evidence_review.publish.runs import Run
from evidence_review.publish.whole_json import write_json
from evidence_review.show.words import sentence

CRATE_FILE = "ro-crate-metadata.json"
ABOUT = (
    "sha256sum gives the checksums of `tables`, of `files` and of pages. Where a notebook or a page"
    " was made from a table, its checksum is of the table together with its part of the contract"
    " (data/datapackage.json), so that a change of either is seen."
)
# In _config.yml, so that the theme puts it at the foot of every page.
EMPTY = '<div class="er-provenance"></div>'


def put_provenance(html: Path, told: Provenance, published: Sequence[Run]) -> None:
    """Write it into a book: as JSON and as a crate."""
    content = asdict(told)
    write_json(html / JSON_FILE, {"about": ABOUT, **content.pop("revision"), **content})
    write_json(html / CRATE_FILE, crate_of(html, told, published).metadata.generate())


def with_footer(page: str, text: str, run: Run | None, revision: Revision) -> str:
    """HTML of a page with a line at its foot. page: its place without the ending."""
    return text.replace(EMPTY, footer(page, run, revision)) if EMPTY in text else text


def footer(page: str, run: Run | None, revision: Revision) -> str:
    """Which state of the project a page is of, and what it was made from."""
    root = "../" * page.count("/")
    parts = [Markup("{}.").format(sentence(str(revision)))]
    if run:
        values = ", ".join(f"{name} = {value}" for name, value in run.parameters.items())
        parts.append(
            Markup("This page is a run of the notebook {}{}.").format(
                run.notebook.name, f" with {values}" if values else ""
            )
        )
    elif (BOOK / f"{page}.md").exists():
        written = (BOOK / f"{page}.md").relative_to(ROOT).as_posix()
        parts.append(Markup("This page is {}, with its numbers filled in.").format(written))
    parts.append(
        Markup(
            '<a href="{0}data.html">Where the figures come from</a>;'
            ' <a href="{0}{1}">provenance of all pages (JSON)</a>.'
        ).format(root, JSON_FILE)
    )
    return EMPTY.replace("></", f"><p>{Markup(' ').join(parts)}</p></")
