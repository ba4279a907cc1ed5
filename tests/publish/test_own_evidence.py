"""`review own new` and `review own check`, as an analyst meets them."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from evidence_review import cli
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import DATA, ROOT
from evidence_review.publish.own_check import REJECTED, write_rejected
from evidence_review.publish.own_new import documents, new_folder

FILES = ["README.txt", "documents.csv", "questions.csv", "responses.csv", "waves.csv"]


def own(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["own", *map(str, arguments)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(review: Review, tmp_path: Path) -> Path:
    """A folder as `review own new Camden` writes it."""
    new_folder(review, "camden", tmp_path / "own")
    return tmp_path / "own"


# --- New ---------------------------------------------------------------------------------------


def test_new_templates_are_right_as_they_stand(tmp_path: Path) -> None:
    made = own("new", "London Borough of Camden", "--to", tmp_path / "own")
    assert made.exit_code == 2  # the nearest names are offered
    made = own("new", "Camden", "--to", tmp_path / "own")
    assert made.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == FILES
    checked = own("check", tmp_path / "own")
    assert checked.exit_code == 0, checked.stderr
    assert "documents.csv: not yet filled in, and left out: rows 2, 3," in checked.stdout
    assert "respondents, rounded to 5: none" in checked.stdout
    assert checked.stdout.endswith("All is well.\n")


def test_documents_name_the_cells_of_the_coding_and_no_others(review: Review) -> None:
    rows = documents(review, "Camden")
    assert len({row["title"] for row in rows}) == len(rows)
    assert rows[0] == {
        "kind": "local document",
        "title": "Camden: Market Position Statement",
        "elements": "E2.2 Market development",
        "frames": "F6 Economics",
        "extent": "part",
    }
    named = {
        (row["title"].split(" (")[0], element.split()[0], frame.split()[0], row["extent"])
        for row in rows
        for element in row["elements"].split(";")
        for frame in row["frames"].split(";")
    }
    names = {
        "market-position-statements": "Camden: Market Position Statement",
        "health-wellbeing-strategies": "Camden: Joint Health and Wellbeing Strategy",
        "local-accounts": "Camden: Local Account",
        "stp": "Camden: Sustainability and Transformation Plan",
        "jsna": "Camden: Joint Strategic Needs Assessment",
        "qaf": "Camden: Quality Assessment Framework for Supported Housing",
    }
    cells = review.cells[review.cells["source_id"].isin(names)]
    coded = zip(
        cells["source_id"].map(names), cells["element_id"], cells["frame_id"], cells["extent"],
        strict=True,
    )  # fmt: skip
    assert named == set(coded)


def test_questions_are_the_standard_items_with_their_good_answers(
    review: Review, folder: Path
) -> None:
    rows = {row["standard"]: row for row in rows_of(folder / "questions.csv")}
    assert list(rows) == review.survey_items["item"].tolist()
    assert rows["ascs-12"]["scale"] == (
        "1 best answer; 2 second; 3 third; 4 worst answer; 5 not counted"
    )
    assert (rows["ascs-12"]["good"], rows["ascs-12"]["left_out"]) == ("1;2", "5")
    assert rows["ascs-3a"]["element"] == "E2.1 Choice and control"
    with (folder / "responses.csv").open(encoding="utf-8-sig") as file:
        (headings,) = csv.reader(file)
    assert headings[7:] == list(rows)


def test_excel_sees_that_the_tables_are_utf_8(folder: Path) -> None:
    for name in FILES:
        assert (folder / name).read_bytes().startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in (folder / name).read_bytes()


def test_the_guide_names_the_council_and_every_column(folder: Path) -> None:
    guide = (folder / "README.txt").read_text(encoding="utf-8-sig")
    assert "OWN EVIDENCE: Camden" in guide
    assert "{" not in guide
    for name in FILES[1:]:
        headings = (folder / name).read_text(encoding="utf-8-sig").split("\n")[0].split(",")
        assert all(f"  {h} " in guide for h in headings if not h.startswith("ascs"))


def test_nothing_is_overwritten_and_nothing_written_beside(review: Review, tmp_path: Path) -> None:
    (tmp_path / "waves.xlsx").write_bytes(b"mine")
    result = own("new", "Camden", "--to", tmp_path)
    assert result.exit_code == 2
    assert "waves.xlsx: there already, and never overwritten" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["waves.xlsx"]


def test_an_unknown_council_is_answered_with_the_nearest(tmp_path: Path) -> None:
    result = own("new", "Camdem", "--to", tmp_path / "own")
    assert result.exit_code == 2
    assert "no council is called “Camdem”. Did you mean Camden?" in result.stderr
    assert not (tmp_path / "own").exists()


def test_the_project_is_no_place_for_answers(review: Review) -> None:
    with pytest.raises(ReviewError, match="lies in the project"):
        new_folder(review, "Camden", ROOT / "own-camden")
    assert not (ROOT / "own-camden").exists()


# --- Check -------------------------------------------------------------------------------------


def write(folder: Path, responses: str) -> None:
    (folder / "questions.csv").write_text(
        "question,wording,scale,good,element,frame,universal\n"
        "how,How is it?,1 Good;2 Fair;3 Bad,1,E1,F1,no\n"
    )
    (folder / "responses.csv").write_text(responses)


def test_respondents_are_rounded_and_small_numbers_not_said(folder: Path) -> None:
    write(folder, "wave,how\n" + "2023,1\n" * 4 + "2024,2\n" * 13)
    result = own("check", folder)
    assert result.exit_code == 0
    assert "wave 2023: fewer than 5; wave 2024: about 15." in result.stdout
    assert "13" not in result.stdout


def test_rejected_rows_are_listed_and_the_list_goes_with_the_last(folder: Path) -> None:
    write(folder, "person,how,=note\nSECRET1,1,\nSECRET2,7,\nSECRET3,SECRET3,\n")
    before = (folder / "responses.csv").read_bytes()
    result = own("check", folder)
    assert result.exit_code == 2
    assert "responses.csv: 2 rows are left out of the results. rejected-resp" in result.stderr
    assert "responses.csv: columns not used: “=note”." in result.stdout
    listed = rows_of(folder / REJECTED)
    assert [list(row.values())[:3] for row in listed] == [
        ["responses.csv", "3", "how"],
        ["responses.csv", "4", "how"],
    ]
    assert all("Expected 1, 2, 3 or blank" in row["problem"] for row in listed)
    assert "SECRET" not in (folder / REJECTED).read_text() + result.output
    assert (folder / "responses.csv").read_bytes() == before
    write(folder, "person,how\nSECRET1,1\n")
    assert own("check", folder).exit_code == 0
    assert not (folder / REJECTED).exists()


def test_the_list_holds_no_formula_and_follows_no_link(tmp_path: Path) -> None:
    target, path = tmp_path / "target", tmp_path / REJECTED
    target.write_text("mine")
    path.symlink_to(target)
    columns = ["file", "row", "column", "problem"]
    write_rejected(path, pd.DataFrame([["responses.csv", 2, "-q", "=1+1"]], columns=columns))
    assert target.read_text() == "mine"
    assert rows_of(path)[0] == {
        "file": "responses.csv", "row": "2", "column": "'-q", "problem": "'=1+1",
    }  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == [REJECTED, "target"]


def test_everything_wrong_is_named_at_once_without_a_word_on_what_is_faulty(folder: Path) -> None:
    write(folder, "how,haw\n9,\n")
    text = (folder / "documents.csv").read_text(encoding="utf-8-sig")
    (folder / "documents.csv").write_text(text.replace(",,,", ",1850,,", 1))
    (folder / "waves.csv").write_text("wave,eligble\n")
    result = own("check", folder)
    assert result.exit_code == 2
    places = [line.split(":")[1].strip() for line in result.stderr.splitlines()]
    assert places == [
        "documents.csv, row 2, column “year”",
        "waves.csv, row 1, column “eligble”",
        "responses.csv",
    ]
    assert "documents.csv" not in result.stdout
    assert "Traceback" not in result.output
    assert "All is well" not in result.output


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere", tmp_path / ("x" * 1_000)):
        result = own("check", wrong)
        assert result.exit_code == 2
        assert result.stderr.count("Error: ") == 1
    (tmp_path / "file").touch()
    assert "not a folder" in own("check", tmp_path / "file").stderr


def test_the_invented_council_is_well() -> None:
    result = own("check", DATA / "local" / "norwick")
    assert result.exit_code == 0
    assert "wave 2023-24: about 420; wave 2025-26: about 380" in result.stdout
