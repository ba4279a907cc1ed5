"""Building the book: nothing is made twice, and nothing in it is ever out of date.

A small book of seven pages stands in for the whole one. It is built, changed and brought up to date;
the result must be, byte for byte, what a build from nothing gives.
"""

import base64
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import matplotlib.image
import nbformat
import numpy
import pytest

from evidence_review.analyse.checks import Check
from evidence_review.analyse.review import open_review
from evidence_review.errors import ReviewError
from evidence_review.paths import CONFIG, DATA, NOTEBOOKS
from evidence_review.publish import book
from evidence_review.publish.book_extension import TEMPLATES
from evidence_review.publish.book_making import files_in, make_html
from evidence_review.publish.checks import published_pages, state_of_page, write_check
from evidence_review.publish.finished_pages import read_pages, write_pages
from evidence_review.publish.records import place_of_record
from evidence_review.publish.runs import Run
from evidence_review.publish.theme import mend, mend_page
from evidence_review.publish.whole_json import write_json
from evidence_review.show.definitions import Marker
from evidence_review.show.glossary import Term, terms

SCORER = (TEMPLATES / "search-scorer.js").read_bytes()
CONTENTS = """
format: jb-book
root: index
parts:
- caption: All
  chapters:
  - file: areas/index
    title: TITLE
    sections:
    - file: areas/north
    - file: areas/south
    - file: areas/east
    - file: areas/west
  - file: method
"""

LANGUAGE = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}


def notebook(text: str, shade: float) -> str:
    """A notebook that shows a text, and a picture in a shade of grey."""
    picture = io.BytesIO()
    matplotlib.image.imsave(
        picture, numpy.full((2, 2), shade), vmin=0, vmax=1, format="png", metadata={}
    )
    shown = nbformat.v4.new_output(
        "display_data", {"image/png": base64.b64encode(picture.getvalue()).decode()}
    )
    cells = [
        nbformat.v4.new_markdown_cell(f"# North\n\n{text}", id="a"),
        nbformat.v4.new_code_cell("show()", outputs=[shown], execution_count=1, id="b"),
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=LANGUAGE))


def small_book() -> dict[str, str]:
    """The source of the book: place → text."""
    return {
        "_toc.yml": CONTENTS.replace("TITLE", "Areas"),
        "_static/colours.css": "p {color: black}",
        "_downloads_root/data/figures.csv": "of 2024",
        "_downloads_root/data/sources.csv": "of 2017",
        "index.md": "# Home\n\nSee [](areas/south.md) and {ref}`the rule <the-rule>`.",
        "areas/index.md": "# Areas\n\nAll areas.",
        "areas/north.ipynb": notebook("A meadow.", 0.2),
        "areas/south.md": "# South\n\nA forest.",
        "areas/east.md": "# East\n\nA marsh.",
        "areas/west.md": "# West\n\nA moor.",
        "method.md": "# Method\n\n(the-rule)=\n## One rule\n\nNo more.",
    }


