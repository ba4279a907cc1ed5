"""What a page is made from: everything that its notebook reads is known beforehand, by name."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from evidence_review.analyse.review import Review
from evidence_review.paths import BUILD, DATA, NOTEBOOKS, PACKAGE, ROOT
from evidence_review.publish import inputs as inputs_module
from evidence_review.publish import make
from evidence_review.publish import run as run_module
from evidence_review.publish.book_record import inputs_of_book
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.plan import (
    CHAPTERS,
    all_runs,
    chapters_reading,
    council_runs,
    national_runs,
)
from evidence_review.publish.records import Records
from evidence_review.publish.runs import Failure, Made, Run
from evidence_review.read.checksums import checksum

# Runs a notebook's cells, then what makes the page's files, and says which files were opened.
WATCHED = """
import json, sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
notebook, parameters = sys.argv[1], json.loads(sys.argv[2])
cells = [c for c in json.load(open(notebook, encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
space = {}
for cell in cells:
    exec("".join(cell["source"]), space)
    if "parameters" in cell["metadata"].get("tags", []):
        space.update(parameters)
from evidence_review.publish import make
if "council" in parameters:
    from evidence_review.publish.area_files import area_files
    area_files(parameters)
print(json.dumps([sorted(opened), [getattr(m, "__file__", None) for m in sys.modules.values()]]))
"""


def opened(run: Run) -> set[str]:
    """Files of the project that a run opens or imports, from the top of the project."""
    command = [sys.executable, "-c", WATCHED, str(run.notebook), json.dumps(run.parameters)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=NOTEBOOKS)
    files, modules = json.loads(done.stdout.splitlines()[-1])
    paths = {Path(name) for name in [*files, *filter(None, modules)] if not name.isdigit()}
    inside = {path.resolve() for path in paths if path.resolve().is_relative_to(ROOT)}
    others = (BUILD, ROOT / ".venv", Path(sys.prefix))
    return {
        path.relative_to(ROOT).as_posix()
        for path in inside
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(path.is_relative_to(other) for other in others)
    }


def one_of_each(review: Review) -> list[Run]:
    norwick = council_runs(
        review, ["Norwick (invented)"], own_evidence=str(DATA / "local" / "norwick")
    )
    sources = [run for run in all_runs(review) if run.page == "sources/poet"]
    return [*national_runs(), *sources, *council_runs(review, ["Camden", "England"]), *norwick]


@pytest.mark.parametrize("position", range(11))
def test_a_run_opens_no_file_that_is_not_among_its_inputs(review: Review, position: int) -> None:
    run = one_of_each(review)[position]
    known = set(Inputs().of(run))
    known |= {f"data/local/norwick/{n.split()[-1]}" for n in known if n.startswith("own evidence")}
    # The contract's schemas are inputs table by table; the rest of it is in no page.
    assert opened(run) - known - {"data/datapackage.json"} == set()


def test_one_of_each_is_all_that_there_is(review: Review) -> None:
    runs = one_of_each(review)
    assert {run.notebook for run in runs} == set(NOTEBOOKS.glob("*.ipynb"))
    assert len(runs) == 11


def test_a_page_depends_on_no_section_that_it_does_not_show(review: Review) -> None:
    by_page = {run.page: Inputs().of(run) for run in one_of_each(review)}
    section = "scripts/evidence_review/show/council/quality.py"
    assert {page for page, inputs in by_page.items() if section in inputs} == {
        "councils/camden",
        "councils/norwick-invented",
        "areas/england",
    }
    assert "data/indicators/absences.csv" not in by_page["gap-map"]
    publishing = {"scripts/evidence_review/cli.py", "scripts/evidence_review/publish/book.py"}
    assert not any(publishing & inputs.keys() for inputs in by_page.values())
    assert "data/local/norwick/responses.csv" not in by_page["councils/norwick-invented"]
    assert "own evidence responses.csv" in by_page["councils/norwick-invented"]


@pytest.mark.parametrize(
    "code",
    [
        "import evidence_review.analyse.groups",
        "%matplotlib inline\nfrom evidence_review.analyse import groups",
        "%%capture said\nimport evidence_review.analyse.groups as g",
        "%time from evidence_review.analyse.groups import age_differences",
        "def later():\n    from evidence_review.analyse import groups",
        "import importlib\nimportlib.import_module('evidence_review.analyse.groups')",
        "exec('import evidence_review.analyse.groups')",
    ],
)
def test_imports_of_every_kind_are_followed(code: str, tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    cells = [nbformat.v4.new_code_cell(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    found = Inputs().of_code(path)
    within = PACKAGE.relative_to(ROOT)
    for name in (
        "analyse/__init__.py",
        "__init__.py",
        "analyse/groups.py",
        "analyse/reliability.py",
    ):
        assert (within / name).as_posix() in found


@pytest.mark.parametrize(
    "code",
    [
        "%%time\ntables.recommendations",
        "%%capture said\n%matplotlib inline\n%time tables.recommendations",
        "%timeit -n1 tables.recommendations",
        "%%timeit -n1 tables.gaps\ntables.recommendations",
    ],
)
def test_tables_that_a_magic_reads_are_inputs(code: str, tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    cells = [nbformat.v4.new_code_cell(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    found = {name for name in Inputs().of_code(path) if name.startswith("data/")}
    assert "data/framework/recommendations.csv" in found
    assert len(found) < 5


def test_modules_beside_the_notebooks_are_inputs_with_all_that_they_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs_module, "NOTEBOOKS", tmp_path)
    (tmp_path / "helper.py").write_text("import json\nfrom parts.one import *\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/__init__.py").write_text("")
    (tmp_path / "parts/one.py").write_text("from .two import tables\ntables.recommendations")
    (tmp_path / "parts/two.py").write_text("from .... import beyond\n")
    path = tmp_path / "n.ipynb"
    cells = [
        nbformat.v4.new_code_cell(code) for code in ("%%time\nimport helper", "from . import x")
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    names = {"n.ipynb", "helper.py", "__init__.py", "one.py", "two.py"}
    assert Inputs().of_code(path).keys() == names | {"data/framework/recommendations.csv"}


def test_what_a_run_read_is_recorded_and_not_what_lay_there_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, own = tmp_path / "runs", tmp_path / "own"
    own.mkdir()
    documents, waves = own / "documents.csv", own / "waves.csv"
    documents.write_text("first")
    title = nbformat.v4.new_markdown_cell("# T", id="a", metadata={"tags": ["title"]})

    def made_of_others(run: Run, _: Path | None) -> Made | Failure:
        documents.write_text("second")
        waves.write_text("new")
        return make.make(run)

    monkeypatch.setattr(make, "_result", lambda _: nbformat.v4.new_notebook(cells=[title]))
    monkeypatch.setattr(run_module, "work", made_of_others)
    parameters = {"council": "Camden", "own_evidence": str(own)}
    run = Run("camden", NOTEBOOKS / "council.ipynb", "Camden", "Camden", parameters)
    assert run_module.run_all([run], folder, executor=ThreadPoolExecutor(1)) == []
    assert Records(folder, Inputs()).changes(run) == ()
    documents.write_text("first")
    waves.unlink()
    assert set(Records(folder, Inputs()).changes(run)) == {
        "own evidence documents.csv changed",
        "own evidence waves.csv is no longer used",
    }


def test_the_reference_to_the_review_is_an_input_of_the_books_pages(tmp_path: Path) -> None:
    assert inputs_of_book([], tmp_path).pages["CITATION.cff"] == checksum(ROOT / "CITATION.cff")


def test_a_byte_order_mark_hides_no_import(tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    module.write_bytes(b"\xef\xbb\xbfimport evidence_review.analyse.groups\n")
    assert "scripts/evidence_review/analyse/groups.py" in Inputs().of_code(module)


@pytest.mark.parametrize(
    "code",
    [
        "from evidence_review.read.contract import load_table\nload_table('fig' + 'ures')",
        "from evidence_review.read import contract\nfor r in contract.package()['resources']: pass",
    ],
)
def test_who_may_read_any_table_depends_on_all(code: str, tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    module.write_text(code)
    found = Inputs().of_code(module)
    assert Inputs().of_data().keys() - {"data/datapackage.json"} <= found.keys()


def test_a_file_that_was_changed_and_put_back_was_touched(tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    module.write_text("x = 1")
    inputs = Inputs()
    inputs.of_code(module)
    assert inputs.touched() == []
    module.write_text("x = 2")
    module.write_text("x = 1")
    assert inputs.touched() == ["m.py"]


def test_chapters_are_those_whose_code_reads_the_table() -> None:
    assert chapters_reading(["indicators/figures.csv"]) == list(CHAPTERS)
    assert chapters_reading(["framework/recommendations.csv"]) == []
    assert (DATA / "framework" / "recommendations.csv").exists()
