"""The source of the book: computed inserts filled in, and only what has run in the contents."""

from pathlib import Path

import pytest
import yaml

from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import assemble as assemble_module
from evidence_review.publish.assemble import assemble, write_pages
from evidence_review.publish.plan import all_runs, book_runs, national_runs, source_runs
from evidence_review.publish.runs import Run
from evidence_review.publish.theme import mend
from evidence_review.read.contract import package

PAGES = ("gap-map", "sources/poet", "councils/camden")


@pytest.fixture(scope="module")
def published(review: Review) -> list[Run]:
    return [run for run in all_runs(review) if run.page in PAGES]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three executed pages: the map, one source, one council."""
    folder = tmp_path_factory.mktemp("runs")
    for page in PAGES:
        target = folder / f"{page}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((NOTEBOOKS / "gap-map.ipynb").read_bytes())
    (folder / "downloads/councils").mkdir(parents=True)
    (folder / "downloads/councils/camden.csv").write_text("of Camden")
    (folder / "downloads/councils/derby.csv").write_text("of Derby, which is not published")
    return folder


@pytest.fixture(scope="module")
def book(
    review: Review, published: list[Run], runs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The source of a book of those pages."""
    folder = tmp_path_factory.mktemp("book") / "book"
    assemble(review, published, runs, folder)
    return folder


def files_in(entry: object) -> set[str]:
    if isinstance(entry, dict):
        own = {entry["file"]} if "file" in entry else set()
        return own.union(*(files_in(value) for value in entry.values()))
    if isinstance(entry, list):
        return set().union(*(files_in(value) for value in entry)) if entry else set()
    return set()


def test_the_contents_hold_what_has_run_and_nothing_else(book: Path) -> None:
    contents = yaml.safe_load((book / "_toc.yml").read_text())
    listed = files_in(contents)
    assert {"councils/camden", "sources/poet", "areas/london"} <= listed
    assert "councils/derby" not in listed
    for page in listed:
        assert list(book.glob(f"{page}.*")), page


def test_a_source_that_did_not_run_has_a_page_that_says_so(book: Path) -> None:
    page = (book / "sources/ascof.ipynb").read_text()
    assert "missing from this copy of the book" in page


def test_a_council_that_did_not_run_is_counted_and_not_linked(book: Path) -> None:
    page = (book / "councils/index.md").read_text()
    assert '<a href="../councils/camden.html">Camden</a>' in page
    assert "derby.html" not in page
    assert "none for the other 152" in page
    # Tables and maps of all councils lead there all the same.
    assert "missing from this copy" in (book / "councils/derby.md").read_text()


def test_a_copy_for_some_councils_holds_the_national_pages_and_just_those(review: Review) -> None:
    shared = {run.page for run in [*national_runs(), *source_runs(review)]}
    own = {run.page for run in book_runs(review, ["Kent", "medway"])} - shared
    assert own == {"councils/kent", "councils/medway", "areas/south-east", "areas/england"}
    north_east = {run.page for run in book_runs(review, ["North East"])} - shared
    assert len(north_east) == 12 + 2
    assert "councils/gateshead" in north_east
    with pytest.raises(ReviewError, match=r"“Kemt”.*Kent"):
        book_runs(review, ["Kemt", "Medway"])


def test_in_such_a_copy_a_page_that_is_not_there_says_which_are(
    review: Review, runs: Path, tmp_path: Path
) -> None:
    published = [run for run in book_runs(review, ["Camden"]) if run.page in PAGES]
    write_pages(review, published, runs, tmp_path / "book", title="Camden & its neighbours")
    page = (tmp_path / "book/councils/derby.md").read_text()
    assert "has pages for [](../councils/camden.ipynb)." in page
    assert "# Camden \\& its neighbours" in (tmp_path / "book/index.md").read_text()


def test_only_the_tables_of_the_contract_are_offered_for_download(book: Path) -> None:
    offered = book / "_downloads_root/data"
    listed = {offered / "datapackage.json"}
    listed |= {offered / resource["path"] for resource in package()["resources"]}
    listed |= {offered / f"{resource['path']}-metadata.json" for resource in package()["resources"]}
    listed |= {offered / "tables.xlsx"}
    assert {path for path in offered.rglob("*") if path.is_file()} == listed


def test_files_of_a_page_go_with_it_and_those_of_no_page_stay_behind(book: Path) -> None:
    beside = book / "_downloads_root/downloads/councils"
    assert (beside / "camden.csv").read_text() == "of Camden"
    assert not (beside / "derby.csv").exists()


def test_pages_written_by_hand_have_no_insert_left(book: Path) -> None:
    for page in book.rglob("*.md"):
        assert "{{" not in page.read_text(), page.name


def test_a_wrong_insert_is_named_with_its_page(
    review: Review,
    published: list[Run],
    runs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "_toc.yml").write_text("parts: []")
    (broken / "index.md").write_text("# Home\n\n{{ pages.nonsense(review) }}")
    monkeypatch.setattr(assemble_module, "BOOK", broken)
    with pytest.raises(ReviewError, match=r"book/index\.md.*nonsense"):
        assemble(review, published, runs, tmp_path / "book")


def test_without_any_run_the_next_command_is_named(review: Review, tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="review run"):
        assemble(review, [], tmp_path / "nothing", tmp_path / "book")


def test_a_branch_of_the_contents_gets_the_name_of_its_page() -> None:
    html = '<a href="x.html">Sources</a><details><summary><span></span></summary></details>'
    assert '<summary aria-label="Pages under Sources">' in mend(html)
    assert mend("<details><summary>Named</summary></details>").count("aria-label") == 0