class Maker:
    """Makes a book in a folder of its own, again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.source = folder / "book", folder / "written"

    @property
    def html(self) -> Path:
        return self.folder / "html"

    def make(
        self, texts: Mapping[str, str], anew: bool = False, title: str = ""
    ) -> dict[str, bytes]:
        shutil.rmtree(self.source, ignore_errors=True)
        for name, text in texts.items():
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            (self.source / name).write_text(text)
        log = self.source.with_name("log")
        make_html(files_in(self.source), self.folder, log, anew, title=title)
        return content(self.html)


def content(folder: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files_in(folder).items()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Maker, dict[str, bytes]]:
    """The small book as it was first made."""
    maker = Maker(tmp_path_factory.mktemp("first"))
    return maker, maker.make(small_book(), anew=True)


def assert_as_from_nothing(updated: dict[str, bytes], texts: dict[str, str], place: Path) -> None:
    fresh = Maker(place).make(texts, anew=True)
    assert updated.keys() == fresh.keys()
    assert [name for name in fresh if updated[name] != fresh[name]] == []


def test_a_small_book_is_brought_up_to_date(tmp_path: Path) -> None:
    texts = small_book() | {"_static/review.css": "p {color: grey}"}
    maker = Maker(tmp_path / "kept")
    before = maker.make(texts)
    old_pictures = {name for name in before if name.startswith("_images/")}
    assert len(old_pictures) == 1
    times = {name: path.stat().st_mtime_ns for name, path in files_in(maker.html).items()}

    assert maker.make(texts) == before
    now = {name: path.stat().st_mtime_ns for name, path in files_in(maker.html).items()}
    assert now == times  # no page was written again

    # A page's own text and picture, and files beside the book: other pages are left alone.
    texts["areas/north.ipynb"] = notebook("A pasture.", 0.7)
    texts["_downloads_root/data/figures.csv"] = "of 2025"
    del texts["_downloads_root/data/sources.csv"]
    updated = maker.make(texts)
    assert b"pasture" in updated["areas/north.html"]
    assert b"meadow" not in updated["searchindex.js"]
    assert not old_pictures & updated.keys()
    assert updated["data/figures.csv"] == b"of 2025"
    assert_as_from_nothing(updated, texts, tmp_path / "fresh1")
    for untouched in ("areas/south.html", "method.html"):
        assert (maker.html / untouched).stat().st_mtime_ns == times[untouched]

    # A heading that other pages quote in their text, in links to the next page, in the contents.
    texts["areas/south.md"] = "# The deep south\n\nA forest."
    texts["method.md"] = "# Method\n\n## Two rules\n\n(the-rule)=\n## A third\n\nNo more."
    updated = maker.make(texts)
    for page in ("index", "areas/index", "areas/north", "method", "search", "genindex"):
        assert b"The deep south" in updated[f"{page}.html"], page
    assert_as_from_nothing(updated, texts, tmp_path / "fresh2")

    # The contents, a style sheet, and a page that goes.
    texts["_toc.yml"] = CONTENTS.replace("TITLE", "Regions").replace(
        "    - file: areas/south\n", ""
    )
    texts["_static/colours.css"] = "p {color: navy}"
    texts["index.md"] = "# Home\n\nSee {ref}`the rule <the-rule>`."
    del texts["areas/south.md"]
    updated = maker.make(texts)
    assert not [name for name in updated if "south" in name]
    assert updated["_static/colours.css"] == b"p {color: navy}"
    home = updated["index.html"]  # the general style sheet comes first, wherever the files lie
    assert home.index(b"review.css") < home.index(b"colours.css")
    for page in ("index", "areas/index", "areas/north", "method", "search", "genindex"):
        assert b">Regions</a>" in updated[f"{page}.html"], page
        assert b"south" not in updated[f"{page}.html"], page
    assert_as_from_nothing(updated, texts, tmp_path / "fresh3")


def test_the_book_is_what_jupyter_book_makes_by_itself(
    first: tuple[Maker, dict[str, bytes]], tmp_path: Path
) -> None:
    maker, ours = first
    command = "from jupyter_book.cli.main import main; main()"
    options = ["build", str(maker.source), "--config", str(CONFIG), "--path-output", str(tmp_path)]
    subprocess.run([sys.executable, "-c", command, *options, "-q"], check=True)
    theirs = content(tmp_path / "_build" / "html")
    for name in theirs:
        if name.endswith(".html"):
            theirs[name] = mend(theirs[name].decode()).encode()
    del ours[".buildinfo"], theirs[".buildinfo"]  # a checksum of the settings
    scored = "_static/language_data.js"
    assert SCORER in ours[scored]  # how the search ranks is ours
    ours[scored] = ours[scored].replace(SCORER, b"")
    assert ours[scored].split() == theirs[scored].split()
    del ours[scored], theirs[scored]
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_a_copy_of_the_book_has_its_own_title_on_every_page(tmp_path: Path) -> None:
    made = Maker(tmp_path).make(small_book(), title="Kent & Medway")
    pages = {
        name: text.decode()
        for name, text in made.items()
        if name.endswith(".html") and not name.startswith("_static")
    }
    assert len(pages) >= 7
    for name, text in pages.items():
        head = text.partition("</head>")[0]
        assert "Kent & Medway" in unescape(unescape(head)), name  # heads are written anew later
        assert "a living review" not in text, name


def test_a_title_with_signs_of_html_is_shown_as_it_is() -> None:
    printed = '<div id="jb-print-docs-body" class="onlyprint">\n<h1>A <b> & c</h1>\n<!-- Table of contents -->'
    home = '<ul class="nav bd-sidenav bd-sidenav__home-link">\n<li class="toctree-l1">\n<a href="#">\nA <b> & c\n</a>\n</li>\n</ul>'
    mended = mend_page(f"{home}{printed}<article>A <b>c</b></article>")
    assert mended.count("A &lt;b&gt; &amp; c") == 2
    assert "<article>A <b>c</b></article>" in mended


def test_every_link_that_leads_nowhere_is_reported(first: tuple[Maker, dict[str, bytes]]) -> None:
    broken = {"areas/east.md": "# East\n\n[](gone.md)", "areas/west.md": "# West\n\n[](#lost)"}
    with pytest.raises(ReviewError) as stopped:
        first[0].make(small_book() | broken)
    assert "east.md" in str(stopped.value)
    assert "west.md" in str(stopped.value)


class Workshop:
    """A folder with one run in it, where a book is built by stand-ins that take no time."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs, self.html = folder / "runs", folder / "html"
        self.steps: list[str] = []
        self.text = "# Home"
        self.broken = False
        run = Run("areas/north", NOTEBOOKS / "council.ipynb", "North", "North")
        self.published = [run]
        self.runs.joinpath("areas").mkdir(parents=True)
        self.notebook = self.runs / "areas/north.ipynb"
        self.notebook.write_text("a meadow")
        monkeypatch.setattr(book, "_new_process", lambda: ThreadPoolExecutor(1))
        monkeypatch.setattr(book, "_write_pages_now", self.write_pages)
        monkeypatch.setattr(book, "_told_now", lambda *_: None)
        monkeypatch.setattr(book, "finish", lambda *_: None)
        monkeypatch.setattr(book, "make_html", self.make_html)

    def write_pages(
        self, published: Sequence[Run], runs_folder: Path, folder: Path, title: str
    ) -> None:
        self.steps.append("pages written")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.md").write_text(self.text)

    def make_html(
        self, wanted: Mapping[str, Path], made: Path, log: Path, anew: bool, title: str
    ) -> None:
        self.steps.append("made from nothing" if anew else "brought up to date")
        if self.broken:
            raise ReviewError("a link leads nowhere")
        (made / "html").mkdir(exist_ok=True)
        for name, path in wanted.items():
            (made / "html" / f"{Path(name).stem}.html").write_text(path.read_text())

    def build(self) -> list[str]:
        """What had to be done to build the book."""
        self.steps.clear()
        built = book.build_book(self.published, self.runs, self.html)
        assert built or not self.steps
        return [*self.steps, "put in place"] if built else []


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    workshop = Workshop(tmp_path, monkeypatch)
    assert workshop.build() == ["pages written", "made from nothing", "put in place"]
    return workshop


