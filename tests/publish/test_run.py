"""Running notebooks: failures are named and kept out, and the same run gives the same bytes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import make, run, warm
from evidence_review.publish.notebook_files import hide_folder, set_title
from evidence_review.publish.plan import all_runs, check_parameters
from evidence_review.publish.run import KILLED, failure_table, run_all
from evidence_review.publish.runs import Failure, Made, Run
from evidence_review.publish.warm import ORDINARY_KERNELS, DiedError, GoneError, RunEndedError


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A small notebook: doubles a number, shows a picture, and stops at 13."""
    cells = [
        new_markdown_cell("# A title", metadata={"tags": ["title"]}),
        new_code_cell("number = 1", metadata={"tags": ["parameters"]}),
        new_code_cell('assert number != 13, "unlucky"\nprint(2 * number)'),
        new_code_cell(
            "import base64\nfrom IPython.display import Image\n"
            "png = base64.b64decode("
            "'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')\n"
            "Image(png, alt='One dot')"
        ),
        new_code_cell("import os\nif number == 99: os._exit(1)"),
        new_code_cell(
            "import signal, time\n"
            "def parent(): return open(f'/proc/{os.getppid()}/cmdline').read()\n"
            "if number == 77 or number == 78 and 'warm_process' in parent():\n"
            "    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(30)"
        ),
    ]
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"
    path = tmp_path / "small.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def runs_of(notebook: Path, *numbers: int) -> list[Run]:
    return [Run(f"pages/{n}", notebook, f"Page {n}", f"Page {n}", {"number": n}) for n in numbers]


