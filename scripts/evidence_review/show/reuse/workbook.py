"""The tables of the review as one accessible spreadsheet."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.read.citation import citation
from evidence_review.read.contract import package
from evidence_review.show.downloads.columns import columns_table
from evidence_review.show.downloads.spreadsheet import Cover, as_workbook
from evidence_review.show.downloads.table import Column, Kind, Table, codes_in, make_table
from evidence_review.show.words import listing

WORKBOOK = "tables.xlsx"
MOST_ROWS = 10_000  # a longer table takes longer to write than all others together, as to open
LICENCES = (
    "Official figures, areas and councils: Crown copyright, Open Government Licence v3.0 "
    "(https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/). All other tables: "
    "MIT licence (https://opensource.org/license/mit)."
)
# Where a blank says that nobody knows, and not that there is nothing to say.
UNKNOWN = {("documents", "publisher"), ("documents", "year"), ("files", "published")}


def too_long(review: Review) -> list[dict[str, Any]]:
    """The tables of the contract that the spreadsheet leaves out."""
    return [one for one in package()["resources"] if len(_rows(review, one)) > MOST_ROWS]


@lru_cache(maxsize=1)  # the book both writes the file and says how large it is
def tables_workbook(review: Review) -> bytes:
    """Each table of the contract on a sheet, with a cover, contents, notes and all columns.

    A table of more than MOST_ROWS is left out, and the cover says so.
    """
    left = too_long(review)
    kept = [one for one in package()["resources"] if one not in left]
    found = [_sheet(one, _rows(review, one)) for one in kept]
    columns = columns_table(found, "datapackage.json")
    codes = "; ".join(f"{code} {STATUS_MEANINGS[code]}" for code in codes_in(found))
    notes = {"codes": f"Codes for missing values: {codes}.", "licence": LICENCES}
    absent = [f"{one['path']} ({len(_rows(review, one)):,} rows)" for one in left]
    return as_workbook([*found, columns], _cover(len(found), absent), notes)


def _rows(review: Review, resource: Mapping[str, Any]) -> pd.DataFrame:
    rows: pd.DataFrame = getattr(review, resource["name"])
    return rows


def _cover(tables: int, absent: list[str]) -> Cover:
    about = package()
    intro = [f"{about['title']}.", f"It holds {tables} tables."]
    if absent:
        intro.append(f"Too long for a spreadsheet, and there as CSV only: {listing(absent)}.")
    return Cover(
        title=about["title"],
        intro=tuple(intro),
        about=(
            f"Version: {citation().version}",
            f"Licence: {LICENCES}",
            f"To cite it: {citation()} For figures, name the publishers too: the worksheet files"
            " lists them.",
            "These figures cannot judge how effective a council is.",
            "Codes in square brackets stand for missing values; the worksheet Notes explains them.",
        ),
        licence=LICENCES,
    )


def _kind(field: Mapping[str, Any]) -> Kind:
    if field["type"] != "string":
        return "number"
    return "address" if field["name"].endswith("_url") else "text"


def _sheet(resource: Mapping[str, Any], rows: pd.DataFrame) -> Table:
    name = resource["name"]
    columns = tuple(
        Column(
            name=field["name"],
            heading=field["name"],
            meaning=field["description"],
            code="[x]" if (name, field["name"]) in UNKNOWN else "[z]",
            kind=_kind(field),
        )
        for field in resource["schema"]["fields"]
    )
    source = "; ".join(one["title"] for one in resource["sources"])
    return make_table(name, name, resource["title"], columns, rows, source)
