"""A council's own survey: questions, responses and waves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from evidence_review.errors import DataError
from evidence_review.paths import DATA
from evidence_review.read.contract import load_table
from evidence_review.read.own import OwnEvidence, invented_council, own_evidence

Files = dict[str, str]
Read = Callable[..., tuple[OwnEvidence, list[str]]]
HEAD = "control,plan-say"


def changed(good: Files, file: str, old: str, new: str) -> Files:
    assert old in good[file]
    return {**good, file: good[file].replace(old, new)}


def responses(good: Files, text: str) -> Files:
    """Good files with other responses, and no table of waves."""
    files = {**good, "responses.csv": text}
    del files["waves.csv"]
    return files


def said(rejected: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(rejected["row"], rejected["column"], strict=True))


# --- What is read ------------------------------------------------------------------------------


def test_a_good_folder_becomes_typed_tables(read: Read, good: Files) -> None:
    found, problems = read(good)
    assert problems == []
    assert found.questions.to_dict("records") == [
        {
            "question": "control",
            "wording": "How much control do you have?",
            "labels": {1: "All I want", 2: "Enough", 3: "Some", 4: "None"},
            "good": frozenset({1, 2}),
            "left_out": frozenset(),
            "element_id": "E2.1",
            "frame_id": "F3",
            "universal": False,
            "standard": "ascs-3a",
        },
        {
            "question": "plan-say",
            "wording": "How much say did you have?",
            "labels": {1: "Enough", 2: "Too little", 9: "I have no plan"},
            "good": frozenset({1}),
            "left_out": frozenset({9}),
            "element_id": "E3.4",
            "frame_id": "F1",
            "universal": True,
            "standard": "",
        },
    ]
    table = found.responses
    assert table["row"].tolist() == [2, 3, 4]
    assert table["weight"].tolist() == [0.85, 1.2, 1.0]
    assert table["age_group"].tolist() == ["18 to 64", "65 and over", "65 and over"]
    assert table["sex"].tolist() == ["female", "male", "other"]
    assert table["budget_type"].tolist() == ["direct payment", "managed", "Individual Service Fund"]
    assert table["control"].tolist() == [1, pd.NA, 4]
    assert str(table["plan-say"].dtype) == "Int64"
    assert found.waves["eligible"].tolist() == [900, pd.NA]
    assert found.rejected.empty
    assert set(found.rows.values()) == {1, 2, 3}


def test_a_folder_with_documents_alone_has_empty_tables_of_the_same_types(
    read: Read, good: Files
) -> None:
    full, _ = read(good)
    found, problems = read({"documents.csv": good["documents.csv"]})
    assert problems == []
    for name in ("questions", "responses", "waves", "rejected"):
        empty, table = getattr(found, name), getattr(full, name)
        assert empty.empty
        shared = [column for column in table if column not in ("control", "plan-say")]
        assert empty.dtypes.to_dict() == table[shared].dtypes.to_dict()


def test_the_invented_council_is_read_without_a_fault() -> None:
    tables = [load_table(name) for name in ("elements", "frames", "kinds", "survey_items")]
    found = own_evidence(DATA / "local" / "norwick", *tables)
    assert len(found.responses) == found.rows["responses.csv"]
    assert found.responses["wave"].value_counts().to_dict() == {"2023-24": 420, "2025-26": 380}
    assert found.questions["standard"].ne("").sum() == 11


def test_columns_may_be_absent_and_weights_are_then_1(read: Read, good: Files) -> None:
    found, problems = read(responses(good, f"{HEAD}\n1,2\n\n,\n3,"))
    assert problems == []
    assert found.responses["row"].tolist() == [2, 5]
    assert found.responses["weight"].tolist() == [1.0, 1.0]
    assert found.responses["wave"].tolist() == ["", ""]
    assert found.responses["plan-say"].tolist() == [2, pd.NA]


def test_numbers_may_be_written_as_other_programs_write_them(read: Read, good: Files) -> None:
    found, _ = read(responses(good, f"Weight,Age group,{HEAD}\n.5,18–64,1.0,09\n"))
    assert found.responses.loc[0, ["weight", "age_group"]].tolist() == [0.5, "18 to 64"]
    assert found.responses.loc[0, ["control", "plan-say"]].tolist() == [1, 9]


@pytest.mark.parametrize("month", ["2024-05", "2024-05-01", "May-24"])
def test_a_month_that_excel_took_for_a_date_is_still_that_month(
    read: Read, good: Files, month: str
) -> None:
    found, problems = read(responses(good, f"wave,{HEAD}\n{month},1,1\n"))
    assert problems == []
    assert found.responses["wave"].tolist() == ["2024-05"]


def test_columns_that_nothing_asks_for_are_named_and_not_read(read: Read, good: Files) -> None:
    found, problems = read(responses(good, f"<b>postcode</b>,{HEAD},,comments\nX,1,2,y,z\n"))
    assert problems == []
    assert found.unused == ("<b>postcode</b>", "column 4, without a heading", "comments")
    assert not set(found.unused) & set(found.responses.columns)


# --- Faulty rows of responses ------------------------------------------------------------------


def test_faulty_rows_are_left_out_and_listed_once_each(read: Read, good: Files) -> None:
    rows = [
        "1,18-64,2024,a,1,1",
        "0,18-64,2024,b,1,1",
        "1,young,2024,c,7,x",
        "1,,,d,1,1",
        ",,2024,e,1,1",
        "1,,2024,a,2,2",
        "1,,2025,a,2,2",
        "1,,01/05/2024,f,2,2",
        "1,,2024,g,2,2,stray",
    ]
    text = "weight,age_group,wave,person,control,plan-say\n" + "\n".join(rows)
    found, problems = read(responses(good, text))
    assert problems == []
    assert found.responses["row"].tolist() == [2, 8]
    assert said(found.rejected) == [
        (3, "weight"),
        (4, "age_group; control; plan-say"),
        (5, "wave"),
        (6, "weight"),
        (7, "person"),
        (9, "wave"),
        (10, ""),
    ]
    problem = dict(zip(found.rejected["row"], found.rejected["problem"], strict=True))
    assert problem[4].count("Expected") == 3
    assert "Expected 1, 2, 3, 4 or blank" in problem[4]
    assert "already answered in row 2 of the same wave" in problem[7]
    assert "Excel made a date of it" in problem[9]
    assert problem[10].startswith("too many cells (7). Expected 6")
    assert found.rows["responses.csv"] == len(found.responses) + len(found.rejected) == 9


def test_no_message_quotes_a_response(read: Read, good: Files) -> None:
    # A row that has slipped by a column puts the key of a person under another heading.
    key = "NHS4857773456"
    slipped = [f"{','.join([key] * n)}{',' * (9 - n)}" for n in range(1, 10)]
    text = good["responses.csv"] + "\n".join([*slipped, f"{key}," * 12, f'"{key}'])
    found, problems = read({**good, "responses.csv": text})
    assert len(found.rejected) == 10
    assert len(problems) == 1
    everything = found.rejected.to_csv() + "".join(problems) + repr(found) + repr(found.unused)
    assert key not in everything


def test_waves_of_two_forms_are_named(read: Read, good: Files) -> None:
    _, (line,) = read(responses(good, f"wave,{HEAD}\n2024,1,1\n2024-25,1,1\n"))
    assert line.startswith("responses.csv, row 3, column “wave”: another form than in the rows")


# --- The heading of responses ------------------------------------------------------------------


def test_headings_missing_repeated_and_misspelt_are_all_named(read: Read, good: Files) -> None:
    _, lines = read(responses(good, "wieght,control,control,supportreason\n1,1,1,\n"))
    assert [line.split(". Expected")[0] for line in lines] == [
        "responses.csv, row 1, column “wieght”: not known",
        "responses.csv, row 1, column “control”: stands there twice",
        "responses.csv, row 1, column “supportreason”: not known",
        "responses.csv, row 1, column “plan-say”: missing",
    ]
    assert lines[0].endswith("Did you mean weight?")


def test_responses_need_questions(read: Read, good: Files) -> None:
    _, lines = read({"responses.csv": good["responses.csv"]})
    assert len(lines) == 1
    assert lines[0].startswith("responses.csv: there are no questions. Expected a table questions")


# --- Questions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("plan-say", "plan say", "column “question”: “plan say” does not fit. Expected a short"),
        ("plan-say", "-plan", "column “question”: “-plan” does not fit"),
        ("plan-say", "p" * 41, "at most 40"),
        ("plan-say", "Control", "“Control” already stands in row 2"),
        ("plan-say", "Wave", "column “question”: “Wave” is the name of another column"),
        ("plan-say", "quality-of-life", "is the name of another column"),
        ("How much say did you have?", "w" * 301, "at most 300 letters"),
        ("How much say did you have?", "", "column “wording”: nothing is given"),
        ("1 Enough;2 Too", "Enough;2 Too", "“Enough” is not a number from 0 to 99 and a label"),
        ("1 Enough;2 Too", "100 Enough;2 Too", "is not a number from 0 to 99 and a label"),
        ("1 Enough;2 Too", "2 Enough;2 Too", "the number 2 stands there twice"),
        ("1 Enough;2 Too little;9 I have no plan,1,9", "1 Enough,1,", "there is only one answer"),
        ("plan,1,9", "plan,,9", "column “good”: nothing is given. Expected numbers from the scale"),
        ("plan,1,9", "plan,3,9", "column “good”: “3” is not on the scale"),
        ("plan,1,9", "plan,1;2,9", "column “good”: every answer counts as good"),
        ("plan,1,9", "plan,1;9,9", "9 is left out and counts as good"),
        ("plan,1,9", "plan,1,8", "column “left_out”: “8” is not on the scale"),
        ("Systems and processes", "E1;E2", "column “element”: “E1;E2” does not fit"),
        ("Experience", "Experiense", "Did you mean F1 Experience?"),
        ("yes,", "perhaps,", "column “universal”: “perhaps” does not fit. Expected yes or no"),
        ("yes,", "yes,ascs-99", "“ascs-99” does not fit. Expected an item from"),
        ("yes,", "yes,ascs-3a", "ascs-3a already stands in row 2"),
        ("4 None,1;2", "4 None,1", "not the numbers of the standard item ascs-3a. Expected 1;2"),
        ("4 None,1;2", "4 None;5 Other,1;2", "column “scale”: not the numbers of the standard"),
        ("4 None,1;2,", "4 None,1;2,4", "column “left_out”: not the numbers of the standard"),
    ],
)  # fmt: skip
def test_a_question_that_does_not_fit_is_named(
    read: Read, good: Files, old: str, new: str, words: str
) -> None:
    files = changed(good, "questions.csv", old, new)
    del files["responses.csv"], files["waves.csv"]
    _, lines = read(files)
    assert any(words in line for line in lines)
    assert all(line.startswith("questions.csv, row ") and "Expected" in line for line in lines)


def test_everything_wrong_in_all_files_is_named_at_once(read: Read, good: Files) -> None:
    files = changed(good, "questions.csv", "plan,1,9", "plan,3,9")
    files["documents.csv"] = files["documents.csv"].replace("full", "most")
    files["waves.csv"] = files["waves.csv"].replace("900", "1")
    files["responses.csv"] = files["responses.csv"].replace("weight", "wieght", 1)
    _, lines = read(files)
    assert [line.split(":")[0] for line in lines] == [
        "documents.csv, row 2, column “extent”",
        "questions.csv, row 3, column “good”",
        "responses.csv, row 1, column “wieght”",
        "waves.csv, row 2, column “eligible”",
    ]


# --- Waves -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2023-24,900", "2023-24,900.5", "“900.5” does not fit. Expected how many people could"),
        ("2023-24,900", "2023-24,1", "“1” is less than the responses of this wave"),
        ("2023-24,900", "2022-23,900", "“2022-23” is not a wave of the responses"),
        ("2023-24,900", "2023,900", "“2023” has another form than the waves before it"),
        ("2023-24,900", "spring,900", "“spring” does not fit. Expected a year such as 2024"),
        ("2023-24,900", "2024-25,900", "“2024-25” already stands in row 2"),
        ("2023-24,900", ",900", "column “wave”: nothing is given"),
    ],
)
def test_a_wave_that_does_not_fit_is_named(
    read: Read, good: Files, old: str, new: str, words: str
) -> None:
    _, lines = read(changed(good, "waves.csv", old, new))
    assert len(lines) == 1
    assert words in lines[0]


def test_one_blank_wave_stands_for_responses_without_any(read: Read, good: Files) -> None:
    files = responses(good, f"{HEAD}\n1,1\n")
    found, problems = read({**files, "waves.csv": "wave,eligible\n,400\n"})
    assert problems == []
    assert found.waves.to_dict("records") == [{"wave": "", "eligible": 400, "note": ""}]


# --- The folder --------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["response.csv", "responses.ods", "Responses.csv"])
def test_a_table_of_nearly_the_right_name_is_not_overlooked(
    read: Read, good: Files, wrong: str
) -> None:
    files: dict[str, str | bytes] = {"documents.csv": good["documents.csv"], wrong: "x"}
    _, (line,) = read(files)
    assert f"responses.csv: not found. Expected a table of that name. The folder holds {wrong}" in (
        line
    )


def test_two_files_for_one_table_are_refused(read: Read, good: Files) -> None:
    _, lines = read({**good, "documents.xlsx": b"PK"})
    assert len(lines) == 1
    assert lines[0].startswith("documents.csv: documents.xlsx lies beside it. Expected one file")


def test_links_are_not_followed(read: Read, good: Files, tmp_path: Path) -> None:
    read(good)
    (tmp_path / "documents.csv").rename(tmp_path / "elsewhere.csv")
    (tmp_path / "documents.csv").symlink_to(tmp_path / "elsewhere.csv")
    tables = [load_table(name) for name in ("elements", "frames", "kinds", "survey_items")]
    with pytest.raises(DataError, match=r"^documents\.csv: this is a link to another place"):
        own_evidence(tmp_path, *tables)


@pytest.mark.parametrize("name", ["council.csv", "figures.csv"])
def test_links_to_tables_of_an_invented_council_are_not_followed(name: str, tmp_path: Path) -> None:
    for table in ("council.csv", "figures.csv"):
        shutil.copy(DATA / "local" / "norwick" / table, tmp_path)
    assert invented_council(tmp_path)
    (tmp_path / name).rename(tmp_path / "elsewhere.csv")
    (tmp_path / name).symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(DataError, match=rf"^{name}: this is a link to another place"):
        invented_council(tmp_path)
