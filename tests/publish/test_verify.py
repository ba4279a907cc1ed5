"""Published notebooks are executed again, and whatever comes out otherwise is named."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_review.analyse.checks import PublishedPage, tally
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.publish.checks import published_pages
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.plan import council_runs, source_runs
from evidence_review.publish.records import Records
from evidence_review.publish.run import run_all
from evidence_review.publish.runs import Run
from evidence_review.publish.verify import verify
from evidence_review.show.checked_outputs import by_notebook, differences, finding

Runs = list[Run]


@pytest.fixture(scope="module")
def made(review: Review, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Path]:
    """The pages of two sources and a council, and the folder that holds them."""
    runs = [*source_runs(review)[:2], *council_runs(review, ["Camden"])]
    folder = tmp_path_factory.mktemp("build") / "runs"
    assert run_all(runs, folder, jobs=2) == []
    return runs, folder


@pytest.fixture
def folder(made: tuple[Runs, Path], tmp_path: Path) -> Path:
    """A copy of these pages, to alter."""
    for beside in ("runs", "runs-records"):
        shutil.copytree(made[1].with_name(beside), tmp_path / beside)
    return tmp_path / "runs"


def alter(notebook: Path, code: str, kind: str, pattern: str, other: str) -> None:
    """Change an output of the cell with this code in a published notebook."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    [cell] = [cell for cell in content["cells"] if code in "".join(cell["source"])]
    [output] = [one for one in cell["outputs"] if kind in one["data"]]
    before = "".join(output["data"][kind])
    after = re.sub(pattern, other, before, count=1)
    assert after != before
    output["data"][kind] = after
    notebook.write_text(json.dumps(content), encoding="utf-8")


