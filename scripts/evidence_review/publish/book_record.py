"""What the book in place was made from, so that it is made again only when that changed."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evidence_review.paths import BOOK, CONFIG, PACKAGE, ROOT
from evidence_review.publish.checks import inputs_of_page, published_pages
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.revision import revision
from evidence_review.publish.runs import Run, files_of_runs
from evidence_review.publish.site_address import site_address
from evidence_review.publish.whole_json import write_json
from evidence_review.read.checksums import checksum, digest
from evidence_review.read.citation import FILE as CITATION

NOT_IN_BOOK = "own_"  # what in publish makes an analyst's own pages
MAKERS = ("book_making.py", "book_sphinx.py", "book_extension.py", "book_contents.py", "theme.py")
TEMPLATES = "book_templates"


@dataclass(frozen=True)
class BookInputs:
    """All that a book is made from, name → checksum.

    maker: what lays out every page: the tools, their settings, the code here that drives them.
    pages: what the pages written by hand and computed are made from, tables and code included.
    runs: the executed notebooks and the files that go with them.
    provenance: the state of the project, and what each run was made from.
    """

    maker: dict[str, str]
    pages: dict[str, str]
    runs: dict[str, str]
    provenance: dict[str, str]


@dataclass(frozen=True)
class BookRecord:
    """What a book was made from, and the state of two folders when it was done; see `state_of`.

    made: the folder in which it was made. html: the folder in which it was put in place.
    """

    inputs: BookInputs
    made: str
    html: str


def inputs_of_book(published: Sequence[Run], runs_folder: Path, title: str = "") -> BookInputs:
    """What a book of these runs, under this title, would be made from now."""
    inputs = Inputs()
    here = Path(__file__).parent
    code = [path for path in _files(PACKAGE) if "__pycache__" not in path.parts]
    layout = [CONFIG, *map(here.joinpath, MAKERS), *_files(here / TEMPLATES)]
    return BookInputs(
        maker={**inputs.environment, **_checksums(layout), "title": title},
        pages={
            **inputs.environment,
            **inputs.of_data(),
            "title": title,
            **_checksums(
                path
                for path in code
                if path.parent != here or not path.name.startswith(NOT_IN_BOOK)
            ),
            **_checksums([CITATION, *_files(BOOK)]),
            **{f"title of {run.page}": run.nav_title for run in published},
            **{
                f"check of {one.page}": digest(repr((one.check, one.holds)).encode())
                for one in published_pages(published, runs_folder)
            },
        },
        runs={name: checksum(path) for name, path in files_of_runs(published, runs_folder).items()},
        provenance={
            "revision": repr(revision()),
            "address": site_address(),
            **{run.page: inputs_of_page(runs_folder, run) for run in published},
        },
    )


def read_record(place: Path) -> BookRecord | None:
    """The record; none when there is none, or it is damaged."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        return BookRecord(**{**found, "inputs": BookInputs(**found["inputs"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(place: Path, record: BookRecord) -> None:
    """Put the record in place, in one piece."""
    write_json(place, asdict(record))


def was_touched(html: Path) -> bool:
    """Whether files of the book in place changed since it was built; not when it is unknown."""
    record = read_record(html.with_name("book.json"))
    return record is not None and record.html != state_of(html)


def reasons(html: Path, published: Sequence[Run], runs_folder: Path) -> tuple[str, ...]:
    """Why a book of these runs would be laid out again, under the title of the one in place."""
    record = read_record(html.with_name("book.json"))
    if record is None:
        return ("it has not been laid out yet",)
    then = _all(record.inputs)
    now = _all(inputs_of_book(published, runs_folder, record.inputs.maker.get("title", "")))
    differ = [name for name in sorted(then | now) if then.get(name) != now.get(name)]
    touched = ["files in it were changed"] if was_touched(html) else []
    return (*(f"{name} changed" for name in differ), *touched)


def _all(inputs: BookInputs) -> dict[str, str]:
    parts: Iterator[dict[str, str]] = iter(asdict(inputs).values())
    return {name: value for part in parts for name, value in part.items()}


def state_of(folder: Path) -> str:
    """A checksum of the names, sizes and times of all files in a folder: whether any was touched."""
    lines = []
    for path in _files(folder):
        about = path.lstat()
        times = f"{about.st_mtime_ns} {about.st_ctime_ns}"  # the second cannot be set back
        lines.append(f"{path.relative_to(folder).as_posix()} {about.st_size} {times}")
    return digest("\n".join(sorted(lines)).encode())


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _checksums(paths: "Iterator[Path] | list[Path]") -> dict[str, str]:
    return {str(path.relative_to(ROOT)): checksum(path) for path in sorted(paths)}
