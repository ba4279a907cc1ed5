"""The tables for others to use: each describes itself, and the spreadsheet holds what the CSV do."""

import csv
import io
import json
import posixpath
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.paths import DATA
from evidence_review.read.citation import citation
from evidence_review.read.contract import package
from evidence_review.show import reuse


@pytest.fixture(scope="module")
def files(review: Review) -> dict[str, bytes]:
    return reuse.files(review)


def rows_of(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(files: dict[str, bytes], path: str) -> dict[str, dict[str, Any]]:
    """The tables that the metadata of a table describe, by their place under data/."""
    group = json.loads(files[f"{path}-metadata.json"])
    assert group["@context"][0] == "http://www.w3.org/ns/csvw"
    folder = posixpath.dirname(path)
    return {posixpath.normpath(posixpath.join(folder, one["url"])): one for one in group["tables"]}


# --- CSV on the Web --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [one["path"] for one in package()["resources"]])
def test_metadata_are_true_of_their_table(files: dict[str, bytes], path: str) -> None:
    about = described(files, path)
    table, rows = about[path], rows_of(path)
    assert next(iter(about)) == path
    columns = {column["name"]: column for column in table["tableSchema"]["columns"]}
    assert list(columns) == list(rows[0]) == [one["titles"] for one in columns.values()]
    for name, column in columns.items():
        cells = {row[name] for row in rows}
        assert not column.get("required") or "" not in cells, name
        form = column["datatype"]
        if isinstance(form, dict) and "format" in form:
            assert [one for one in cells - {""} if not re.fullmatch(form["format"], one)] == []
    for key in table["tableSchema"].get("foreignKeys", []):
        reference = key["reference"]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), reference["resource"]))
        assert target in about
        known = {row[reference["columnReference"]] for row in rows_of(target)}
        assert {row[key["columnReference"]] for row in rows} <= known


def test_metadata_name_licence_citation_and_the_publishers(files: dict[str, bytes]) -> None:
    figures = described(files, "indicators/figures.csv")["indicators/figures.csv"]
    assert "open-government-licence" in figures["dc:license"]["@id"]
    assert figures["dc:bibliographicCitation"].startswith(str(citation()))
    for row in rows_of("indicators/files.csv"):
        assert any(row["title"] in source for source in figures["dc:source"])
    keys = {key["columnReference"] for key in figures["tableSchema"]["foreignKeys"]}
    assert keys == {"indicator_id", "area_code", "basis_id", "file_id"}
    elements = described(files, "framework/elements.csv")["framework/elements.csv"]
    assert "foreignKeys" not in elements["tableSchema"]  # its one key may be blank
    assert "Think Local Act Personal, 2017" in elements["dc:source"][0]


def test_the_contract_cites_the_review_as_the_citation_file_does() -> None:
    about = package()
    assert str(citation()).startswith(about["citation"])
    assert [one["title"] for one in about["contributors"]] == [citation().author]


# --- The spreadsheet -------------------------------------------------------------------------------


def test_the_spreadsheet_holds_every_table_that_is_not_too_long(files: dict[str, bytes]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["tables.xlsx"]))
    told = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    cover = " ".join(str(cell) for row in told["Cover"] for cell in row)
    assert "Open Government Licence v3.0" in cover
    assert str(citation()) in cover
    assert "cannot judge how effective a council is" in cover
    for resource in package()["resources"]:
        rows, name = rows_of(resource["path"]), resource["name"]
        if name in told:
            start = next(i for i, row in enumerate(told[name]) if row[: len(rows[0])] == [*rows[0]])
            shown = told[name][start + 1 :]
            assert len(shown) == len(rows)
            for row, cells in zip(rows, shown, strict=True):
                for text, cell in zip(row.values(), cells, strict=False):
                    assert cell in STATUS_MEANINGS if text == "" else same(text, cell), (name, row)
        else:
            assert f"{resource['path']} ({len(rows):,} rows)" in cover
    assert {"figures", "places"} & set(told) == set()


def same(text: str, cell: object) -> bool:
    """Whether a cell holds what the CSV does; an apostrophe keeps text from being a formula."""
    if isinstance(cell, float):
        return float(text) == cell
    return str(cell).removeprefix("'") == text.removeprefix("'").replace("\r\n", "\n")
