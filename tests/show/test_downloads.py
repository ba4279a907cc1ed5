"""The files to take away: what data/ holds, the same in every format, and safe to open."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_string
from pybtex.richtext import Text
from python_calamine import CalamineWorkbook

from evidence_review import __version__
from evidence_review.analyse.review import Review
from evidence_review.show.downloads import (
    STARTS_FORMULA,
    Table,
    as_bibtex,
    as_csv,
    as_ris,
    as_xlsx,
    bibliography,
    downloads,
    gap_map_downloads,
    not_a_formula,
    references,
    tables,
)

TABLES = ["gap-map", "placements", "register", "coding"]


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def json_rows(content: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(content)["rows"]
    return rows


def workbook(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content), load_tables=True)


def texts(one: Table) -> list[list[str]]:
    return [[str(value) for value in row] for row in one.rows.itertuples(index=False)]


@pytest.fixture
def files(review: Review) -> dict[str, bytes]:
    return dict(downloads(review))


def test_the_gap_map_holds_every_cell_with_its_sources(
    review: Review, files: dict[str, bytes]
) -> None:
    rows = csv_rows(files["gap-map.csv"])
    placed = {
        (row["element_id"], row["frame_id"], source)
        for row in rows
        for source in row["source_ids"].split(";")
        if source != "[z]"
    }
    columns = ["element_id", "frame_id", "source_id"]
    assert placed == set(review.cells[columns].itertuples(index=False, name=None))
    assert len(rows) == len(review.elements) * len(review.frames) == 90
    assert sum(row["sources"] != "0" for row in rows) == 39
    assert sum(int(row["sources"]) for row in rows) == len(review.cells)
    in_full = int(review.cells["extent"].eq("full").sum())
    assert sum(int(row["sources_in_full"]) for row in rows) == in_full


def test_placements_mark_what_is_from_the_report_and_what_is_ours(
    review: Review, files: dict[str, bytes]
) -> None:
    rows = csv_rows(files["placements.csv"])
    of_report = [row["source_id"] for row in rows if row["origin"] == "report"]
    ours = {row["source_id"] for row in rows if row["origin"] == "since 2017"}
    assert sorted(of_report) == sorted(review.cells["source_id"])
    assert len(of_report) == 87
    assert ours == set(review.new_sources["source_id"])
    assert len(rows) == len(review.placements)


def test_the_register_says_where_each_source_stands_today(
    review: Review, files: dict[str, bytes]
) -> None:
    rows = {row["source_id"]: row for row in csv_rows(files["register.csv"])}
    assert list(rows) == list(review.sources["source_id"])
    assert len(rows) == 31
    for today in review.sources_today.to_dict("records"):
        row = rows[today["source_id"]]
        assert row["today"] == today["status"]
        assert row["address"] == today["evidence_url"]
        assert row["address_date"] == today["evidence_date"]


def test_both_coders_stand_side_by_side_with_what_was_settled(
    review: Review, files: dict[str, bytes]
) -> None:
    key = ["source_id", "element_id", "frame_id"]
    rows = {tuple(row[k] for k in key): row for row in csv_rows(files["coding.csv"])}

    def said_yes(column: str) -> set[tuple[str, ...]]:
        return {place for place, row in rows.items() if row[column] == "yes"}

    for column, coded in (
        ("coder_a", review.coder_a),
        ("coder_b", review.coder_b),
        ("settled", review.cells),
    ):
        assert said_yes(column) == set(coded[key].itertuples(index=False, name=None))
    assert set(rows) == said_yes("coder_a") | said_yes("coder_b")
    for coder in ("a", "b"):
        for row in getattr(review, f"coder_{coder}").to_dict("records"):
            assert rows[tuple(row[k] for k in key)][f"coder_{coder}_reason"] == row["reason"]
    told = {place: row["settled_reason"] for place, row in rows.items()}
    for row in review.settled.to_dict("records"):
        assert told.pop(tuple(row[k] for k in key)) == row["reason"]
    assert set(told.values()) == {"[z]"}


@pytest.mark.parametrize("name", TABLES)
def test_every_format_gives_back_the_same_table(
    review: Review, files: dict[str, bytes], name: str
) -> None:
    one = next(found for found in tables(review) if found.name == name)
    names = [column.name for column in one.columns]
    assert [list(row.values()) for row in csv_rows(files[f"{name}.csv"])] == texts(one)
    assert json_rows(files[f"{name}.json"]) == one.rows.to_dict("records")
    found = workbook(files["gap-map.xlsx"]).get_table_by_name(name.replace("-", "_"))
    # calamine reads every number as a float; a heading may name a note on its second line.
    read = [
        [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row]
        for row in found.to_python()
    ]
    assert read == texts(one)
    headings = [heading.split("\n")[0] for heading in found.columns or []]
    assert headings == [column.heading for column in one.columns]
    assert list(csv_rows(files[f"{name}.csv"])[0]) == names


def test_no_value_is_left_blank(review: Review) -> None:
    for one in tables(review):
        for row in texts(one):
            assert all(value.strip() and value not in ("nan", "None", "<NA>") for value in row)


def test_the_same_bytes_come_out_twice(review: Review, files: dict[str, bytes]) -> None:
    again = downloads.__wrapped__(review)
    assert list(again) == list(files)
    for name, content in files.items():
        assert again[name] == content, name
    # Nor do they depend on the day.
    parts = zipfile.ZipFile(io.BytesIO(files["gap-map.xlsx"]))
    assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    dates = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]*Z", parts.read("docProps/core.xml"))
    assert set(dates) == {b"1980-01-01T00:00:00Z"}


def part_of(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


@pytest.mark.parametrize("start", STARTS_FORMULA)
def test_text_that_would_start_a_formula_gets_an_apostrophe(start: str) -> None:
    assert not_a_formula(f"{start}1+1") == f"'{start}1+1"
    assert not_a_formula(f"1{start}1") == f"1{start}1"
    assert not_a_formula(-1) == -1


def test_no_cell_of_a_spreadsheet_starts_a_formula(review: Review, files: dict[str, bytes]) -> None:
    attack = '=HYPERLINK("http://example.org","x")'
    found = tables(review)
    found[0].rows.loc[0, "element"] = attack
    assert csv_rows(as_csv(found[0]))[0]["element"] == f"'{attack}"
    attacked = as_xlsx(found)
    assert workbook(attacked).get_table_by_name("gap_map").to_python()[0][1] == f"'{attack}"
    assert b"<f>" not in part_of(attacked, "xl/worksheets/sheet4.xml")
    for name in TABLES:
        for row in csv.reader(io.StringIO(files[f"{name}.csv"].decode(), newline="")):
            assert not [cell for cell in row if cell.startswith(STARTS_FORMULA)]


def test_the_workbook_has_one_table_a_sheet_that_starts_with_its_headings(
    files: dict[str, bytes],
) -> None:
    book = workbook(files["gap-map.xlsx"])
    assert book.sheet_names[:3] == ["Cover", "Contents", "Notes"]
    found = [book.get_table_by_name(name) for name in book.table_names or []]
    assert [one.sheet for one in found] == book.sheet_names[1:]
    for number, one in enumerate(found, 2):  # the cover is the first sheet, and has no table
        sheet = book.get_sheet_by_name(one.sheet)
        rows = sheet.to_python()
        assert sheet.merged_cell_ranges == []
        assert one.columns
        assert len(set(one.columns)) == len(rows[0])
        # The headings stand right above the data, and nothing stands below them.
        assert rows[-one.height - 1] == one.columns
        assert rows[-one.height :] == one.to_python()
        assert all(row[0] != "" for row in rows), "no blank row"
        assert all(cell != "" for row in one.to_python() for cell in row)
        part = part_of(files["gap-map.xlsx"], f"xl/worksheets/sheet{number}.xml")
        assert b"<pane" not in part
        assert part.count(b"<tablePart ") == 1


def test_every_file_carries_licence_and_version(review: Review, files: dict[str, bytes]) -> None:
    for name in TABLES:
        content = json.loads(files[f"{name}.json"])
        assert content["version"] == __version__
        assert "MIT" in content["licence"]
        assert "Think Local Act Personal (2017)" in content["source"]
    for name in ("README.txt", "sources.ris", "sources.bib"):
        text = files[name].decode()
        assert f"version {__version__}" in text, name
        assert "MIT" in text, name
        assert "Think Local Act Personal (2017)" in text, name
    cover = " ".join(
        str(row[0]) for row in workbook(files["gap-map.xlsx"]).get_sheet_by_index(0).to_python()
    )
    assert f"Version: {__version__}" in cover
    assert "MIT" in cover


def test_codes_in_the_files_are_explained_beside_them(
    review: Review, files: dict[str, bytes]
) -> None:
    told = files["README.txt"].decode()
    notes = str(workbook(files["gap-map.xlsx"]).get_sheet_by_name("Notes").to_python())
    for one in tables(review):
        used = {cell for row in texts(one) for cell in row if re.fullmatch(r"\[\w\]", cell)}
        assert used == set(json.loads(files[f"{one.name}.json"])["codes"])
        for code in used:
            assert f"  {code} " in told
            assert code in notes


def ris_records(content: bytes) -> list[list[tuple[str, str]]]:
    records: list[list[tuple[str, str]]] = []
    text = content.decode()
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    for line in text.split("\r\n")[:-1]:
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert match, line
        if match[1] == "TY":
            records.append([])
        records[-1].append((match[1], match[2]))
    assert all(record[-1] == ("ER", "") for record in records)
    return records


def test_the_bibliography_reads_back_in_both_formats(
    review: Review, files: dict[str, bytes]
) -> None:
    expected = references(review)
    assert [one.key for one in expected[1:]] == list(review.sources["source_id"])
    assert expected[0].title == "Gathering the Evidence: Making Personal Budgets Work for All"
    records = ris_records(files["sources.ris"])
    entries = parse_string(files["sources.bib"].decode(), "bibtex").entries
    assert len(records) == len(entries) == len(expected) == 32
    states = review.sources_today.set_index("source_id")
    for one, record in zip(expected, records, strict=True):
        ris, bib = dict(record), entries[one.key].fields
        assert ris["TY"] in ("RPRT", "GEN", "DBASE")
        assert ris["ID"] == one.key
        assert ris["TI"] == one.title == str(Text.from_latex(bib["title"]))
        assert ris["PB"] == str(Text.from_latex(bib.get("institution") or bib["publisher"]))
        assert ris.get("PY", "") == bib.get("year", "") == one.year
        assert ris["N1"] == str(Text.from_latex(bib["note"]))
        if one.key in states.index:
            assert ris["UR"] == bib["url"] == states.loc[one.key, "evidence_url"]
            assert f"Today: {states.loc[one.key, 'status']}" in ris["N1"]


def test_a_record_has_the_type_and_year_that_fit(review: Review) -> None:
    found = {one.key: (one.type, one.year) for one in references(review)}
    assert found["gathering-the-evidence"] == ("RPRT", "2017")
    assert found["ibsen"] == ("RPRT", "2008")
    assert found["ascof"] == ("DBASE", "")
    assert found["poet"] == ("GEN", "")
    assert found["ipc-evaluation"] == ("RPRT", "")


def test_signs_of_the_formats_in_the_data_stay_text(review: Review) -> None:
    first, second, *_ = references(review)
    text = "A {b & 50%_#$ c}\\ ~^ @misc{x,\nER  - \r\nTY  - GEN"
    address = "https://example.org/{a}?b=%20&c_d"
    nasty = replace(second, key="nasty", title=text, publisher=text, note=text, address=address)
    listed = [first, nasty, second]
    assert [dict(record)["ID"] for record in ris_records(as_ris(listed))] == [o.key for o in listed]
    entries = parse_string(as_bibtex(listed).decode(), "bibtex").entries
    assert list(entries) == [one.key for one in listed]
    assert entries["nasty"].fields["url"] == "https://example.org/%7Ba%7D?b=%20&c_d"
    assert r"\& 50\%\_\#\$" in entries["nasty"].fields["title"]


def test_the_book_links_every_file_with_format_size_licence_and_version(
    review: Review, files: dict[str, bytes]
) -> None:
    parsed = BeautifulSoup(gap_map_downloads(review), "html.parser")
    assert [link["href"] for link in parsed.find_all("a")] == [
        f"downloads/{name}" for name in files
    ]
    for row, content in zip(parsed.select("tbody tr"), files.values(), strict=True):
        *_, size = [cell.get_text() for cell in row.find_all("td")]
        assert abs(int(size.removesuffix(" KB")) - len(content) / 1024) <= 1
    text = parsed.get_text()
    assert f"version {__version__}" in text
    assert "MIT licence" in text


def test_the_books_references_are_those_of_the_downloads(review: Review) -> None:
    parsed = BeautifulSoup(bibliography(review), "html.parser")
    titles = {cite.get_text() for cite in parsed.find_all("cite")}
    assert titles == {reference.title for reference in references(review)}
    assert len(parsed.find_all("li")) == len(review.sources) + 1
