"""The pages that tell people what to do are true: their commands are taken from them and run.

Somebody follows each page in a copy of this checkout in which all pages are made. What takes long has
tests of its own and is left out here: setting up, `build` (tests/publish/test_two_builds.py holds it to
the first tutorial), `test`, and JupyterLab, in whose place the notebook of the map is executed.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import click
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from tests.conftest import skip_or_fail
from tests.page_steps import PROGRAM, Block, Project, blocks, blocks_in

from evidence_review import cli
from evidence_review.analyse.review import Review
from evidence_review.paths import BOOK, ROOT, RUNS

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


def with_choices(project: Project, name: str, choices: list[Block]) -> nbformat.NotebookNode:
    """A notebook whose parameters are set as a page says; they must be there."""
    notebook = nbformat.read(project.folder / "notebooks" / f"{name}.ipynb", as_version=4)
    parameters = next(cell for cell in notebook.cells if cell.cell_type == "code")
    for choice in choices:
        line = rf"^{choice.text.split(' = ')[0]} = .*$"
        changed = re.sub(line, choice.text.strip(), parameters.source, flags=re.MULTILINE)
        assert changed != parameters.source, choice.text
        parameters.source = changed
    return notebook


def map_of(project: Project, *choices: Block) -> BeautifulSoup:
    """The gap map as its notebook shows it, with parameters as a page says."""
    notebook = with_choices(project, "gap-map", list(choices))
    where = {"metadata": {"path": str(project.folder)}}
    environment = {**os.environ, "PYTHONPATH": str(project.folder / "scripts")}
    NotebookClient(notebook, timeout=60, resources=where).execute(env=environment)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output.get("data", {}).get("text/html", "") for output in outputs]
    return BeautifulSoup("\n".join(shown), "html.parser")


def strength_shown(shown: BeautifulSoup, element: str, frame: str) -> str:
    """What a cell of the map says of its strength. element, frame: by their short names."""
    [row] = [
        row
        for row in shown.select("tr")
        if row.th and row.th.get_text(" ", strip=True).endswith(element)
    ]
    [cell] = [cell for cell in row.select("td") if cell.select(".er-frame")[0].text == frame]
    return cell.select(".er-text")[0].text


def test_every_command_on_every_page_is_one_that_there_is() -> None:
    pages = [*BOOK.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "notebooks/start-here.md"]
    lines = [
        line
        for page in pages
        for block in blocks_in(page.read_text(encoding="utf-8"))
        for line in block.text.splitlines()
        if line.startswith(PROGRAM)
    ]
    assert len(lines) > 30
    for line in lines:
        words = shlex.split(line, comments=True)[2:]
        command: click.Command = cli.main
        while isinstance(command, click.Group) and not words[0].startswith("-"):
            command = command.commands[words.pop(0)]
        known = {option for one in command.params for option in one.opts} | {"--help"}
        assert {word for word in words if re.match("--?[a-z]", word)} <= known, line


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


def test_the_council_tutorial_makes_the_page_that_it_says(project: Project, review: Review) -> None:
    (project.folder / "_build/runs/councils/kent.ipynb").unlink()
    steps = blocks("tutorial-council")
    council, indicators, table = [step for step in steps if step.kind == "python"]
    project.follow([step for step in steps if step.kind != "python" and "lab" not in step.text])
    page = (project.folder / "_build/own/councils/kent.html").read_text(encoding="utf-8")
    assert "Kent" in page
    left_out = set(re.findall(r"<li>(.+): not chosen for this page", page))
    names = review.indicators.set_index("indicator_id")["name"]
    chosen = indicators.text.split('"')[1].split(", ")
    assert "Feel safe" in left_out
    assert left_out & set(names[chosen]) == set()
    # The same choices in the notebook, and what the tutorial adds at its end.
    notebook = with_choices(project, "council", [council, indicators])
    assert any("\nreport = " in cell.source for cell in notebook.cells)
    assert indicators.text.split(" = ")[1].strip() in "".join(step.text for step in steps[-2:])
    shown = eval(table.text, {"report": SimpleNamespace(review=review)})
    assert set(chosen) <= set(shown["indicator_id"])


def test_the_folder_that_the_tutorial_on_own_evidence_makes_is_sound(project: Project) -> None:
    """Reports from such a folder have tests of their own (tests/publish/test_own_report.py)."""
    commands = [step for step in blocks("tutorial-own-evidence") if "review.py own" in step.text]
    assert len(commands) == 2
    project.follow(commands)
    assert (project.home / "camden-evidence/documents.csv").is_file()


# --- How-to guides ---------------------------------------------------------------------------------


def test_a_recoded_cell_changes_the_map_as_the_guide_says(project: Project) -> None:
    project.follow(blocks("how-to-change-the-map", "Recode a cell"))
    now = strength_shown(map_of(project), "Systems and processes", "Safety and quality")
    assert now == "Limited"


def test_an_added_source_is_on_the_map_as_the_guide_says(project: Project) -> None:
    steps = blocks("how-to-change-the-map", "Add a source published since 2017")
    [chosen] = [step for step in steps if step.kind == "python"]
    project.follow([step for step in steps if step != chosen])
    now = strength_shown(map_of(project, chosen), "Community capacity", "Rights")
    assert now == "Limited"


def test_the_guide_to_checking_says_what_is_printed(project: Project) -> None:
    project.follow([step for step in blocks("how-to-check-outputs") if "py test" not in step.text])


def test_a_published_copy_is_the_whole_book(project: Project, html: Path) -> None:
    *_, copying = blocks("how-to-publish-a-copy")
    project.follow([copying])
    there = project.home / "evidence-review"
    names = {path.relative_to(html) for path in html.rglob("*")}
    assert {path.relative_to(there) for path in there.rglob("*")} == names


def test_the_page_on_clusters_names_options_that_there_are() -> None:
    """Runs on a cluster have tests of their own (tests/publish/test_cluster.py)."""
    if not os.environ.get("CI"):  # there it must be
        pytest.importorskip("distributed", reason="requirements-cluster.lock is not installed")
    from distributed.cli import dask_scheduler, dask_worker

    programs = {"scheduler": dask_scheduler.main, "worker": dask_worker.main, "run": cli.run}
    install, *steps = blocks("on-many-machines")
    assert (ROOT / install.text.split()[-1]).is_file()
    lines = [line for step in steps for line in step.text.splitlines()]
    seen = set()
    for name, program in programs.items():
        known = {option for one in program.params for option in one.opts}
        for line in lines:
            if f" {name}" in line:
                assert set(re.findall(r"--[a-z-]+", line)) <= known
                seen.add(name)
    assert seen == set(programs)


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
