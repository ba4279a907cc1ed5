"""A page is made again when anything that it is made from changes, and only then."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_review.paths import ROOT

CAMDEN = ("--council", "Camden")
NORWICK = ("--council", "Norwick (invented)", "--own", "data/local/norwick")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout in which three pages have been made."""
    copy = tmp_path_factory.mktemp("project") / "copy"
    ignored = shutil.ignore_patterns("_build", ".*", "__pycache__", "tests")
    shutil.copytree(ROOT, copy, ignore=ignored)
    command(copy, "run", "--council", "Camden", "--council", "Kent")
    command(copy, "run", *NORWICK)
    return copy


def command(checkout: Path, *arguments: str) -> str:
    done = attempt(checkout, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempt(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout / "scripts")}
    environment.pop("EVIDENCE_REVIEW_DATA", None)
    return subprocess.run(
        [sys.executable, "-m", "evidence_review", *arguments],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )


def pages(checkout: Path, folder: str = "runs") -> dict[str, int]:
    """When each file of the pages was written."""
    made = (checkout / "_build" / folder).rglob("*.*")
    return {path.name: path.stat().st_mtime_ns for path in made}


def test_with_nothing_changed_nothing_is_made(checkout: Path) -> None:
    before = pages(checkout) | pages(checkout, "own")
    assert "0 pages would be made; 2 of 2 up to date." in command(
        checkout, "plan", *CAMDEN, "--council", "Kent"
    )
    said = command(checkout, "run", *CAMDEN, "--council", "Kent")
    assert said.startswith("2 pages are up to date")
    assert command(checkout, "run", *NORWICK).startswith("1 page is up to date")
    assert pages(checkout) | pages(checkout, "own") == before


# What there is to change, and the options of the page that hangs on it.
INPUTS = {
    "notebooks/council.ipynb": CAMDEN,
    "scripts/evidence_review/show/council/budgets.py": CAMDEN,
    "scripts/evidence_review/publish/notebook_files.py": CAMDEN,
    "scripts/evidence_review/show/templates/table.html": CAMDEN,
    "book/_static/review.css": CAMDEN,
    "data/framework/groups.csv": CAMDEN,
    "data/indicators/figures.csv": CAMDEN,
    "requirements.lock": CAMDEN,
    "own evidence responses.csv": NORWICK,
    "own evidence figures.csv": NORWICK,
    "scripts/evidence_review/publish/own_page.py": NORWICK,
}


@pytest.mark.parametrize("name", INPUTS)
def test_a_change_of_any_kind_of_input_is_seen_and_named(checkout: Path, name: str) -> None:
    path = checkout / name.replace("own evidence ", "data/local/norwick/")
    contract = checkout / "data/datapackage.json"
    before, agreed = path.read_bytes(), contract.read_bytes()
    after = changed(before, path.suffix)
    try:
        path.write_bytes(after)
        contract.write_bytes(agreed.replace(sha256(before), sha256(after)))
        said = command(checkout, "plan", *INPUTS[name])
    finally:
        path.write_bytes(before)
        contract.write_bytes(agreed)
    assert "1 page would be made; 0 of 1 up to date." in said
    assert f"1 because {name} changed:" in said


def changed(content: bytes, ending: str) -> bytes:
    """Something else that is as valid: a table's first row goes to its end.

    Of the official figures, whose rows stand as those of another table, one base is another.
    """
    if ending != ".csv":
        return content + b"\n"
    if content.startswith(b"indicator_id,area_code,year,group,value"):
        return content.replace(b",205,", b",206,", 1)
    head, first, *rows = content.decode().splitlines()
    return "\n".join([head, *rows, first, ""]).encode()


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def test_other_parameters_are_another_page(checkout: Path) -> None:
    said = command(checkout, "plan", *NORWICK, "-p", "first_year", "2018-19")
    assert "1 because parameter first_year is new:" in said


@pytest.mark.parametrize("name", ["councils/camden.ipynb", "downloads/councils/camden.csv"])
def test_a_file_of_a_page_that_was_touched_is_made_again(checkout: Path, name: str) -> None:
    path = checkout / "_build/runs" / name
    content = path.read_bytes()
    for said in ("was changed", "is gone"):
        if said == "is gone":
            path.unlink()
        else:
            path.write_bytes(content[:-50])
        assert f"the page's file {name} {said}" in command(checkout, "plan", *CAMDEN)
    command(checkout, "run", *CAMDEN)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"inputs": 1, "files": null}'])
def test_a_damaged_record_is_no_record(checkout: Path, content: bytes) -> None:
    record = checkout / "_build/runs-records/councils/camden.json"
    kept = record.read_bytes()
    record.write_bytes(content)
    assert "1 because it has not been made yet" in command(checkout, "plan", *CAMDEN)
    record.write_bytes(kept)


def test_pages_that_are_out_of_date_never_reach_the_book(checkout: Path) -> None:
    notebook = checkout / "notebooks/council.ipynb"
    content = notebook.read_bytes()
    notebook.write_bytes(content + b"\n")
    done = attempt(checkout, "book")
    notebook.write_bytes(content)
    assert done.returncode == 2
    assert "pages in _build/runs are out of date; `review run` makes them again." in done.stderr
    assert "2 because notebooks/council.ipynb changed:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / "_build/html").exists()


# Changes a style sheet of all pages when the first page has been made, and puts it back.
MEDDLE = """
import sys, pathlib
from evidence_review.publish import run
from evidence_review.paths import BOOK
put = run.put
def put_and_change(*given):
    put(*given)
    sheet = BOOK / "_static" / "review.css"
    sheet.write_text(sheet.read_text() + "/* changed */")
    sheet.write_text(sheet.read_text().removesuffix("/* changed */"))  # and put back
run.put = put_and_change
from evidence_review.cli import main
main(sys.argv[1:])
"""


def test_what_changes_while_pages_are_made_is_seen_before_they_are_published(
    checkout: Path,
) -> None:
    (checkout / "_build/runs/councils/camden.ipynb").unlink()
    done = subprocess.run(
        [sys.executable, "-c", MEDDLE, "run", *CAMDEN],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "scripts")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "book/_static/review.css changed while pages were made; run" in done.stderr
    assert "1 because it has not been made yet" in command(checkout, "plan", *CAMDEN)
