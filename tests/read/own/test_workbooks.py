"""Tables kept as Excel workbooks, as Excel and other programs write them, and damaged ones."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from evidence_review.errors import DataError
from evidence_review.read.own import OwnEvidence
from evidence_review.read.own.workbooks import workbook_rows

Read = Callable[..., tuple[OwnEvidence, list[str]]]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    *rows: Sequence[object], after: Callable[[xlsxwriter.Workbook], None] | None = None
) -> bytes:
    """A workbook with these rows from A1 on. Dates are shown as Excel shows 2024-05."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "mmm-yy"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if after:
            after(book)
    return content.getvalue()


def repacked(content: bytes, edit: Callable[[str, bytes], bytes]) -> bytes:
    packed, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in packed.namelist():
            changed.writestr(name, edit(name, packed.read(name)))
    return out.getvalue()


def rows_of(tmp_path: Path, content: bytes) -> list[tuple[int, list[str]]]:
    (tmp_path / "responses.xlsx").write_bytes(content)
    return list(workbook_rows(tmp_path / "responses.xlsx"))


def test_a_folder_of_workbooks_reads_as_one_of_text(read: Read, good: dict[str, str]) -> None:
    expected, _ = read(good)
    numbers = {"weight", "control", "plan-say", "year", "eligible"}
    books = {}
    for file, text in good.items():
        lines = [line.split(",") for line in text.splitlines()]
        rows = [
            [float(cell) if name in numbers and cell else cell
             for name, cell in zip(lines[0], line, strict=True)]
            for line in lines[1:]
        ]  # fmt: skip
        books[file.replace(".csv", ".xlsx")] = workbook(lines[0], *rows)
    found, problems = read(books)
    assert problems == []
    assert found.responses.equals(expected.responses)
    assert found.documents.equals(expected.documents)
    assert found.questions.equals(expected.questions)
    assert found.waves.equals(expected.waves)
    assert set(found.rows) == {file.replace(".csv", ".xlsx") for file in good}


def test_cells_become_text_as_a_person_sees_them(tmp_path: Path) -> None:
    day = datetime(2024, 5, 1)
    content = workbook([], ["a", 1, 2.5, True], [day, 1e15, 0.1 + 0.2, " \x1b=b\u202e"])
    assert rows_of(tmp_path, content)[1:] == [
        (2, ["a", "1", "2.5", "True"]),
        (3, ["2024-05-01", "1e+15", "0.3", "=b"]),
    ]


def test_a_month_typed_into_excel_is_a_wave(read: Read, good: dict[str, str]) -> None:
    rows = workbook(["wave", "control", "plan-say"], [datetime(2024, 5, 1), 1, 2])
    found, problems = read({"questions.csv": good["questions.csv"], "responses.xlsx": rows})
    assert problems == []
    assert found.responses["wave"].tolist() == ["2024-05"]


def test_rows_and_cells_beside_the_heading_are_named(read: Read, good: dict[str, str]) -> None:
    rows = workbook([], ["control", "plan-say"], [], [1, 2], [7, 2], [1, 1, "stray"])
    found, problems = read({"questions.csv": good["questions.csv"], "responses.xlsx": rows})
    assert problems == []
    assert found.responses["row"].tolist() == [4]
    assert found.rejected["row"].tolist() == [5, 6]
    assert "cells to the right of the last heading" in found.rejected["problem"].iloc[1]


def test_an_error_of_excel_is_not_taken_for_a_blank_cell(tmp_path: Path) -> None:
    def fault(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].write_formula("B2", "=1/0", None, "#DIV/0!")
        book.add_worksheet().write_formula("A1", "=1/0", None, "#DIV/0!")  # another sheet: allowed

    with pytest.raises(DataError, match=r"^responses\.xlsx, cell B2: an error of Excel"):
        rows_of(tmp_path, workbook(["control"], [1], after=fault))


