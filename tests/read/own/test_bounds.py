"""Files that nobody would write by hand: too large, damaged, or made to do harm."""

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_review.read.own import OwnEvidence

Files = dict[str, str]
Read = Callable[..., tuple[OwnEvidence, list[str]]]

# Reads a folder in a process of its own, and prints what is wrong and the memory that it took.
MEASURE = """
import resource, sys
from evidence_review.read.contract import load_table
from evidence_review.read.own import examine
tables = [load_table(name) for name in ("elements", "frames", "kinds", "survey_items")]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found, problems = examine(sys.argv[1], *tables)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
print(len(found.responses), len(found.rejected))
print(*problems, sep="\\n")
"""


def measured(folder: Path) -> tuple[int, str, list[str]]:
    """Memory in MB beside what Python takes, rows used and rejected, and what is wrong."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder)], capture_output=True, text=True, check=True
    )
    memory, rows, *problems = done.stdout.strip().split("\n")
    return int(memory), rows, problems


@pytest.fixture
def folder(tmp_path: Path, good: Files) -> Path:
    (tmp_path / "questions.csv").write_text(good["questions.csv"])
    return tmp_path


def test_a_file_of_200_mb_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / "responses.csv").open("wb") as file:
        file.truncate(200_000_000)  # takes no room on the disk
    memory, _, problems = measured(folder)
    assert problems == [
        "responses.csv: the file has 200 MB. Expected 50 MB at the most. Keep only the columns that"
        " are asked for, and one row a respondent."
    ]
    assert memory < 20


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("control,plan-say\n" + "1,2\n" * 1_000_000, "row 200002: more than 200,000 rows"),
        ("control,plan-say\n" + "\n" * 2_000_000, "more than 1,048,576 rows"),
        ("control,plan-say" + ",x" * 20_000_000, "row 1: the row has more than 1,000,000 letters"),
        ("control,plan-say\n" + '1,"' + "\n" * 20_000_000, "row 2: a quotation mark is not closed"),
        ("control,plan-say" + ",x" * 499, "row 1: 501 columns. Expected 500 at the most"),
    ],
)
def test_a_file_without_end_is_refused_and_memory_stays_bounded(
    folder: Path, content: str, words: str
) -> None:
    (folder / "responses.csv").write_text(content)
    memory, _, (line,) = measured(folder)
    assert words in line
    assert memory < 50


def test_the_most_rows_that_are_allowed_are_read_in_little_memory(folder: Path) -> None:
    (folder / "responses.csv").write_text("control,plan-say\n" + "1,2\n7,\n" * 100_000)
    memory, rows, problems = measured(folder)
    assert (rows, problems) == ("100000 100000", [])
    assert memory < 200


def test_a_cell_longer_than_excel_allows_is_refused(read: Read, good: Files) -> None:
    long = "x" * 32_768
    files = {**good, "documents.csv": good["documents.csv"].replace("full,", f"full,{long}")}
    files["responses.csv"] = "control,plan-say,other\n1,1,\n1,1," + long
    del files["waves.csv"]
    found, (line,) = read(files)
    assert line.startswith("documents.csv, row 2, column “note”: the cell is too long. Expected 32")
    assert found.rejected["row"].tolist() == [3]


def test_formulas_and_html_are_text_and_control_characters_are_not_kept(
    read: Read, good: Files
) -> None:
    wording = "=HYPERLINK(\x1b[31m0) <script>alert(1)</script>\u202e"
    files = {**good, "questions.csv": good["questions.csv"].replace("How much say did", wording)}
    found, problems = read(files)
    assert problems == []
    assert found.questions["wording"].iloc[1] == (
        "=HYPERLINK( [31m0) <script>alert(1)</script> you have?"
    )
    files = {**good, "questions.csv": good["questions.csv"].replace("universal", "\x1b[31m<b>")}
    _, lines = read(files)
    assert any("column “[31m<b>”: not known" in line for line in lines)


# --- Damage ------------------------------------------------------------------------------------

PIECES = [
    '"', ",", ";", "\n", "\r", "\t", " ", "'", "=", "-", "\x00", "\x1b", "é", "\ufeff", "\u202e",
    "1", "99", "2024", "2024-05", "1e9", "NaN", "E1", "control", "weight", "person", "yes", "<b>",
    "1 a;2 b", "x" * 400,
]  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]
PLACED = re.compile(
    r"(documents|questions|responses|waves)\.csv(, row \d+(, column (“.+”|\d+))?)?: "
)


def damaged(luck: random.Random, text: str) -> bytes:
    for _ in range(luck.choice([1, 1, 1, 2, 5])):
        start = luck.randrange(len(text) + 1)
        text = text[:start] + luck.choice(PIECES) + text[start + luck.choice([0, 0, 1, 4, 30]) :]
    if luck.random() < 0.1:
        text = text.replace(",", ";")
    if luck.random() < 0.2:
        lines = text.split("\n")
        luck.shuffle(lines)
        text = "\n".join(lines)
    raw = text.encode(luck.choices(ENCODINGS, [8, 4, 2, 1])[0], "replace")
    return luck.randbytes(luck.randrange(200)) if luck.random() < 0.01 else raw


def test_thousands_of_damaged_files_give_tables_or_messages(read: Read, good: Files) -> None:
    luck = random.Random(2017)
    count = sound = left_out = 0
    while count < 2_000:
        hurt = {name for name in good if luck.random() < 0.8}
        count += len(hurt)
        files = {n: damaged(luck, text) if n in hurt else text for n, text in good.items()}
        found, lines = read({name: files[name] for name in good if luck.random() < 0.98})
        for line in lines:
            assert PLACED.match(line) or "not found" in line, line
            assert "Expected" in line or "more problems" in line, line
        if "responses.csv" in found.rows:
            used, listed = len(found.responses), len(found.rejected)
            assert found.rows["responses.csv"] == used + listed
            assert found.rejected["row"].is_unique
            assert not set(found.responses["row"]) & set(found.rejected["row"])
            left_out += listed > 0
        assert found.documents["year"].between(1990, 2100).all()
        assert found.responses["weight"].gt(0).all()
        for one in found.questions.to_dict("records"):
            assert one["good"] < set(one["labels"])
            assert set(found.responses[one["question"]].dropna()) <= set(one["labels"])
        people = found.responses[found.responses["person"].ne("")]
        assert not people.duplicated(["wave", "person"]).any()
        sound += not lines
    assert sound > 5
    assert left_out > 60
