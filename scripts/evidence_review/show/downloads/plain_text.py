"""Tables as CSV and JSON, and the text beside them."""

import csv
import io
import json

from evidence_review import __version__
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.downloads.about import LICENCE, NO_FIGURES, REVIEW, SOURCE
from evidence_review.show.downloads.formulas import not_a_formula
from evidence_review.show.downloads.gap_map_notes import gap_map_notes
from evidence_review.show.downloads.table import Table, codes_in
from evidence_review.show.words import count


def as_csv(one: Table) -> bytes:
    """A table as CSV in UTF-8. No comments stand in it: they would break what reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in one.columns])
    for row in one.rows.itertuples(index=False):
        writer.writerow([not_a_formula(value) for value in row])
    return text.getvalue().encode()


def as_json(one: Table) -> bytes:
    """A table as JSON: licence, version and source above its columns and rows."""
    content = {
        "title": one.title,
        "licence": LICENCE,
        "version": __version__,
        "source": SOURCE,
        "codes": {code: STATUS_MEANINGS[code] for code in one.codes},
        "columns": [
            {"name": column.name, "heading": column.heading, "meaning": column.meaning}
            for column in one.columns
        ],
        "rows": one.rows.to_dict("records"),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def readme(found: list[Table]) -> bytes:
    """Licence, version, codes and columns, for those who have the files and not the book."""
    lines = [
        f"{REVIEW}, version {__version__}: the gap map to take away",
        "",
        LICENCE,
        f"Source: {SOURCE}",
        NO_FIGURES,
        "",
        "gap-map.xlsx holds all tables. Each is also there as CSV and JSON (UTF-8).",
        "sources.ris and sources.bib list the sources for a reference manager.",
        "gap-map.svg and gap-map.png show the map as a picture.",
        "Text that a spreadsheet would take for a formula has an apostrophe before it (CSV, xlsx).",
        "",
        "Codes for missing values",
        *(f"  {code} {STATUS_MEANINGS[code]}" for code in codes_in(found)),
    ]
    for one in found:
        lines += ["", f"{one.name}.csv, {one.name}.json ({count(len(one.rows), 'row')})", one.title]
        lines += [f"  {column.name}: {column.meaning}" for column in one.columns]
    for key, text in gap_map_notes(found).items():
        if key not in ("licence", "codes"):
            lines += ["", text]
    return ("\n".join(lines) + "\n").encode()
