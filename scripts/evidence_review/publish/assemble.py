"""Putting the book together: pages written by hand, run notebooks, and the contents.

book/ is only read. Pages there are Markdown with computed inserts: `{{ pages.files_table(review) }}`
is replaced by what that function of `show.pages` returns.
"""

import re
import shutil
from collections.abc import Collection, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jinja2
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from evidence_review import __version__
from evidence_review.analyse.areas import councils_of, wider_areas
from evidence_review.analyse.checks import PublishedPage
from evidence_review.analyse.comparators import MIN_NEIGHBOURS
from evidence_review.analyse.own import RULE as OWN_RULE
from evidence_review.analyse.reliability import MIN_BASE, MIN_EVENTS
from evidence_review.analyse.review import Review
from evidence_review.cli import main as program
from evidence_review.errors import ReviewError
from evidence_review.paths import BOOK
from evidence_review.publish.checks import published_pages
from evidence_review.publish.notebook_files import as_bytes, as_text
from evidence_review.publish.page_heads import CARD, STAND_IN
from evidence_review.publish.plan import all_runs, council_runs, national_runs, source_runs
from evidence_review.publish.runs import BESIDE, DOWNLOADS, Run, files_of_runs
from evidence_review.publish.site_files import MOVED
from evidence_review.read.contract import CONTRACT, data_folder, package
from evidence_review.show import (
    accessibility,
    checked_outputs,
    coding,
    easy,
    finder,
    gaps,
    glossary,
    home,
    map_picture,
    pages,
    questions,
    readers,
    recommendations,
    reference,
    register,
    reuse,
    social_card,
    speed,
    today,
)
from evidence_review.show import downloads as take_away
from evidence_review.show.words import listing

NAMED = 20  # councils and areas, at most, that a page names in a sentence
READER_TEMPLATE = "readers/_reader.md"


def assemble(review: Review, published: Sequence[Run], runs_folder: Path, target: Path) -> None:
    """Fill `target` with the source of a book of the published runs.

    runs_folder: where `run_all` left the executed notebooks. Raises ReviewError without any run.
    """
    write_pages(review, published, runs_folder, target)
    for name, path in files_of_runs(published, runs_folder).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / name)