def test_a_book_that_is_up_to_date_is_left_alone(workshop: Workshop) -> None:
    assert workshop.build() == []


def test_a_changed_notebook_leaves_the_other_pages_as_they_are(workshop: Workshop) -> None:
    workshop.notebook.write_text("a pasture")
    assert workshop.build() == ["brought up to date", "put in place"]
    assert (workshop.html / "north.html").read_text() == "a pasture"


def test_a_file_that_goes_with_a_page_is_noticed(workshop: Workshop) -> None:
    (workshop.runs / "downloads/areas").mkdir(parents=True)
    (workshop.runs / "downloads/areas/north.csv").write_text("1")
    assert workshop.build() == ["brought up to date", "put in place"]


def test_changed_tables_write_the_pages_anew(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    table = tmp_path / "data/framework/elements.csv"
    table.write_text(table.read_text() + " ")
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(tmp_path / "data"))
    assert workshop.build() == ["pages written", "brought up to date", "put in place"]


def test_another_meaning_in_the_glossary_reaches_the_pages(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(tmp_path / "data"))

    def finish(html: Path, told: list[Term], *_: object) -> None:
        pages = read_pages(html).items()
        write_pages(html, {name: Marker(told).marked_page(name, text) for name, text in pages})

    monkeypatch.setattr(book, "_told_now", lambda *_: terms(open_review()))
    monkeypatch.setattr(book, "finish", finish)
    workshop.notebook.write_text("<article><p>A direct payment.</p></article>")
    workshop.build()
    page, table = workshop.html / "north.html", tmp_path / "data/framework/glossary.csv"
    assert 'data-definition="Money that the council pays to a person' in page.read_text()
    table.write_text(table.read_text().replace("Money that the council pays", "Pounds and pence"))
    workshop.build()
    assert 'data-definition="Pounds and pence to a person' in page.read_text()
    assert page.read_text().count("er-term") == 1


