"""What each page in a folder of runs was made from, so that it is made again only when that changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_review.publish.inputs import OWN, Inputs, of_own
from evidence_review.publish.runs import Made, Run, files_of
from evidence_review.publish.whole_json import write_json
from evidence_review.read.checksums import checksum, digest
from evidence_review.show.words import count


@dataclass(frozen=True)
class Record:
    """What a page was made from, and its files. inputs, files: name → checksum."""

    inputs: dict[str, str]
    files: dict[str, str]


@dataclass(frozen=True)
class Records:
    """The records of the pages in `folder`; each is a file beside that folder.

    as_pages: whether the runs make an HTML file each as well.
    """

    folder: Path
    inputs: Inputs
    as_pages: bool = False

    def place(self, page: str) -> Path:
        """Where the record of a page lies."""
        return place_of_record(self.folder, page)

    def inputs_of(self, run: Run) -> Mapping[str, str]:
        """What the run's page would be made from now; see `Inputs.of`."""
        return self.inputs.of(run, self.as_pages)

    def reasons(self, run: Run) -> tuple[str, ...]:
        """Why the page has to be made, each in a few words; none when it is up to date."""
        return (*self.changes(run), *(f"the page's file {one}" for one in self.touched(run)))

    def changes(self, run: Run) -> tuple[str, ...]:
        """How what the page would be made from differs from what it was made from."""
        record = read_record(self.folder, run.page)
        if record is None:
            return ("it has not been made yet",)
        then, now = record.inputs, self.inputs_of(run)
        return (
            *(f"{name} changed" for name in now if name in then and now[name] != then[name]),
            *(f"{name} is new" for name in now if name not in then),
            *(f"{name} is no longer used" for name in then if name not in now),
        )

    def touched(self, run: Run) -> tuple[str, ...]:
        """What became of the page's files since it was made: "councils/camden.csv was changed"."""
        record = read_record(self.folder, run.page)
        if record is None:
            return ()
        there = {
            path.relative_to(self.folder).as_posix() for path in files_of(self.folder, run.page)
        }
        return (
            *(f"{name} is gone" for name in sorted(record.files.keys() - there)),
            *(f"{name} is not one of it" for name in sorted(there - record.files.keys())),
            *(
                f"{name} was changed"
                for name in sorted(there & record.files.keys())
                if checksum(self.folder / name) != record.files[name]
            ),
        )


def place_of_record(folder: Path, page: str) -> Path:
    """Where the record of a page lies. folder: of the runs."""
    return folder.with_name(f"{folder.name}-records") / f"{page}.json"


def read_record(folder: Path, page: str) -> Record | None:
    """The record of a page; none when there is none, or its file is damaged."""
    try:
        found = json.loads(place_of_record(folder, page).read_text(encoding="utf-8"))
        return Record(dict(found["inputs"]), dict(found["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(place: Path, made: Made, inputs: Mapping[str, str]) -> None:
    """Say what a page was made from. Only when all its files are in place: that is what it promises.

    inputs: when the command began; an analyst's folder may have been changed since and put back.
    """
    read = {name: content for name, content in inputs.items() if not name.startswith(OWN)}
    files = {name: digest(content) for name, content in made.files.items()}
    write_json(place, {"inputs": read | of_own(made.own), "files": files})


NAMED = 3  # pages, or reasons, said by name; the rest are counted


def summary(reasons: Mapping[str, Sequence[str]]) -> str:
    """Which pages have to be made and why, in lines for a person. reasons: of each page, none when
    it is up to date; see `Records.reasons`."""
    due = {page: tuple(said) for page, said in reasons.items() if said}
    kept = len(reasons) - len(due)
    lines = [f"{count(len(due), 'page')} would be made; {kept} of {len(reasons)} up to date."]
    for said in dict.fromkeys(due.values()):
        pages = [page for page, theirs in due.items() if theirs == said]
        lines += ["", f"{len(pages)} because {some(said)}:", f"  {some(pages)}"]
    return "\n".join(lines)


def some(names: Sequence[str]) -> str:
    """The first few by name, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