def write_pages(
    review: Review,
    published: Sequence[Run],
    runs_folder: Path,
    target: Path,
    title: str = "",
) -> None:
    """Fill `target` with all of the book's source that is not the result of a run.

    runs_folder: beside which the checks of the runs lie, for the page that tells of them. title: of
    this copy of the book; blank for the usual one. Raises ReviewError when a page cannot be rendered,
    or nothing is published.
    """
    if not published:
        raise ReviewError("no notebook has been run yet; use `review run`")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(BOOK, target, ignore=shutil.ignore_patterns("*.md", "_toc.yml", MOVED.name))
    in_book = {run.page for run in published}
    write_stand_ins(review, in_book, target)
    render_pages(review, in_book, published_pages(published, runs_folder), target, title)
    contents = table_of_contents(review, published)
    (target / "_toc.yml").write_text(
        yaml.safe_dump(contents, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    copy_downloads(target / BESIDE / "data")
    write_for_reuse(review, target / BESIDE / "data")
    libraries = target / BESIDE / "libraries"
    copy_libraries(libraries)
    (libraries / finder.NAMES_FILE).write_text(finder.names_script(review), encoding="utf-8")
    write_downloads(review, target / BESIDE / DOWNLOADS)
    draw_map(review, target / BESIDE / DOWNLOADS)


def write_stand_ins(review: Review, published: Collection[str], target: Path) -> None:
    """A page that says so for whatever has not run: other pages lead there.

    Those of councils and of areas stay out of the search, and are not missed in the contents. The
    others are notebooks, as the pages written by hand name them.
    """
    areas = {run.page for run in council_runs(review)}
    there = sorted(areas & set(published), key=lambda page: (page.startswith("areas/"), page))
    held = [f"[](../{page}.ipynb)" for page in there]
    in_contents = {run.page for run in (*national_runs(), *source_runs(review))}
    for run in all_runs(review):
        if run.page not in published:
            (target / run.page).parent.mkdir(parents=True, exist_ok=True)
            text = (
                f"# {as_text(run.title)}\n\n{STAND_IN}: its notebook was not run for it, or did "
                "not run to its end.\n"
            )
            if run.page in areas and 0 < len(held) <= NAMED:
                text += (
                    f"\nThis copy has pages for {listing(held)}. [](../figures/all-councils.ipynb)"
                    " shows figures of every council.\n"
                )
            if run.page in in_contents:
                notebook = new_notebook(cells=[new_markdown_cell(text, id="stand-in")])
                (target / f"{run.page}.ipynb").write_bytes(as_bytes(notebook))
            else:
                aside = "---\norphan: true\nnosearch: true\n---\n\n"
                (target / f"{run.page}.md").write_text(aside + text, encoding="utf-8")


def render_pages(
    review: Review,
    published: Collection[str],
    checked: Sequence[PublishedPage],
    target: Path,
    title: str = "",
) -> None:
    """Render every page of book/, and one guide a group of readers."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(BOOK),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    common = {
        "review": review,
        "program": program,
        "pages": pages,
        "home": home,
        "finder": finder,
        "today": today,
        "gaps": gaps,
        "accessibility": accessibility,
        "checked": checked,
        "checked_outputs": checked_outputs,
        "coding": coding,
        "easy": easy,
        "glossary": glossary,
        "take_away": take_away,
        "questions": questions,
        "readers": readers,
        "recommendations": recommendations,
        "reference": reference,
        "register": register,
        "reuse": reuse,
        "speed": speed,
        "published": published,
        "copy_title": as_text(title),
        "version": __version__,
        "min_base": MIN_BASE,
        "min_events": MIN_EVENTS,
        "min_neighbours": MIN_NEIGHBOURS,
        "own_rule": OWN_RULE,
    }
    for page in sorted(BOOK.rglob("*.md")):
        name = page.relative_to(BOOK).as_posix()
        if not page.name.startswith("_"):  # a template of several pages
            _render(environment, name, target / name, **common)
    for guide in readers.guides(review):
        _render(environment, READER_TEMPLATE, target / f"{guide.page}.md", guide=guide, **common)


def _render(environment: jinja2.Environment, name: str, path: Path, **values: Any) -> None:
    try:
        text = environment.get_template(name).render(**values)
    except jinja2.TemplateSyntaxError as error:
        raise ReviewError(f"book/{name}, line {error.lineno}: {error.message}") from error
    except jinja2.UndefinedError as error:
        raise ReviewError(f"book/{name}: {error.message}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def table_of_contents(review: Review, published: Sequence[Run]) -> dict[str, Any]:
    """book/_toc.yml with the sources, the areas and their councils, and the readers' guides put in
    their places. A region whose own page has not run stands over those of its councils that have."""
    contents: dict[str, Any] = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    by_page = {run.page: run for run in published}

    def entry(page: str) -> dict[str, Any]:
        return {"file": page, "title": by_page[page].nav_title}

    sources = [{"file": run.page, "title": run.nav_title} for run in source_runs(review)]
    areas = []
    for area in wider_areas(review.areas):
        councils = councils_of(area, review.councils)["slug"] if area.level == "region" else []
        pages_there = [f"councils/{slug}" for slug in councils]
        sections = [entry(page) for page in pages_there if page in by_page]
        if sections:
            areas.append({"file": area.page, "title": area.name, "sections": sections})
        elif area.page in by_page:
            areas.append(entry(area.page))
    guides = [{"file": guide.page} for guide in readers.guides(review)]
    children = {
        "sources/index": sources,
        "councils/index": areas,
        "readers/index": guides,
    }
    for part in contents["parts"]:
        for chapter in part["chapters"]:
            if children.get(chapter["file"]):
                chapter["sections"] = children[chapter["file"]]
    return contents


def copy_downloads(target: Path) -> None:
    """Put the tables, with their contract, where the book offers them for download.

    Only what the contract lists: data/local, and whatever else lies there, is nobody's to publish.
    """
    for name in [CONTRACT, *(one["path"] for one in package()["resources"])]:
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data_folder() / name, destination)


def write_for_reuse(review: Review, target: Path) -> None:
    """Write metadata beside each table, and the tables as a spreadsheet."""
    for name, content in reuse.files(review).items():
        (target / name).write_bytes(content)


def draw_map(review: Review, target: Path) -> None:
    """The gap map as a picture, for slides and print, and the card of links to the book."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "gap-map.png").write_bytes(map_picture.as_png(review))
    (target / "gap-map.svg").write_bytes(map_picture.as_svg(review))
    (target / Path(CARD).name).write_bytes(social_card.as_png(review))


def write_downloads(review: Review, target: Path) -> None:
    """Write the gap map, its sources and its coding where the book offers them for download."""
    target.mkdir(parents=True, exist_ok=True)
    for name, content in take_away.downloads(review).items():
        (target / name).write_bytes(content)


def copy_libraries(target: Path) -> None:
    """Put JavaScript from installed packages beside the book, where the page that needs it asks.

    It does not go into _static, because Jupyter Book loads every script there in every page. Raises
    ReviewError when a package no longer ends as it did.
    """
    module = Path(str(distribution("itables").locate_file("itables/html/dt_bundle.js")))
    code = module.read_text(encoding="utf-8")
    # A browser takes no module from a folder on disk, where the book must work too, and the book's
    # security policy takes none from a data: address. So what it exports becomes an ordinary object.
    exports = re.findall(r"\bexport\{([\w$, ]+)\};", code)
    if len(exports) != 1:
        raise ReviewError(f"{module} does not have one export; see copy_libraries in assemble.py")
    pairs = (name.split(" as ") for name in exports[0].split(","))
    names = ", ".join(f'"{public}": {own}' for own, public in pairs)
    code = code.replace(f"export{{{exports[0]}}};", f"window.dataTablesLibrary = {{{names}}};")
    target.mkdir(parents=True, exist_ok=True)
    (target / "datatables.js").write_text(
        f'(function () {{\n"use strict";\n{code}\n}})();\n', encoding="utf-8"
    )
