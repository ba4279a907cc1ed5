"""From every page to what it was made from, and from every figure to the publisher's file."""

import json
from pathlib import Path
from typing import Any

import pytest
from rocrate.rocrate import ROCrate

from evidence_review import __version__
from evidence_review.analyse.review import Review
from evidence_review.publish.plan import all_runs
from evidence_review.publish.provenance_files import footer
from evidence_review.publish.revision import Revision
from evidence_review.read.checksums import checksum

pytestmark = pytest.mark.book
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def told(html: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((html / "provenance.json").read_text(encoding="utf-8"))
    return content


def test_each_run_page_is_told_of_with_its_parameters(
    told: dict[str, Any], html: Path, review: Review
) -> None:
    runs = {run.page: run for run in all_runs(review)}
    assert told["version"] == __version__
    assert {one["page"] for one in told["pages"]} <= runs.keys()
    for one in told["pages"]:
        run = runs[one["page"]]
        assert (one["notebook"], one["parameters"]) == (run.notebook.name, run.parameters)
        assert checksum(html / "_sources" / f"{run.page}.ipynb") == one["sha256"]
        assert f"notebooks/{run.notebook.name}" in told["notebooks"][run.notebook.name]


def test_the_tables_beside_the_book_are_those_that_it_was_made_from(
    told: dict[str, Any], html: Path
) -> None:
    assert len(told["tables"]) > 25
    for name, content in told["tables"].items():
        assert checksum(html / name) == content


def test_each_figure_has_a_publishers_file(told: dict[str, Any], review: Review) -> None:
    files = {one["file_id"]: one for one in told["files"]}
    assert all(one["publisher"] and one["title"] and one["sha256"] for one in files.values())
    assert {one["file_id"] for one in told["figures"]} <= files.keys()
    counted = sum(one["figures"] for one in told["figures"])
    assert counted == int(review.figures["value"].notna().sum())
    keys = {(one["indicator_id"], one["year"]) for one in told["figures"]}
    assert ("control", "2018-19") in keys


def test_every_page_says_at_its_foot_what_it_was_made_from(
    told: dict[str, Any], html: Path
) -> None:
    foot = f"Version {__version__}"
    for path in html.rglob("*.html"):
        if "_static" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        start = text.index('<div class="er-provenance"><p>')
        words = text[start : text.index("</div>", start)]
        assert foot in words, path
        assert "provenance.json" in words, path
    for one in told["pages"]:
        text = (html / f"{one['page']}.html").read_text(encoding="utf-8")
        assert f"a run of the notebook {one['notebook']}" in text


def test_the_foot_of_a_page_names_commit_notebook_and_parameters(review: Review) -> None:
    run = next(run for run in all_runs(review) if run.page == "councils/camden")
    clean, changed = Revision("1.2.3", COMMIT, False), Revision("1.2.3", COMMIT, True)
    text = footer(run.page, run, clean)
    assert "Version 1.2.3, commit 0123456789." in text
    assert "council.ipynb with council = Camden." in text
    assert 'href="../provenance.json"' in text
    assert "commit 0123456789 with changes." in footer(run.page, run, changed)
    assert "book/how-to-read.md" in footer("how-to-read", None, clean)
    assert footer("search", None, Revision("1.2.3", "", False)).count("Version 1.2.3.") == 1


def test_the_crate_names_only_files_that_are_there(told: dict[str, Any], html: Path) -> None:
    crate = ROCrate(html)
    files = [one for one in crate.data_entities if one.type == "File"]
    assert len(files) > len(told["pages"]) + len(told["tables"]) - 1
    assert [one.id for one in files if not (html / one.id).is_file()] == []
    actions = [one for one in crate.contextual_entities if one.type == "CreateAction"]
    assert len(actions) == len(told["pages"])
    assert all(one["instrument"] and one["result"] for one in actions)
    figures = crate.dereference("data/indicators/figures.csv")
    assert {one["sha256"] for one in figures["isBasedOn"]} == {
        one["sha256"] for one in told["files"]
    }
