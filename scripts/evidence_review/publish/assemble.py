"""Putting the book together: pages written by hand, run notebooks, and the contents.

book/ is only read. Pages there are Markdown with computed inserts: `{{ pages.register(review) }}`
is replaced by what that function of `show.pages` returns.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from evidence_review import __version__
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import BOOK
from evidence_review.publish.plan import Run, all_runs
from evidence_review.read.contract import data_folder
from evidence_review.show import map_picture, pages

REGION_TEMPLATE = "councils/_region.md"


@dataclass(frozen=True)
class Region:
    """A region's page: its councils, by name."""

    code: str
    name: str
    page: str


def regions(review: Review) -> list[Region]:
    """The nine regions, by name."""
    found = review.councils[["region_code", "region"]].drop_duplicates().sort_values("region")
    return [
        Region(code, name, f"councils/region-{name.lower().replace(' ', '-')}")
        for code, name in found.itertuples(index=False)
    ]


def assemble(review: Review, runs_folder: Path, target: Path) -> list[Run]:
    """Fill `target` with the source of the book; return the runs that are in it.

    runs_folder: where `run_all` left the executed notebooks. Raises ReviewError when there is none.
    """
    published = [run for run in all_runs(review) if (runs_folder / f"{run.page}.ipynb").exists()]
    if not published:
        raise ReviewError(
            f"no notebook has been run yet ({runs_folder} is empty); use `review run`"
        )
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(BOOK, target, ignore=shutil.ignore_patterns("*.md", "_toc.yml"))
    for run in published:
        destination = target / f"{run.page}.ipynb"
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(runs_folder / f"{run.page}.ipynb", destination)
    in_book = {run.page for run in published}
    render_pages(review, in_book, target)
    contents = table_of_contents(review, published)
    (target / "_toc.yml").write_text(
        yaml.safe_dump(contents, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    copy_downloads(target / "_downloads_root" / "data")
    draw_map(review, target / "_downloads_root" / "downloads")
    return published


def render_pages(review: Review, published: Collection[str], target: Path) -> None:
    """Render every page of book/ and one page a region."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(BOOK),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    common = {"review": review, "pages": pages, "published": published, "version": __version__}
    for page in sorted(BOOK.rglob("*.md")):
        name = page.relative_to(BOOK).as_posix()
        if name != REGION_TEMPLATE:
            _render(environment, name, target / name, **common)
    for region in regions(review):
        _render(environment, REGION_TEMPLATE, target / f"{region.page}.md", region=region, **common)


def _render(environment: jinja2.Environment, name: str, path: Path, **values: Any) -> None:
    try:
        text = environment.get_template(name).render(**values)
    except jinja2.TemplateSyntaxError as error:
        raise ReviewError(f"book/{name}, line {error.lineno}: {error.message}") from error
    except jinja2.UndefinedError as error:
        raise ReviewError(f"book/{name}: {error.message}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def table_of_contents(review: Review, published: list[Run]) -> dict[str, Any]:
    """book/_toc.yml with the sources, the regions and their councils put in their places."""
    contents: dict[str, Any] = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    by_page = {run.page: run for run in published}

    def entry(page: str) -> dict[str, Any]:
        return {"file": page, "title": by_page[page].nav_title}

    sources = [entry(page) for page in by_page if page.startswith("sources/")]
    of_region = review.councils.sort_values("name").groupby("region_code")["slug"].agg(list)
    region_entries = []
    for region in regions(review):
        councils = [f"councils/{slug}" for slug in of_region[region.code]]
        sections = [entry(page) for page in councils if page in by_page]
        region_entries.append({"file": region.page, **({"sections": sections} if sections else {})})
    children = {"sources/index": sources, "councils/index": region_entries}
    for part in contents["parts"]:
        for chapter in part["chapters"]:
            if children.get(chapter["file"]):
                chapter["sections"] = children[chapter["file"]]
    return contents


def copy_downloads(target: Path) -> None:
    """Put the tables, with their contract, where the book offers them for download."""
    data = data_folder()
    for path in sorted(data.rglob("*")):
        if path.suffix in (".csv", ".json"):
            destination = target / path.relative_to(data)
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, destination)


def draw_map(review: Review, target: Path) -> None:
    """The gap map as a picture, for the home page, slides and print."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "gap-map.png").write_bytes(map_picture.as_png(review))
    (target / "gap-map.svg").write_bytes(map_picture.as_svg(review))
