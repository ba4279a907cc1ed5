"""Two states of the data, from folders and from version control."""

import json
import subprocess
from pathlib import Path

import pytest

from evidence_review.analyse.differences import differences
from evidence_review.errors import ReviewError
from evidence_review.publish import revision
from evidence_review.publish.data_states import two_states

CONTRACT = {
    "resources": [
        {
            "name": "frames",
            "path": "framework/frames.csv",
            "schema": {"fields": [{"name": "frame_id"}], "primaryKey": "frame_id"},
        }
    ]
}


def write(folder: Path, table: str, contract: object = CONTRACT) -> Path:
    """A data folder with one table."""
    (folder / "framework").mkdir(parents=True, exist_ok=True)
    (folder / "framework" / "frames.csv").write_text(table, encoding="utf-8")
    (folder / "datapackage.json").write_text(json.dumps(contract), encoding="utf-8")
    return folder


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two commits that hold data, the first of them tagged, and one before them."""
    root = tmp_path / "checkout"
    root.mkdir()
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(revision, "ROOT", root)

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "-m", "Nothing yet")
    git("tag", "bare")
    for text, tag in (("frame_id\nF1\n", "v1"), ("frame_id\nF1\nF2\n", "v2")):
        write(root / "data", text)
        git("add", ".")
        git("commit", "--quiet", "-m", tag)
        git("tag", tag)
    return root


def test_a_tag_and_a_folder_are_compared_alike(history: Path, tmp_path: Path) -> None:
    old, new = two_states("v1", "v2")
    [one] = differences(old, new).tables
    assert (one.count("new"), one.values("frame_id")) == (1, {"F2"})
    assert old.name.startswith("v1 (commit ")
    folder = write(tmp_path / "copy", "frame_id\nF1\n")
    assert differences(*two_states("v1", str(folder))).none
    # Nothing of it is left in the checkout.
    assert sorted(path.name for path in history.iterdir()) == [".git", "data"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("v3", "v3: neither a folder nor a tag, branch or commit"),
        ("--help", "--help: neither a folder nor a tag"),
        ("bare", "bare: this commit has no folder data/"),
        ("{}", "this folder has no datapackage.json. Did you mean {}/data?"),
        ("{}/.git", "this folder has no datapackage.json. Name one that has."),
    ],
)
def test_what_is_no_state_is_refused_in_one_line(history: Path, asked: str, said: str) -> None:
    with pytest.raises(ReviewError) as refused:
        two_states(asked.format(history), "v1")
    assert said.format(history) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        ("{", "row 1: not valid JSON"),
        ("[]", "not a list of tables"),
        ('{"resources": [{"name": "x"}]}', "not a list of tables"),
        ('{"resources": [{"name": [], "path": "x", "schema": {}}]}', "not a list of tables"),
        ('{"resources": [{"name": "x", "path": "../x", "schema": {}}]}', "outside the folder"),
    ],
)
def test_a_contract_that_cannot_be_read_is_refused(
    tmp_path: Path, contract: str, said: str
) -> None:
    folder = write(tmp_path, "frame_id\n")
    (folder / "datapackage.json").write_text(contract, encoding="utf-8")
    with pytest.raises(ReviewError, match=said):
        two_states(str(folder), str(folder))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "an empty file"),
        ("frame_id\nF1,F2\n", "row 2: found 2 cells. Expected 1"),
        ("frame_id,frame_id\n", "two columns have the same name"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, table: str, said: str) -> None:
    folder = write(tmp_path, table)
    with pytest.raises(ReviewError, match=said):
        two_states(str(folder), str(folder))