def test_a_failed_run_is_named_and_leaves_no_page(notebook: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    (out / "pages").mkdir(parents=True)
    (out / "pages" / "13.ipynb").write_text("an older page")
    failures = run_all(runs_of(notebook, 2, 13, 99), out, jobs=2)
    assert sorted(path.name for path in out.rglob("*.ipynb")) == ["2.ipynb"]
    assert [failure.page for failure in failures] == ["pages/13", "pages/99"]
    assert "unlucky" in failures[0].error
    assert "kernel died" in failures[1].error.lower()
    table = failure_table(failures)
    assert "pages/13" in table
    assert "AssertionError: unlucky" in table
    assert not list(tmp_path.glob("runs-staging"))


def test_two_runs_give_the_same_bytes_and_so_do_ordinary_kernels(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert run_all(runs_of(notebook, 4, 5), first, jobs=1) == []
    monkeypatch.setenv(ORDINARY_KERNELS, "1")
    assert run_all(runs_of(notebook, 4, 5), second, jobs=1) == []
    for page in ("pages/4.ipynb", "pages/5.ipynb"):
        assert (first / page).read_bytes() == (second / page).read_bytes()


@pytest.mark.skipif(not warm.possible(), reason="notebooks do not run warm here")
def test_when_the_process_that_runs_are_forked_from_dies_all_run_all_the_same(
    notebook: Path, tmp_path: Path
) -> None:
    assert run_all(runs_of(notebook, 1, 78, 2, 3), tmp_path / "runs", jobs=1) == []
    made = [path.stem for path in (tmp_path / "runs/pages").glob("*.ipynb")]
    assert sorted(made) == ["1", "2", "3", "78"]


@pytest.mark.parametrize(
    ("ends", "tries", "outcome"),
    [
        ([DiedError("died", 3)], 2, "made"),
        ([DiedError("died", 3), DiedError("died", 5)], 2, "cell 5: died"),
        ([DiedError("died", 3), GoneError("gone", None)], 3, "made"),
        ([RunEndedError("too slow", 3)], 1, "cell 3: too slow"),
        (
            [RuntimeError("no port"), RuntimeError("no port"), DiedError("died", 3)],
            3,
            "cell 3: died",
        ),
    ],
)
def test_a_kernel_that_died_has_one_more_chance_and_one_that_was_ended_has_none(
    ends: list[Exception], tries: int, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def execute(*_: object, **__: object) -> NotebookNode:
        tried.append(1)
        if len(tried) <= len(ends):
            raise ends[len(tried) - 1]
        return NotebookNode()

    monkeypatch.setattr(make, "execute_notebook", execute)
    result = make._result(Run("x", Path("x.ipynb"), "", ""))
    said = f"{result.cell}: {result.error}" if isinstance(result, Failure) else "made"
    assert (said, len(tried)) == (outcome, tries)


@pytest.mark.parametrize(
    ("lost", "failed"),
    [
        (["ABC", "ABC", "BC", "C", ""], ""),  # no one twice in a round of its own
        (["ABC", "ABC", "ABC", "ABC", "BC", "C", ""], "A"),
        (["AB", "AB", "B", "B"], "B"),
    ],
)
def test_a_run_has_failed_when_its_process_was_killed_twice_while_it_ran_alone(
    lost: list[str], failed: str, notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = iter(lost)

    def made(_: object, runs: list[Run], __: object) -> Iterator[tuple[Run, Made | None]]:
        gone = next(rounds)
        return ((one, None if one.page in gone else Made(one.page, {})) for one in runs)

    monkeypatch.setattr(run, "_made", made)
    monkeypatch.setattr(run, "_processes", lambda *_: nullcontext())
    runs = [Run(page, notebook, page, page) for page in "ABC"]
    assert run_all(runs, tmp_path / "runs", jobs=2) == [Failure(one, "-", KILLED) for one in failed]
    assert list(rounds) == []


IMPORTED_LATER = """
import sys
from pathlib import Path
from evidence_review.publish import area_files, make
from evidence_review.publish.runs import Run
before = set(sys.modules)
{at_work}
later = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(later - set(sys.stdlib_module_names)))
"""
NOTEBOOK_THREAD = 'assert make._result(Run("x", Path(sys.argv[1]), "", "")).cells'
FILES_THREAD = 'assert area_files.area_files({"council": "Camden"})'


def test_the_two_threads_of_a_run_import_no_package_at_once(notebook: Path) -> None:
    """A package whose modules import each other fails when two threads come to it together."""
    told = []
    for at_work in (NOTEBOOK_THREAD, FILES_THREAD):
        code = IMPORTED_LATER.replace("{at_work}", at_work)
        done = subprocess.run(
            [sys.executable, "-c", code, notebook], capture_output=True, text=True, check=True
        )
        told.append(set(done.stdout.split()))
    assert "ipykernel" in told[0]
    assert "gptables" in told[1]
    assert told[0] & told[1] <= {"evidence_review"}


@pytest.mark.skipif(os.name == "nt", reason="signals are not to be had on Windows")
def test_when_the_system_kills_a_process_that_runs_notebooks_only_the_run_that_brings_it_on_fails(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ORDINARY_KERNELS, "1")  # whose parent is the process that runs them
    failures = run_all(runs_of(notebook, 1, 77, 2, 3, 4), tmp_path / "runs", jobs=2)
    assert [(failure.page, failure.error) for failure in failures] == [("pages/77", KILLED)]
    made = [path.stem for path in (tmp_path / "runs/pages").glob("*.ipynb")]
    assert sorted(made) == ["1", "2", "3", "4"]


def test_the_page_carries_its_title_its_result_and_the_pictures_alternative(
    notebook: Path, tmp_path: Path
) -> None:
    run_all(runs_of(notebook, 21), tmp_path / "runs", jobs=1)
    page = nbformat.read(tmp_path / "runs/pages/21.ipynb", as_version=4)
    assert page.cells[0].source == "# Page 21"
    assert any("42" in str(cell.get("outputs", "")) for cell in page.cells)
    assert [c.metadata["mystnb"]["image"]["alt"] for c in page.cells if "mystnb" in c.metadata] == [
        "One dot"
    ]


def test_a_title_from_data_is_shown_as_text(notebook: Path) -> None:
    page = nbformat.read(notebook, as_version=4)
    set_title(page, "<script>alert(1)</script> *stars*\nand a line")
    assert page.cells[0].source == r"# \<script\>alert(1)\</script\> \*stars\* and a line"


def test_an_unknown_parameter_is_an_error_before_anything_runs(
    notebook: Path, tmp_path: Path
) -> None:
    run = Run("pages/x", notebook, "X", "X", {"nubmer": "3"})
    with pytest.raises(ReviewError, match=r"no parameter “nubmer”; it has number"):
        run_all([run], tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_the_published_notebooks_have_the_parameters_that_the_plan_gives(
    review: Review,
) -> None:
    runs = all_runs(review)
    check_parameters(runs)
    assert len([run for run in runs if run.page.startswith("councils/")]) == 153
    assert len([run for run in runs if run.page.startswith("sources/")]) == 31
    assert len({run.page for run in runs}) == len(runs)


def test_a_page_leaves_no_file_of_an_earlier_one_beside_it(notebook: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    for names in (["2.csv", "2.survey.csv"], ["2.csv"]):
        # Called with the parameters; a function of this file could not be sent to a worker.
        made: Any = partial(dict.get, {"files": dict.fromkeys(names, b"")}, "files")
        run = Run("pages/2", notebook, "Page", "Page", {"number": 2}, made)
        assert run_all([run], out, jobs=1) == []
        assert sorted(path.name for path in (out / "downloads/pages").iterdir()) == names


@pytest.mark.parametrize("folder", ["/home/a/x", '/home/O"Neil/x', "/home/Übung/x", "C:\\Users\\x"])
def test_the_name_of_an_analysts_folder_stays_out_of_what_may_be_sent_on(folder: str) -> None:
    council = load_notebook_node(str(NOTEBOOKS / "council.ipynb"))
    made = parameterize_notebook(council, {"own_evidence": folder})
    hide_folder(made, folder)
    [injected] = [one for one in made.cells if "injected-parameters" in one.metadata.tags]
    assert injected.source.endswith('own_evidence = "FOLDER"\n')
