"""A council's own documents: what is read, and how every fault is named to the person."""

import random
from pathlib import Path

import pandas as pd
import pytest

from evidence_review.errors import DataError
from evidence_review.read.contract import load_table
from evidence_review.read.own import cells_of, own_evidence
from evidence_review.read.own.documents import COLUMNS

HEADING = "kind,title,year,address,elements,frames,extent,note"
ELEMENTS, FRAMES, KINDS = load_table("elements"), load_table("frames"), load_table("kinds")
GOOD = f"""{HEADING}
local document,Market Position Statement – 2023,2023,https://example.org/mps,E2.1;E4,F1,full,
Survey,Carers’ café survey,2024,,Wellbeing; housing,experience ; F3,PLANNED,"Waits, for now"
"""


def folder_with(tmp_path: Path, content: str | bytes) -> Path:
    raw = content.encode() if isinstance(content, str) else content
    (tmp_path / "documents.csv").write_bytes(raw)
    return tmp_path


def documents(folder: str | Path) -> pd.DataFrame:
    return own_evidence(folder, ELEMENTS, FRAMES, KINDS, load_table("survey_items")).documents


def problems(tmp_path: Path, content: str | bytes) -> list[str]:
    with pytest.raises(DataError) as caught:
        documents(folder_with(tmp_path, content))
    return str(caught.value).split("\n")


def row(**cells: str) -> str:
    """A good row, but for the cells given."""
    good = {
        "kind": "survey",
        "title": "Carers",
        "year": "2024",
        "address": "",
        "elements": "E1",
        "frames": "F1",
        "extent": "full",
        "note": "",
    }
    return ",".join({**good, **cells}.values())


# --- What is read ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_reads_the_same_in_each_encoding(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    table = documents(folder_with(tmp_path, GOOD.replace("\n", line_end).encode(encoding)))
    assert table.to_dict("records") == [
        {
            "kind": "local document",
            "title": "Market Position Statement – 2023",
            "year": 2023,
            "address": "https://example.org/mps",
            "element_ids": ("E2.1", "E4"),
            "frame_ids": ("F1",),
            "extent": "full",
            "note": "",
        },
        {
            "kind": "survey",
            "title": "Carers’ café survey",
            "year": 2024,
            "address": "",
            "element_ids": ("E1", "E4.5"),
            "frame_ids": ("F1", "F3"),
            "extent": "planned",
            "note": "Waits, for now",
        },
    ]
    assert table["year"].dtype == "int64"


def test_semicolons_may_separate_the_columns_as_well_as_the_codes(tmp_path: Path) -> None:
    table = pd.DataFrame(
        [["evaluation", "Pilot, year 1", "2020", "", "E2.1;E4", "Rights;F1", "part", "a;b"]],
        columns=list(COLUMNS),
    )
    table.to_csv(tmp_path / "documents.csv", sep=";", index=False, encoding="cp1252")
    found = documents(tmp_path).iloc[0]
    assert found["title"] == "Pilot, year 1"
    assert (found["element_ids"], found["frame_ids"]) == (("E2.1", "E4"), ("F1", "F2"))
    assert found["note"] == "a;b"


def test_codes_names_and_both_together_count_once_each_in_the_order_of_the_framework(
    tmp_path: Path,
) -> None:
    lists = {"elements": "housing;;e4.5;E2.1 Choice  and control;", "frames": "F6;F2;Economics"}
    found = documents(folder_with(tmp_path, f"{HEADING}\n{row(**lists)}\n")).iloc[0]
    assert (found["element_ids"], found["frame_ids"]) == (("E2.1", "E4.5"), ("F2", "F6"))


def test_columns_may_stand_in_any_order_and_case(tmp_path: Path) -> None:
    content = " Title ,KIND,year,note,extent,frames,elements,address\nA,survey,2020,,full,F1,E1,\n"
    found = documents(folder_with(tmp_path, content)).iloc[0]
    assert (found["title"], found["kind"], found["element_ids"]) == ("A", "survey", ("E1",))


def test_the_apostrophe_that_excel_curls_is_the_same_letter(tmp_path: Path) -> None:
    content = f"{HEADING}\n{row(kind='Ombudsman’s  record')}\n"
    assert documents(folder_with(tmp_path, content))["kind"].tolist() == ["ombudsman's record"]


