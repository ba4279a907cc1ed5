"""One page to make, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOWNLOADS = "downloads"  # folder of the files that go with pages
BESIDE = "_downloads_root"  # what lies beside the pages, as _config.yml names it


@dataclass(frozen=True)
class Run:
    """One notebook to execute. page: where it goes in the book, without its ending.

    files: makes the files to download with the page, from the parameters: name → content.
    remark: what whoever runs it should know of what it reads; blank for nothing.
    """

    page: str
    notebook: Path
    title: str
    nav_title: str
    parameters: dict[str, Any] = field(default_factory=dict)
    files: Callable[[dict[str, Any]], dict[str, bytes]] | None = None
    remark: str = ""

    @property
    def own_evidence(self) -> str:
        """The analyst's folder that it reads; blank for none."""
        return str(self.parameters.get("own_evidence", ""))


@dataclass(frozen=True)
class Made:
    """What a run made: the content of each file, by its place in the folder of the runs.

    The page itself comes first: it promises those that follow. own: the checksum of each table of
    the analyst's folder, as it was read.
    """

    page: str
    files: dict[str, bytes] = field(repr=False)
    own: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """A run that did not finish: which cell, and what went wrong in one line."""

    page: str
    cell: str
    error: str


def files_of(folder: Path, page: str) -> list[Path]:
    """The page's files that are there. Raises ValueError for a page outside the folder."""
    if ".." in Path(page).parts or Path(page).is_absolute():
        raise ValueError(f"page {page}: outside the folder of the runs")
    place = folder / DOWNLOADS / page
    made = [folder / f"{page}{ending}" for ending in (".ipynb", ".html")]
    return [file for file in [*made, *place.parent.glob(f"{place.name}.*")] if file.is_file()]


def files_of_runs(published: Sequence[Run], runs_folder: Path) -> dict[str, Path]:
    """What runs made: place in the book's source → file. The notebooks, and what goes with them."""
    found = {}
    for run in published:
        found[f"{run.page}.ipynb"] = runs_folder / f"{run.page}.ipynb"
        place = runs_folder / DOWNLOADS / run.page
        for made in sorted(place.parent.glob(f"{place.name}.*")):
            found[f"{BESIDE}/{made.relative_to(runs_folder).as_posix()}"] = made
    return found
