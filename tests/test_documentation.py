"""The pages that tell people what to do are true: their commands are taken from them and run.

Somebody follows each page in a copy of this checkout in which all pages are made. What takes long has
tests of its own and is left out here: setting up, `build` (tests/publish/test_two_builds.py holds it to
the first tutorial), `test`, and JupyterLab, in whose place the notebook is executed.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from tests.conftest import skip_or_fail
from tests.page_steps import PROGRAM, Block, Project, blocks

from evidence_review.paths import ROOT, RUNS

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def copy(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of this checkout with its pages and its book, kept in Git."""
    folder = tmp_path_factory.mktemp("project") / "copy"
    ignored = shutil.ignore_patterns("_build", ".*", "__pycache__", "tests")
    shutil.copytree(ROOT, folder, ignore=ignored)
    shutil.copyfile(ROOT / ".gitignore", folder / ".gitignore")
    for made in (RUNS, RUNS.with_name(f"{RUNS.name}-records")):
        shutil.copytree(made, folder / "_build" / made.name)
    # Nothing here writes to the book, so that its files need not be copied.
    shutil.copytree(html, folder / "_build/html", copy_function=os.link)
    project = Project(folder, tmp_path_factory.mktemp("home"))
    for command in ("init -q", "add -A", "commit -q -m Start"):
        project.run(f"git -c user.name=Reader -c user.email=reader@example.org {command}")
    if not (said := project.run(f"{PROGRAM} plan")).startswith("0 pages would be made"):
        skip_or_fail(f"pages in _build are out of date; run `review build` first\n{said}")
    return project


@pytest.fixture
def project(copy: Project) -> Iterator[Project]:
    """The copy, and afterwards its files as they were."""
    yield copy
    copy.run("git checkout -q .")


def executed(project: Project, name: str, *changes: Block) -> str:
    """What the cells of a notebook show, in words, when its parameters are set as a page says; other
    code of the page goes to the end."""
    notebook = nbformat.read(project.folder / "notebooks" / f"{name}.ipynb", as_version=4)
    [parameters, *_] = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for change in changes:
        key = change.text.split(" = ")[0]
        before = parameters.source
        if " = " in change.text:
            line = rf"^{key} = .*$"
            parameters.source = re.sub(line, change.text.strip(), before, flags=re.MULTILINE)
            assert parameters.source != before, f"{name}.ipynb has no {key}"
        else:
            notebook.cells.append(nbformat.v4.new_code_cell(change.text))
    client = NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": str(project.folder)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(project.folder / "scripts")})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("data", {}).get("text/html", "") for output in outputs)


def cell_of_map(shown: str, element: str, frame: str) -> str:
    """What a cell of the gap map says of its strength."""
    soup = BeautifulSoup(shown, "html.parser")
    [row] = [
        row for row in soup.select("tr")
        if row.th and row.th.get_text(" ", strip=True).endswith(element)
    ]  # fmt: skip
    [cell] = [cell for cell in row.select("td") if cell.select_one(".er-frame").text == frame]
    return str(cell.select_one(".er-text").text)


# --- Tutorials -----------------------------------------------------------------------------------


def test_the_first_run_shows_the_book_at_the_address_that_the_tutorial_says(
    project: Project,
) -> None:
    version, _, _, serve, said, *_ = blocks("tutorial-first-run")
    assert tuple(map(int, project.run(version.text).split()[1].split(".")[:2])) >= (3, 11)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    assert serve.text == f"{PROGRAM} serve\n"
    server = subprocess.Popen(
        [sys.executable, "-m", "evidence_review", "serve", "--port", port],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(project.folder / "scripts")},
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout
        assert server.stdout.readline() == said.text.replace("8000", port)
        try:
            with urlopen(f"http://localhost:{port}/gap-map.html") as page:
                assert b"<h1>Gap map" in page.read()
        finally:
            server.terminate()


def test_the_council_tutorial_makes_the_page_that_it_says(project: Project) -> None:
    (project.folder / "_build/runs/councils/kent.ipynb").unlink()
    steps = blocks("tutorial-council")
    project.follow([step for step in steps if step.kind != "python" and "lab" not in step.text])
    chosen = [step for step in steps if step.kind == "python"]
    shown = executed(project, "council", *chosen)
    assert "in Kent" in shown
    assert "direct-payments" in shown  # of the cell that was added
    assert "Reablement" not in shown.split("indicator_id")[0]
    page = (project.folder / "_build/own/councils/kent.html").read_text(encoding="utf-8")
    assert "Reablement" not in page


def test_the_tutorial_on_own_evidence_can_be_followed_to_its_end(project: Project) -> None:
    project.follow(blocks("tutorial-own-evidence"))
    made = project.folder / "_build/own/councils"
    assert {"norwick.html", "camden.html"} <= {path.name for path in made.iterdir()}


# --- How-to guides ---------------------------------------------------------------------------------


def test_a_recoded_cell_changes_the_map_as_the_guide_says(project: Project) -> None:
    cell = ("Systems and processes", "Safety and quality")
    assert cell_of_map(executed(project, "gap-map"), *cell) == "One in full"
    project.follow(blocks("how-to-change-the-map", "Recode a cell"))
    assert cell_of_map(executed(project, "gap-map"), *cell) == "Limited"


def test_an_added_source_is_on_the_map_as_the_guide_says(project: Project) -> None:
    steps = blocks("how-to-change-the-map", "Add a source published since 2017")
    [chosen] = [step for step in steps if step.kind == "python"]
    project.follow([step for step in steps if step != chosen])
    shown = executed(project, "gap-map", chosen)
    assert cell_of_map(shown, "Community capacity", "Rights") == "Limited"


def test_the_guide_to_checking_says_what_is_printed(project: Project) -> None:
    project.follow([step for step in blocks("how-to-check-outputs") if "py test" not in step.text])


def test_a_published_copy_is_the_whole_book(project: Project, html: Path) -> None:
    *_, copying = blocks("how-to-publish-a-copy")
    project.follow([copying])
    there = project.home / "evidence-review"
    names = {path.relative_to(html) for path in html.rglob("*")}
    assert {path.relative_to(there) for path in there.rglob("*")} == names


def test_the_commands_for_a_cluster_are_those_of_the_installed_programs(project: Project) -> None:
    """Runs on a cluster have tests of their own (tests/publish/test_cluster.py)."""
    if not os.environ.get("CI"):  # there it must be
        pytest.importorskip("distributed", reason="requirements-cluster.lock is not installed")
    install, scheduler, worker, runs = blocks("on-many-machines")
    assert (project.folder / install.text.split()[-1]).is_file()
    for command in (scheduler, worker, runs):
        for line in command.text.splitlines():
            known = project.run(f"{line} --help")
            asked = re.findall(r" (--[a-z-]+)", line)
            assert [option for option in asked if option not in known] == []


# --- The data --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "command"), [("Python", [sys.executable, "-"]), ("R", ["Rscript", "-"])]
)
def test_the_examples_for_using_the_data_print_what_the_page_says(
    html: Path, language: str, command: list[str]
) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    example, said = blocks("use-the-data", f"In {language}")
    done = subprocess.run(command, cwd=html, input=example.text, capture_output=True, text=True)
    assert done.stdout.strip() == said.text.strip(), done.stderr