def test_blank_lines_and_blank_cells_at_the_end_do_not_matter(tmp_path: Path) -> None:
    # Excel leaves out the separator before a blank last cell in some rows; it may save blank
    # columns after the last one, in the heading too.
    short = row(title="A").removesuffix(",")
    content = f"\n,,,\n{HEADING},,\n\n{short}\n , ,,\n{row(title='B')},,\n{row(title='C')}\n\n"
    table = documents(folder_with(tmp_path, content))
    assert table["title"].tolist() == ["A", "B", "C"]
    assert table["note"].tolist() == ["", "", ""]


def test_a_heading_alone_gives_an_empty_table_of_the_same_types(tmp_path: Path) -> None:
    full = documents(folder_with(tmp_path, GOOD))
    empty = documents(folder_with(tmp_path, f"{HEADING}\r\n"))
    assert empty.empty
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
    assert list(empty.columns) == [
        "kind", "title", "year", "address", "element_ids", "frame_ids", "extent", "note",
    ]  # fmt: skip
    assert cells_of(empty).empty
    assert cells_of(empty).dtypes.to_dict() == cells_of(full).dtypes.to_dict()


def test_the_cells_are_every_document_by_element_by_frame(tmp_path: Path) -> None:
    cells = cells_of(documents(folder_with(tmp_path, GOOD)))
    assert list(cells.columns) == [
        "title", "year", "kind", "address", "extent", "element_id", "frame_id",
    ]  # fmt: skip
    assert list(zip(cells["extent"], cells["element_id"], cells["frame_id"], strict=True)) == [
        ("full", "E2.1", "F1"),
        ("full", "E4", "F1"),
        ("planned", "E1", "F1"),
        ("planned", "E1", "F3"),
        ("planned", "E4.5", "F1"),
        ("planned", "E4.5", "F3"),
    ]
    assert cells.loc[1, ["title", "year", "kind", "address"]].tolist() == [
        "Market Position Statement – 2023", 2023, "local document", "https://example.org/mps",
    ]  # fmt: skip


def test_a_row_with_neither_year_nor_address_is_not_yet_filled_in(tmp_path: Path) -> None:
    blank = row(title="B", year="", elements="", extent="?")
    table = documents(folder_with(tmp_path, f"{HEADING}\n{blank}\n{row(title='C')}\n"))
    assert table["title"].tolist() == ["C"]


# --- The folder and the file -------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"evidense: not found\. Expected a folder"):
        documents(str(tmp_path / "evidense"))


def test_a_path_that_the_system_refuses_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read \(.+\)\. Expected a file that you may"):
        documents(tmp_path / ("x" * 1_000))


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"documents\.csv: not a folder\. Expected a folder"):
        documents(folder_with(tmp_path, GOOD) / "documents.csv")


@pytest.mark.parametrize("wrong", ["documents.ods", "documents.csv.csv", "document.csv"])
def test_a_missing_table_is_named_with_the_one_that_may_be_meant(
    tmp_path: Path, wrong: str
) -> None:
    (tmp_path / wrong).touch()
    with pytest.raises(DataError) as caught:
        documents(tmp_path)
    assert (
        f"documents.csv: not found. Expected a table of that name. The folder holds {wrong}."
        in (str(caught.value))
    )


@pytest.mark.parametrize("content", ["", "\ufeff", "\n \n", ",,,,\r\n"])
def test_an_empty_file_is_named(tmp_path: Path, content: str) -> None:
    (line,) = problems(tmp_path, content)
    assert line.startswith("documents.csv, row 1: the file is empty. Expected the columns kind, ti")


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", GOOD.encode("utf-16"), b"a\x81\xff"])
def test_a_workbook_or_another_encoding_is_named(tmp_path: Path, content: bytes) -> None:
    (line,) = problems(tmp_path, content)
    assert line.startswith("documents.csv: this is not a table in text. Expected a CSV file.")
    assert "CSV UTF-8" in line


# --- The heading -------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [row(), HEADING.replace(",", "\t"), "PK,nonsense"])
def test_a_file_without_the_heading_is_said_once(tmp_path: Path, content: str) -> None:
    (line,) = problems(tmp_path, f"\n{content}\n")
    assert line.startswith("documents.csv, row 2: this is no heading. Expected the columns kind,")


def test_missing_unknown_and_repeated_columns_are_all_named(tmp_path: Path) -> None:
    lines = problems(tmp_path, "kind,titel,year,address,elements,,frames,year,colour,note\n")
    assert [line.split(". Expected")[0] for line in lines] == [
        "documents.csv, row 1, column “title”: missing",
        "documents.csv, row 1, column “extent”: missing",
        "documents.csv, row 1, column “titel”: not known",
        "documents.csv, row 1, column 6: not known",
        "documents.csv, row 1, column “year”: stands there twice",
        "documents.csv, row 1, column “colour”: not known",
    ]
    assert lines[2].endswith("Did you mean title?")
    assert lines[5].endswith("Remove it.")


