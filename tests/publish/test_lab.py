"""`review lab`: a start page, notebooks of one's own to change, and nothing asked of the network."""

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish.lab import MINE, OFFERED, START, lab_command, own_copies

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """The folder of the notebooks, as far as `review lab` looks at it."""
    for name in (*OFFERED, START):
        shutil.copy(NOTEBOOKS / name, tmp_path)
    return tmp_path


def test_a_copy_that_is_there_is_never_overwritten(notebooks: Path) -> None:
    made = own_copies(notebooks)
    assert sorted(path.name for path in made) == sorted(OFFERED)
    changed, gone, _ = made
    changed.write_text("my own")
    gone.unlink()
    assert own_copies(notebooks) == [gone]
    assert changed.read_text() == "my own"
    assert gone.read_bytes() == (notebooks / gone.name).read_bytes()


def test_a_copy_that_a_full_disk_cuts_off_is_made_again(
    notebooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(origin: Path, copy: Path) -> None:
        copy.write_bytes(origin.read_bytes()[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", cut_off)
        with pytest.raises(OSError, match="No space"):
            own_copies(notebooks)
    own_copies(notebooks)
    copies = {path.name: path.read_bytes() for path in (notebooks / MINE).iterdir()}
    assert copies == {name: (notebooks / name).read_bytes() for name in OFFERED}


def test_nothing_is_written_through_a_link(notebooks: Path, tmp_path: Path) -> None:
    folder, elsewhere = notebooks / MINE, tmp_path / "elsewhere"
    folder.mkdir()
    (folder / OFFERED[0]).symlink_to(elsewhere)
    (folder / f"{OFFERED[1]}.part").symlink_to(elsewhere)
    assert [path.name for path in own_copies(notebooks)] == list(OFFERED[1:])
    assert not elsewhere.exists()
    assert not (folder / OFFERED[1]).is_symlink()


def test_a_file_in_the_place_of_the_copies_is_named(notebooks: Path) -> None:
    (notebooks / MINE).write_text("notes")
    with pytest.raises(ReviewError, match="expected a folder"):
        own_copies(notebooks)
    assert (notebooks / MINE).read_text() == "notes"


def test_the_start_page_leads_to_the_copies() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (NOTEBOOKS / START).read_text(encoding="utf-8"))
    assert sorted(links) == sorted(f"mine/{name}" for name in OFFERED)


@pytest.fixture
def lab(notebooks: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab at work, with settings and a history of its own."""
    copy, *_ = own_copies(notebooks)
    notebook = nbformat.read(copy, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("Camden", "Derby")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, copy)
    aside = {"HOME": str(tmp_path / "home"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    server = subprocess.Popen(
        lab_command("--no-browser", "--ServerApp.port=0", *root, notebooks=notebooks),
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **aside},
    )
    assert server.stderr
    said = re.compile(r"http://127\.0\.0\.1:\d+/lab\S*\?token=\w+")
    found = next(match for line in server.stderr if (match := said.search(line)))
    yield found.group()
    server.terminate()
    server.communicate(timeout=30)


@pytest.mark.browser
def test_it_opens_on_the_start_page_and_a_changed_copy_runs_there(
    browser: Browser, lab: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(lab)
    link = page.get_by_role("link", name="Your council")
    link.click(timeout=PATIENCE)
    expect(page.get_by_role("tab", name="council.ipynb")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".jp-Toolbar-kernelName")).to_have_text("Python 3 (ipykernel)")
    # Cells that are run before the kernel answers are not always run later.
    expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=PATIENCE)
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    result = page.locator(".jp-OutputArea-output", has_text="Official figures for Derby fill")
    expect(result).to_be_visible(timeout=PATIENCE)
    # JupyterLab's own look of tables has words on the right.
    for cell in (".er-map td", ".er-table td"):
        expect(page.locator(cell).first).to_have_css("text-align", "left", timeout=PATIENCE)
    assert page.locator(".jp-toast-message").count() == 0
    assert asked == {urlsplit(lab).netloc}
    page.close()