def test_what_a_page_was_made_from_and_a_check_of_it_reach_the_book(workshop: Workshop) -> None:
    record = place_of_record(workshop.runs, "areas/north")
    write_json(record, {"inputs": {"a module": "1"}, "files": {}})
    assert workshop.build() == ["brought up to date", "put in place"]
    content, inputs = state_of_page(workshop.runs, workshop.published[0])
    check = Check(
        "areas/north", "council", content, inputs, "2026-01-01T00:00Z", 1, {}, 0, 0, 0, ()
    )
    write_check(workshop.runs, check)
    assert workshop.build() == ["pages written", "brought up to date", "put in place"]
    write_json(record, {"inputs": {"a module": "2"}, "files": {}})
    [page] = published_pages(workshop.published, workshop.runs)
    assert page.state == "changed since"


def test_a_book_that_somebody_touched_is_put_in_place_again(workshop: Workshop) -> None:
    (workshop.html / "index.html").write_text("# Hole")
    assert workshop.build() == ["put in place"]
    assert (workshop.html / "index.html").read_text() == "# Home"


@pytest.mark.parametrize("where", ["html/index.html", "pages/index.md"])
def test_an_earlier_build_that_somebody_touched_is_not_built_upon(
    workshop: Workshop, where: str
) -> None:
    (workshop.html.with_name("book") / where).write_text("# Hole")
    workshop.notebook.write_text("a pasture")
    assert workshop.build() == ["pages written", "made from nothing", "put in place"]
    assert (workshop.html / "index.html").read_text() == "# Home"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"inputs": {}}'])
def test_a_damaged_record_counts_as_none(workshop: Workshop, text: str) -> None:
    workshop.html.with_name("book.json").write_text(text)
    assert workshop.build() == ["pages written", "made from nothing", "put in place"]
    assert workshop.build() == []


def test_other_tools_make_the_book_from_nothing(workshop: Workshop) -> None:
    place = workshop.html.with_name("book.json")
    record = json.loads(place.read_text())
    assert record["inputs"]["maker"]["_config.yml"]
    record["inputs"]["maker"]["Python"] = "3.0"
    place.write_text(json.dumps(record))
    assert "made from nothing" in workshop.build()


def test_after_a_build_that_failed_the_old_book_stays_and_the_next_starts_from_nothing(
    workshop: Workshop,
) -> None:
    workshop.notebook.write_text("a pasture")
    workshop.broken = True
    with pytest.raises(ReviewError, match="leads nowhere"):
        workshop.build()
    assert (workshop.html / "north.html").read_text() == "a meadow"
    with pytest.raises(ReviewError, match="leads nowhere"):
        workshop.build()
    workshop.broken = False
    assert workshop.build() == ["pages written", "made from nothing", "put in place"]
    assert (workshop.html / "north.html").read_text() == "a pasture"


def test_what_changes_while_the_book_is_built_is_not_taken_for_built(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = workshop.make_html

    def change_meanwhile(
        wanted: Mapping[str, Path], made: Path, log: Path, anew: bool, title: str
    ) -> None:
        make(wanted, made, log, anew, title)
        workshop.notebook.write_text("a garden")

    workshop.notebook.write_text("a pasture")
    monkeypatch.setattr(book, "make_html", change_meanwhile)
    workshop.build()
    monkeypatch.setattr(book, "make_html", make)
    assert workshop.build() != []
    assert (workshop.html / "north.html").read_text() == "a garden"


def test_without_any_run_the_next_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="review run"):
        book.build_book([], tmp_path / "runs", tmp_path / "html")