def test_the_rows_are_checked_though_the_heading_has_a_fault(tmp_path: Path) -> None:
    heading, faulty = HEADING.removesuffix(",note"), row(year="soon").removesuffix(",")
    lines = problems(tmp_path, f"{heading}\n{faulty}\n")
    assert [line.split(":")[0] for line in lines] == [
        "documents.csv, row 1, column “note”",
        "documents.csv, row 2, column “year”",
    ]


# --- The rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("kind", "", "nothing is given. Expected a kind"),
        ("kind", "local documnt", "does not fit. Expected a kind"),
        ("kind", "Market Position Statement", "a Market Position Statement, a Local Account or"),
        ("title", "", "nothing is given. Expected a title"),
        ("year", "", "nothing is given. Expected a whole number from 1990 to 2100"),
        ("year", "1989", "“1989” does not fit"),
        ("year", "2101", "“2101” does not fit"),
        ("year", "2018-19", "Give the year when it came out"),
        ("year", "2020.5", "“2020.5” does not fit"),
        ("year", "٢٠٢٠", "“٢٠٢٠” does not fit"),
        ("address", "www.example.org", "“www.example.org” does not fit. Expected an address that"),
        ("address", "javascript:alert(1)", "does not fit"),
        ("address", "https://", "does not fit"),
        ("address", "https://a.org and https://b.org", "does not fit"),
        ("elements", "", "nothing is given. Expected codes or short names"),
        ("elements", " ; ", "nothing is given"),
        ("elements", "E1;E9.9", "“E9.9” does not fit"),
        ("frames", "", "nothing is given. Expected codes or short names"),
        ("frames", "F7", "“F7” does not fit. Expected codes or short names from data/framework/fr"),
        ("extent", "", "nothing is given. Expected full, part or planned"),
        ("extent", "most", "Expected full, part or planned. Choose one."),
    ],
)
def test_a_cell_that_does_not_fit_is_named(
    tmp_path: Path, column: str, cell: str, words: str
) -> None:
    faulty = row(**{"title": "B", "address": "https://example.org", column: cell})
    (line,) = problems(tmp_path, f"{HEADING}\n{row(title='A')}\n{faulty}\n")
    assert line.startswith(f"documents.csv, row 3, column “{column}”: ")
    assert words in line


@pytest.mark.parametrize("year", ["1990", "2100"])
def test_the_first_and_last_year_fit(tmp_path: Path, year: str) -> None:
    content = f"{HEADING}\n{row(year=year)}\n"
    assert documents(folder_with(tmp_path, content))["year"].tolist() == [int(year)]


@pytest.mark.parametrize(
    ("column", "cell", "meant"),
    [
        ("kind", "locl document", "local document"),
        ("kind", "RCT", ""),
        ("kind", "randomised", "evaluation with a randomised controlled trial"),
        ("elements", "Wellbeing;Hosing", "E4.5 Housing"),
        ("elements", "E2.11", "E2.1 Choice and control"),
        ("frames", "Cost effectiveness", "F4 Cost-effectiveness"),
        ("extent", "partial", "part"),
        ("extent", "plan", "planned"),
    ],
)
def test_the_nearest_is_suggested(tmp_path: Path, column: str, cell: str, meant: str) -> None:
    (line,) = problems(tmp_path, f"{HEADING}\n{row(**{column: cell})}\n")
    if meant:
        assert f"Did you mean {meant}" in line
    else:
        assert "Did you mean" not in line


def test_a_suggestion_can_be_typed_as_it_is_printed(tmp_path: Path) -> None:
    content = f"{HEADING}\n{row(elements='E4.5 Housing', frames='F4 Cost-effectiveness')}\n"
    found = documents(folder_with(tmp_path, content)).iloc[0]
    assert (found["element_ids"], found["frame_ids"]) == (("E4.5",), ("F4",))


def test_a_title_that_stands_there_twice_is_named_with_both_rows(tmp_path: Path) -> None:
    content = f"{HEADING}\n{row(title='Local Account')}\n\n{row(title='local  account')}\n"
    (line,) = problems(tmp_path, content)
    assert line == (
        "documents.csv, row 4, column “title”: “local account” already stands in row 2. Expected a"
        " title, different in every row. Tell the two apart, or remove one."
    )


