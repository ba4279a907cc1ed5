"""The source of the book: computed inserts filled in, and only what has run in the contents."""

from pathlib import Path

import pytest
import yaml

from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import assemble as assemble_module
from evidence_review.publish.assemble import assemble
from evidence_review.publish.theme import mend


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three executed pages: the map, one source, one council."""
    folder = tmp_path / "runs"
    for page in ("gap-map", "sources/poet", "councils/camden"):
        target = folder / f"{page}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((NOTEBOOKS / "gap-map.ipynb").read_bytes())
    return folder


def files_in(entry: object) -> set[str]:
    if isinstance(entry, dict):
        own = {entry["file"]} if "file" in entry else set()
        return own.union(*(files_in(value) for value in entry.values()))
    if isinstance(entry, list):
        return set().union(*(files_in(value) for value in entry)) if entry else set()
    return set()


def test_the_contents_hold_what_has_run_and_nothing_else(
    review: Review, runs: Path, tmp_path: Path
) -> None:
    assemble(review, runs, tmp_path / "book")
    contents = yaml.safe_load((tmp_path / "book/_toc.yml").read_text())
    listed = files_in(contents)
    assert {"councils/camden", "sources/poet", "councils/region-london"} <= listed
    assert "councils/derby" not in listed
    for page in listed:
        assert list((tmp_path / "book").glob(f"{page}.*")), page


def test_a_source_that_did_not_run_has_a_page_that_says_so(
    review: Review, runs: Path, tmp_path: Path
) -> None:
    assemble(review, runs, tmp_path / "book")
    page = (tmp_path / "book/sources/ascof.md").read_text()
    assert "missing from this copy of the book" in page


def test_a_council_that_did_not_run_is_counted_and_not_linked(
    review: Review, runs: Path, tmp_path: Path
) -> None:
    assemble(review, runs, tmp_path / "book")
    page = (tmp_path / "book/councils/index.md").read_text()
    assert '<a href="camden.html">Camden</a>' in page
    assert "derby.html" not in page
    assert "none for the other 152" in page


def test_pages_written_by_hand_have_no_insert_left(
    review: Review, runs: Path, tmp_path: Path
) -> None:
    assemble(review, runs, tmp_path / "book")
    for page in (tmp_path / "book").rglob("*.md"):
        assert "{{" not in page.read_text(), page.name


def test_a_wrong_insert_is_named_with_its_page(
    review: Review, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    (broken / "councils").mkdir(parents=True)
    (broken / "_toc.yml").write_text("parts: []")
    (broken / "councils/_region.md").write_text("# {{ region.name }}")
    (broken / "index.md").write_text("# Home\n\n{{ pages.nonsense(review) }}")
    monkeypatch.setattr(assemble_module, "BOOK", broken)
    with pytest.raises(ReviewError, match=r"book/index\.md.*nonsense"):
        assemble(review, runs, tmp_path / "book")


def test_without_any_run_the_next_command_is_named(review: Review, tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="review run"):
        assemble(review, tmp_path / "nothing", tmp_path / "book")


def test_a_branch_of_the_contents_gets_the_name_of_its_page() -> None:
    html = '<a href="x.html">Sources</a><details><summary><span></span></summary></details>'
    assert '<summary aria-label="Pages under Sources">' in mend(html)
    assert mend("<details><summary>Named</summary></details>").count("aria-label") == 0