def test_pages_come_out_the_same_again_and_the_check_is_kept(
    made: tuple[Runs, Path], folder: Path
) -> None:
    runs, _ = made
    checks = verify(runs, folder, jobs=2)
    assert [one.differences for one in checks] == [(), (), ()]
    camden = checks[-1]
    assert camden.pictures == camden.same_pictures == 6
    assert camden.files == 2
    notebook = json.loads((folder / "councils/camden.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    shown = [kind for cell in code for one in cell["outputs"] for kind in one["data"]]
    assert camden.cells == len(code)
    assert sum(camden.outputs.values()) == len(shown) - shown.count("image/png")
    pages = published_pages(runs, folder)
    assert [one.state for one in pages] == ["same", "same", "same"]
    assert "All 3 published notebooks came out the same again" in finding(pages)


def test_what_comes_out_otherwise_is_said_in_words(made: tuple[Runs, Path], folder: Path) -> None:
    runs, _ = made
    council = folder / f"{runs[-1].page}.ipynb"
    alter(council, "at_a_glance", "text/html", r"fill \d+ of", "fill 87 of")
    alter(council, "spine_chart", "text/plain", r"(marks #12436dff [^:]*: )\S+", r"\g<1>0.98765")
    downloads = folder / "downloads/councils"
    with (downloads / "camden.csv").open("a", encoding="utf-8") as file:
        file.write("one more line\n")
    (downloads / "camden.txt").write_text("not from a run")
    [first, second, camden] = verify(runs, folder, jobs=2)
    assert first.differences == second.differences == ()
    table, picture, more, another = camden.differences
    assert re.match(r"cell \d+, show.at_a_glance\(report\): the table or text differs: ", table)
    assert re.search(r"“…[^”]* 87 of [^”]*” was published, “…[^”]* 12 of [^”]*” came out", table)
    assert "show.spine_chart(report): the text differs: " in picture
    assert "0.98765" in picture
    assert more == "camden.csv: the file to download differs"
    assert another == "camden.txt: published, but not made again"
    pages = published_pages(runs, folder)
    assert [one.state for one in pages] == ["same", "same", "differs"]
    assert "87 of" in differences(pages)
    assert "2 of 3 published notebooks came out the same again" in finding(pages)


def test_a_page_that_is_not_a_run_of_its_notebook_is_named(
    made: tuple[Runs, Path], folder: Path
) -> None:
    """What somebody put into a page, or took out, can run well and come out the same."""
    runs = made[0]
    places = [folder / f"{run.page}.ipynb" for run in runs]
    contents = [json.loads(place.read_text(encoding="utf-8")) for place in places]
    first, second, council = (content["cells"] for content in contents)
    first.insert(3, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "A finding."})
    second[-1]["metadata"]["tags"] = ["nbval-ignore-output"]
    picture = next(cell for cell in council if "mystnb" in cell["metadata"])
    picture["metadata"]["mystnb"]["image"]["alt"] = "All is well."
    for place, content in zip(places, contents, strict=True):
        place.write_text(json.dumps(content), encoding="utf-8")
    found = [one.differences for one in verify(runs, folder, jobs=2)]
    assert found[0] == ("cell 4 is not as in source.ipynb",)
    assert found[1] == (f"cell {len(second)} is not as in source.ipynb",)
    [line] = found[2]
    assert "the picture's alternative differs: “All is well.” was published" in line


def test_a_page_that_was_touched_differs_whatever_was_changed_in_it(
    made: tuple[Runs, Path], folder: Path
) -> None:
    run = made[0][0]
    place = folder / f"{run.page}.ipynb"
    place.write_text(place.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    touched = Records(folder, Inputs()).touched
    [check] = verify([run], folder, touched=touched)
    assert check.differences == (f"{run.page}.ipynb was changed",)


def test_a_notebook_that_stops_is_named_and_the_others_are_checked(
    made: tuple[Runs, Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidence_review.publish.verify.CELL_TIME_LIMIT", 8)
    runs = made[0][:2]
    page = folder / f"{runs[0].page}.ipynb"
    content = json.loads(page.read_text(encoding="utf-8"))
    last = [cell for cell in content["cells"] if cell["cell_type"] == "code"][-1]
    last["source"] = "import os; os._exit(1)"
    page.write_text(json.dumps(content), encoding="utf-8")
    [stopped, other] = verify(runs, folder, jobs=1)
    [other_cell, words] = stopped.differences
    assert re.fullmatch(r"cell \d+ is not as in source.ipynb", other_cell)
    assert "os._exit(1): it did not end within the time limit, or its kernel died" in words
    assert other.differences == ()
    page.write_text("{", encoding="utf-8")
    with pytest.raises(ReviewError, match=r"is not a notebook .* `review run` makes it again"):
        verify(runs, folder, jobs=1)


def test_a_check_holds_only_for_the_page_and_the_inputs_that_were_checked(
    made: tuple[Runs, Path], folder: Path
) -> None:
    run = made[0][0]
    verify([run], folder, jobs=1)

    def state() -> str:
        return published_pages([run], folder)[0].state

    assert state() == "same"
    record = folder.with_name("runs-records") / f"{run.page}.json"
    before = record.read_text(encoding="utf-8")
    changed = json.loads(before)
    changed["inputs"]["requirements.lock"] = "another"
    record.write_text(json.dumps(changed), encoding="utf-8")
    assert state() == "changed since"
    record.write_text(before, encoding="utf-8")
    assert state() == "same"
    page = folder / f"{run.page}.ipynb"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert state() == "changed since"
    check = folder.with_name("runs-checked") / f"{run.page}.json"
    check.write_text("{}", encoding="utf-8")
    assert state() == "not checked"


def test_the_page_says_so_when_nothing_was_checked(reads_well: Callable[[str], str]) -> None:
    pages = [PublishedPage("sources/ascof", "source"), PublishedPage("figures/carers", "carers")]
    text = finding(pages)
    assert "No page of this copy of the book has been checked" in text
    assert "review verify" in text
    assert tally(pages).cells == 0
    assert not reads_well(text + by_notebook(pages))