def test_rows_too_short_or_too_long_are_named(tmp_path: Path) -> None:
    content = f"{HEADING}\nsurvey,A,2020\n{row(title='B')},more\n{row(title='C, D')}\n"
    lines = problems(tmp_path, content)
    assert [line.split(". Expected")[0] for line in lines] == [
        "documents.csv, row 2: too few cells (3)",
        "documents.csv, row 3: too many cells (9)",
        "documents.csv, row 4: too many cells (9)",
    ]
    assert "Look for a needless “,”;" in lines[2]


def test_codes_joined_without_quotation_marks_in_a_semicolon_file_are_named(tmp_path: Path) -> None:
    content = f"{HEADING}\n{row(elements='E1|E4')}\n".replace(",", ";").replace("|", ";")
    (line,) = problems(tmp_path, content)
    assert line.startswith("documents.csv, row 2: too many cells (9). Expected 8")
    assert "Look for a needless “;”; a cell that itself holds one stands in quotation" in line


@pytest.mark.parametrize("damage", ['"never closed', '"closed" too soon'])
def test_no_row_is_swallowed_by_a_quotation_mark(tmp_path: Path, damage: str) -> None:
    content = (
        f"{HEADING}\n{row(title='A', year='x')}\n{row(title='B', note=damage)}\n{row(title='C')}\n"
    )
    lines = problems(tmp_path, content)
    assert len(lines) == 2
    assert lines[0].startswith("documents.csv, row 2, column “year”")
    assert lines[1].startswith("documents.csv, row 3: a quotation mark is not closed")


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    content = f"{HEADING}\n\n{row(title='A', note=chr(34) + 'two' + chr(10) + 'lines' + chr(34))}\n"
    (line,) = problems(tmp_path, f"{content}{row(title='B', extent='all')}\n")
    assert line.startswith("documents.csv, row 4, column “extent”")


def test_all_faults_are_named_at_once_one_line_each_from_top_to_bottom(tmp_path: Path) -> None:
    content = f"""{HEADING}
local documnt,Local Account,18,example.org,E2.1;Hosing;E99,F1,full,
survey,Carers
survey,Local account,2020,,E1,F9,"ful\nl",
"""
    lines = problems(tmp_path, content)
    assert [line.split(":")[0] for line in lines] == [
        "documents.csv, row 2, column “kind”",
        "documents.csv, row 2, column “year”",
        "documents.csv, row 2, column “address”",
        "documents.csv, row 2, column “elements”",
        "documents.csv, row 2, column “elements”",
        "documents.csv, row 3",
        "documents.csv, row 4, column “title”",
        "documents.csv, row 4, column “frames”",
        "documents.csv, row 4, column “extent”",
    ]
    assert all(". Expected " in line for line in lines)


def test_a_long_message_is_cut_and_so_is_a_long_cell(tmp_path: Path) -> None:
    rows = "\n".join(row(title=str(n), extent="z" * 5_000) for n in range(150))
    lines = problems(tmp_path, f"{HEADING}\n{rows}\n")
    assert len(lines) == 101
    assert lines[-1] == "documents.csv: 50 more problems. Mend these first."
    assert max(map(len, lines)) < 300


# --- Damage ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_random_damage_gives_a_typed_table_or_a_message(tmp_path: Path, encoding: str) -> None:
    luck = random.Random(2017)
    good = GOOD.encode(encoding)
    pieces = [b'"', b",", b";", b"\n", b"\r", b"\x00", b"\x81", b"\xff", b"E2", b" ", b"'", b"\xe2"]
    types = documents(folder_with(tmp_path, good)).dtypes.to_dict()
    messages = []
    for _ in range(150):
        content = bytearray(good)
        for _ in range(luck.randint(1, 6)):
            start = luck.randrange(len(content) + 1)
            content[start : start + luck.choice([0, 1, 1, 30])] = luck.choice(pieces)
        try:
            table = documents(folder_with(tmp_path, bytes(content)))
        except DataError as error:
            messages.append(str(error))
        else:
            assert table.dtypes.to_dict() == types
            assert table["year"].between(1990, 2100).all()
            cells = cells_of(table)
            assert set(cells["element_id"]) <= set(ELEMENTS["element_id"])
            assert set(cells["frame_id"]) <= set(FRAMES["frame_id"])
    assert 50 < len(messages) < 150
    for message in messages:
        assert all(line.startswith("documents.csv") for line in message.splitlines())


def test_random_bytes_are_refused_with_a_message(tmp_path: Path) -> None:
    luck = random.Random(2017)
    for size in range(200):
        assert problems(tmp_path, luck.randbytes(size))
