"""All files of the gap map to take away, and the links to them."""

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup

from evidence_review import __version__
from evidence_review.analyse.review import Review
from evidence_review.show.downloads.about import LICENCE, NO_FIGURES
from evidence_review.show.downloads.citation_formats import as_bibtex, as_ris
from evidence_review.show.downloads.citations import references
from evidence_review.show.downloads.gap_map import tables
from evidence_review.show.downloads.gap_map_workbook import as_xlsx
from evidence_review.show.downloads.plain_text import as_csv, as_json, readme
from evidence_review.show.html import Html
from evidence_review.show.html import table as html_table
from evidence_review.show.words import count


@lru_cache(maxsize=1)  # the book both writes the files and says how large each is
def downloads(review: Review) -> Mapping[str, bytes]:
    """All files to take away, by name, the same bytes each time."""
    found = tables(review)
    files: dict[str, bytes] = {"gap-map.xlsx": as_xlsx(found)}
    for one in found:
        files[f"{one.name}.csv"] = as_csv(one)
        files[f"{one.name}.json"] = as_json(one)
    listed = references(review)
    files["sources.ris"] = as_ris(listed)
    files["sources.bib"] = as_bibtex(listed)
    files["README.txt"] = readme(found)
    return files


def gap_map_downloads(review: Review) -> Html:
    """Links to all files, with what each holds, format, size, licence and version."""
    formats = {
        "xlsx": "Excel workbook",
        "csv": "CSV",
        "json": "JSON",
        "ris": "RIS",
        "bib": "BibTeX",
        "txt": "Text",
    }
    holds = {one.name: one.title for one in tables(review)} | {
        "sources": "The sources of the report, and the report, for a reference manager",
        "README": "Licence, codes, and what each column holds",
    }
    rows = []
    for name, content in downloads(review).items():
        stem, ending = name.split(".")
        rows.append(
            {
                "file": Markup('<a href="downloads/{0}">{0}</a>').format(name),
                "holds": "All four tables, with notes" if ending == "xlsx" else holds[stem],
                "format": formats[ending],
                "size": f"{max(1, round(len(content) / 1024)):,} KB",
            }
        )
    shown = html_table(
        f"{count(len(rows), 'file')} of the gap map, version {__version__}",
        {"file": "File", "holds": "What it holds", "format": "Format", "size": "Size"},
        rows,
        numeric=["size"],
    )
    return shown + Html("<p>{} {}</p>\n").format(LICENCE, NO_FIGURES)