def test_a_formula_without_its_result_is_not_taken_for_a_blank_cell(tmp_path: Path) -> None:
    content = workbook(["control"], ["=1+1"])
    unsaved = repacked(content, lambda _, part: part.replace(b"<v>0</v>", b""))
    with pytest.raises(DataError, match=r"cell A2: .* or a formula without a saved result"):
        rows_of(tmp_path, unsaved)


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (SHEET, b'r="A2"', b'r="XFD1048576"', "reaches to row 1,048,576, column 16,384"),
        (SHEET, b"</worksheet>", b" " * 60_000_000 + b"</worksheet>", "more than 50 MB"),
        ("xl/sharedStrings.xml", b'uniqueCount="1"', b'uniqueCount="4000000000"', "damaged"),
        ("xl/styles.xml", b'<cellXfs count="1"', b'<cellXfs count="9999999999"', "damaged"),
        (SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY y "z">]><worksheet', "damaged"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1", b"../../secret", "damaged"),
    ],
)
def test_a_workbook_that_would_take_too_much_memory_is_refused(
    tmp_path: Path, part: str, old: bytes, new: bytes, words: str
) -> None:
    content = workbook(["control"], [1])
    assert old in zipfile.ZipFile(io.BytesIO(content)).read(part)
    bomb = repacked(content, lambda name, raw: raw.replace(old, new, 1) if name == part else raw)
    with pytest.raises(DataError, match=words) as caught:
        rows_of(tmp_path, bomb)
    assert "\n" not in str(caught.value)


def test_a_part_that_claims_to_be_small_is_not_unpacked_beyond_its_claim(tmp_path: Path) -> None:
    filler = b" " * 60_000_000
    bomb = repacked(workbook(["control"]), lambda name, raw: raw + filler if name == SHEET else raw)
    size = zipfile.ZipFile(io.BytesIO(bomb)).getinfo(SHEET).file_size
    lie = bomb.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    with pytest.raises(DataError, match="damaged"):
        rows_of(tmp_path, lie)


def test_one_long_text_in_very_many_cells_is_refused(tmp_path: Path) -> None:
    cells = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(5_000))
    bomb = repacked(
        workbook(["x" * 30_000]),
        lambda _, raw: raw.replace(b"</sheetData>", cells + b"</sheetData>"),
    )
    with pytest.raises(DataError, match="more text than can be read"):
        rows_of(tmp_path, bomb)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 an old workbook", b"a,b"]
)
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match="this is not an Excel workbook, or it is damaged"):
        rows_of(tmp_path, content)


def test_random_damage_gives_rows_or_a_message(tmp_path: Path) -> None:
    luck = random.Random(2017)
    good = workbook(["control", "wave"], [1, datetime(2024, 5, 1)], ["a", "=1+1"])
    packed = zipfile.ZipFile(io.BytesIO(good))
    parts = {name: packed.read(name) for name in packed.namelist()}
    bits = [
        b"<",
        b'"',
        b"/",
        b"",
        b"1",
        b"9" * 22,
        b"-1",
        b"\0",
        b"\xff",
        b"NaN",
        b't="d"',
        b'r="Z9"',
    ]
    read = 0
    for _ in range(400):
        changed = dict(parts)
        name = luck.choice([SHEET, SHEET, *(name for name in parts if name.endswith("xml"))])
        part = bytearray(changed[name])
        start = luck.randrange(len(part))
        part[start : start + luck.choice([0, 1, 1, 8])] = luck.choice(bits)
        changed[name] = bytes(part)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as book:
            for part_name, raw in changed.items():
                book.writestr(part_name, raw)
        try:
            assert all(
                isinstance(c, str) for _, row in rows_of(tmp_path, out.getvalue()) for c in row
            )
            read += 1
        except DataError as error:
            assert str(error).startswith("responses.xlsx")  # noqa: PT017 (either outcome is right)
    assert 40 < read < 360
