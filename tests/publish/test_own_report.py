"""A council's own evidence all the way into its report: the invented council's folder, with every
text field turned into an attack, run as an analyst would run it."""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Dialog, Page

from evidence_review.analyse.council import council_report
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import DATA, NOTEBOOKS
from evidence_review.publish.make import make
from evidence_review.publish.own_check import check_folder
from evidence_review.publish.plan import council_runs
from evidence_review.publish.run import run_all
from evidence_review.publish.runs import Failure, Run
from evidence_review.show.council import page as show
from evidence_review.show.downloads import council_files

NORWICK = DATA / "local" / "norwick"
NAME = "Norwick (invented)"
ATTACKS = (
    "<script>window.attacked = 1</script>",
    "<img src=x onerror='window.attacked = 1'>",
    "\"><svg onload='window.attacked = 1'>",
    "</td></table></main><iframe srcdoc='<script>parent.attacked = 1</script>'></iframe>",
    "{{ 7 * 7 }}${7 * 7}{% raw %}",
    "<!-- [x](javascript:window.attacked=1) `` $$",
    "=HYPERLINK(0)",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "../../../../tmp/evil",
)
ADDRESS = "https://norwick.example/'onmouseover='window.attacked=1"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def attacked(folder: Path, name: str, columns: tuple[str, ...]) -> None:
    """Put an attack before the text of these columns, another one in each row."""
    rows = list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))
    for number, row in enumerate(rows):
        for place, column in enumerate(columns):
            attack = ATTACKS[(number + place) % len(ATTACKS)]
            if column == "scale":
                row[column] = row[column].replace("1 ", f"1 {attack.replace(';', ',')} ", 1)
            else:
                row[column] = f"{attack} {number} {row[column]}"
        if row.get("address"):
            row["address"] = f"{ADDRESS}{number}"
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def made(review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages that were made."""
    folder = tmp_path_factory.mktemp("evidence") / "norwick"
    shutil.copytree(NORWICK, folder)
    attacked(folder, "documents.csv", ("title", "note"))
    attacked(folder, "questions.csv", ("wording", "scale"))
    runs = council_runs(review, [NAME], own_evidence=str(folder))
    out = tmp_path_factory.mktemp("made") / "own"
    assert run_all(runs, out, jobs=1, as_pages=True) == []
    return out


def published(made: Path) -> dict[str, str]:
    """The text of everything that came out, by name of file; a workbook's parts one by one."""
    texts: dict[str, str] = {}
    for path in sorted(made.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                texts |= {f"{path.name}/{n}": parts.read(n).decode() for n in parts.namelist()}
        elif path.is_file():
            texts[path.name] = path.read_text(encoding="utf-8")
    return texts


def test_page_notebook_tables_and_spreadsheet_are_there_and_nothing_else(made: Path) -> None:
    files = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert files == {
        "councils/norwick-invented.html",
        "councils/norwick-invented.ipynb",
        "downloads/councils/norwick-invented.csv",
        "downloads/councils/norwick-invented.own-survey.csv",
        "downloads/councils/norwick-invented.xlsx",
    }


def test_no_persons_key_is_in_anything_that_came_out(made: Path) -> None:
    with (NORWICK / "responses.csv").open(encoding="utf-8") as file:
        keys = {row["person"] for row in csv.DictReader(file)} - {""}
    assert len(keys) > 100
    for name, text in published(made).items():
        found = [key for key in keys if key in text]
        assert not found, name


def test_nothing_that_came_out_tells_where_the_folder_lies(made: Path) -> None:
    for name, text in published(made).items():
        assert "pytest-of" not in text, name


def test_the_page_shows_no_number_that_is_held_back(made: Path) -> None:
    page = BeautifulSoup((made / "councils/norwick-invented.html").read_text(), "html.parser")
    by_budget = next(t for t in page.find_all("table") if "by kind of budget" in t.get_text())
    headings = [cell.get_text() for cell in by_budget.find_all("tr")[0].find_all("th")]
    place = headings.index("Individual Service Fund")
    cells = [row.find_all(["th", "td"])[place].get_text() for row in by_budget.find_all("tr")[1:]]
    assert len(cells) > 10
    assert set(cells) == {"[c]"}


def test_no_cell_of_a_spreadsheet_or_table_is_a_formula(made: Path) -> None:
    starts = ("=", "+", "-", "@")
    number = 0
    for path in made.rglob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
            for cell in row:
                number += 1
                assert not cell.startswith(starts) or cell.lstrip("+-").replace(".", "").isdigit()
    assert number > 5_000
    sheets = [text for name, text in published(made).items() if "/xl/worksheets/" in name]
    assert sheets
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet]


@pytest.fixture
def page(browser: Browser, made: Path) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto((made / "councils/norwick-invented.html").as_uri())
    yield page
    page.close()


@pytest.mark.browser
def test_text_from_the_folder_is_shown_as_text_and_runs_nothing(
    browser: Browser, made: Path
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto((made / "councils/norwick-invented.html").as_uri())
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.locator("a[href*='norwick.example']").first.hover()
    page.wait_for_timeout(200)
    assert page.evaluate("window.attacked") is None
    assert not dialogs
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert (
        page.locator("main script, main iframe, main svg, main [onerror], main [onload]").count()
        == 0
    )
    assert page.locator("main [onmouseover]").count() == 0
    shown = page.locator("main").inner_text()
    for attack in ATTACKS:
        assert " ".join(attack.split()) in " ".join(shown.split())
    page.close()


@pytest.mark.browser
def test_the_same_holds_in_jupyterlab_as_no_output_is_script(made: Path) -> None:
    notebook = nbformat.read(made / "councils/norwick-invented.ipynb", as_version=4)
    pages = [
        output["data"]["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert pages
    for html in pages:
        soup = BeautifulSoup(html, "html.parser")
        assert not soup.find_all(["script", "iframe", "svg", "object", "embed"])
        assert not [
            tag for tag in soup.find_all(True) if any(a.startswith("on") for a in tag.attrs)
        ]


@pytest.mark.browser
def test_the_page_is_accessible_and_fits_a_phone(page: Page) -> None:
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    found = [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in results.response["violations"]]
    assert not found, "\n".join(found)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def copied(folder: Path, **changes: tuple[str, str]) -> Path:
    """Norwick's folder elsewhere, with a text replaced by another in some of its tables."""
    shutil.copytree(NORWICK, folder)
    for table, (old, new) in changes.items():
        path = folder / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_folder_cannot_name_files_outside_its_place(review: Review, tmp_path: Path) -> None:
    folder = copied(tmp_path / "norwick", council=("norwick-invented", "../../../decoy"))
    refused = "column “slug”: “../../../decoy” does not fit"
    with pytest.raises(ReviewError, match=re.escape(refused)):
        council_runs(review, [NAME], own_evidence=str(folder))
    _, problems = check_folder(review, folder)
    assert [problem for problem in problems if refused in problem]
    decoy = tmp_path / "decoy.ipynb"
    decoy.write_text("not ours")
    outside = Run("../decoy", NOTEBOOKS / "gap-map.ipynb", "", "")
    with pytest.raises(ValueError, match="outside the folder"):
        run_all([outside], tmp_path / "runs")
    assert decoy.read_text() == "not ours"


def test_evidence_is_one_councils(review: Review) -> None:
    with pytest.raises(ReviewError, match="the one council whose evidence it is"):
        council_runs(review, ["Camden", "Kent"], own_evidence=str(NORWICK))


def test_text_without_a_word_and_other_scripts_are_taken_as_they_are(
    review: Review, tmp_path: Path
) -> None:
    folder = copied(
        tmp_path / "norwick",
        documents=("Costs before and after, 12 interviews", "-"),
        questions=("Do you know how much money there is for your support each year?", "Бюджет?"),
    )
    files = council_files(council_report(review, NAME, own_evidence=str(folder)))
    assert "Бюджет?" in files["norwick-invented.own-survey.csv"].decode()
    with zipfile.ZipFile(io.BytesIO(files["norwick-invented.xlsx"])) as parts:
        assert "“-” (as written)" in parts.read("xl/sharedStrings.xml").decode()


def test_questions_that_nobody_filled_in_are_no_survey(review: Review, tmp_path: Path) -> None:
    folder = tmp_path / "norwick"
    shutil.copytree(NORWICK, folder)
    heading = (folder / "questions.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "questions.csv").write_text(f"{heading}\n", encoding="utf-8")
    report = council_report(review, NAME, own_evidence=str(folder))
    sections = (show.own_survey, show.own_groups, show.own_change, show.own_method)
    assert [str(section(report)) for section in sections] == [""] * 4
    assert set(council_files(report)) == {"norwick-invented.csv", "norwick-invented.xlsx"}


def test_a_folder_that_changes_while_it_is_read_gives_no_page(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()

    def files(_: dict[str, str]) -> dict[str, bytes]:
        (evidence / "responses.csv").write_text("changed")
        return {"x.csv": b""}

    notebook = NOTEBOOKS / "gap-map.ipynb"
    run = Run("pages/x", notebook, "X", "X", {"own_evidence": str(evidence)}, files)
    failure = make(run)
    assert isinstance(failure, Failure)
    assert "changed while it was read" in failure.error
