"""A council's page as a PDF: short enough to hand out, whole, and readable by a screen reader."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser

from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import pdf
from evidence_review.publish.chromium import NAMED, USUAL_NAMES, find_chromium
from evidence_review.publish.own_page import own_page
from evidence_review.publish.pdf import SCALE, write_pdfs
from evidence_review.publish.runs import Run

WIDTH = round((210 - 2 * 14) / 25.4 * 96 / SCALE)  # pixels of a screen, between A4's margins
MOST_SHEETS = 12
CAMDEN = Run("councils/camden", NOTEBOOKS / "council.ipynb", "Camden", "Camden")
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  if (!box.width || style.position === "absolute") return false;
  const hidden = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
  return hidden || box.right > document.documentElement.clientWidth + 1;
}).map((one) => `${one.tagName}.${one.className}`)"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Camden's executed notebook, where a run would leave it."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "councils").mkdir()
    shutil.copy(NOTEBOOKS / "council.ipynb", folder / "councils/camden.ipynb")
    return folder


@pytest.mark.browser
def test_a_councils_page_is_a_tagged_pdf_of_at_most_twelve_sheets(
    browser: Browser, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "chromium", lambda: nullcontext(browser))
    [place] = write_pdfs([CAMDEN], runs, tmp_path)
    content = place.read_bytes()
    assert place == tmp_path / "councils/camden.pdf"
    assert content.startswith(b"%PDF-")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= MOST_SHEETS
    for part in (b"/StructTreeRoot", b"/Lang (en)", b"/Outlines"):
        assert part in content
    assert [path.name for path in place.parent.iterdir()] == ["camden.pdf"]


@pytest.mark.browser
def test_nothing_is_cut_off_at_the_edge_of_the_paper(browser: Browser, runs: Path) -> None:
    notebook = nbformat.read(runs / "councils/camden.ipynb", as_version=4)
    page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
    page.emulate_media(media="print")
    page.set_content(own_page(notebook, "Camden", None))
    assert page.locator("table").count() > 5
    assert page.evaluate(CUT_OFF) == []
    page.close()


def test_without_a_browser_it_says_so(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NAMED, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() is None
    with pytest.raises(ReviewError, match="no Chromium or Chrome was found"):
        list(write_pdfs([CAMDEN], runs, tmp_path / "pdf"))
    (tmp_path / USUAL_NAMES[-1]).touch(mode=0o755)
    assert find_chromium() == str(tmp_path / USUAL_NAMES[-1])


def test_a_browser_that_does_not_start_is_named(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAMED, str(tmp_path / "chromium"))
    # In a thread of its own, as Playwright allows one browser a thread and other tests have theirs.
    with ThreadPoolExecutor(1) as other:
        done = other.submit(lambda: list(write_pdfs([CAMDEN], runs, tmp_path / "pdf")))
        with pytest.raises(ReviewError, match=f"chromium: does not start .* in {NAMED}"):
            done.result()
    assert not (tmp_path / "pdf").exists()
