"""Two states of the data, from a folder or from version control."""

import csv
import io
import json
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from evidence_review.analyse.table_changes import State
from evidence_review.errors import DataError, ReviewError
from evidence_review.paths import DATA
from evidence_review.publish.revision import git
from evidence_review.read.checksums import checksum
from evidence_review.read.contract import CONTRACT, data_folder

DATA_IN_PROJECT = "data"


@dataclass(frozen=True)
class Place:
    """Where a state of the data lies, and what a person calls it."""

    folder: Path
    name: str


def two_states(old: str, new: str | None) -> tuple[State, State]:
    """Both states, each a folder of tables or a tag, branch or commit of this checkout.

    new: the data of this checkout when it is None. Raises ReviewError for what is neither, and
    DataError for a contract or a table that cannot be read at all; whether the tables keep their
    contract is not asked.
    """
    with tempfile.TemporaryDirectory(prefix="evidence-review-") as room:
        before = _place(old, Path(room) / "old")
        after = _place(new, Path(room) / "new") if new is not None else _this_checkout()
        first = read_state(before)
        return first, read_state(after, twin=first)


def _this_checkout() -> Place:
    folder = data_folder()
    name = "the data of this checkout" if folder.resolve() == DATA else f"the folder {folder}"
    return Place(folder, name)


def _place(asked: str, room: Path) -> Place:
    """The folder or revision of this name. A folder that has a contract comes first."""
    folder = Path(asked).expanduser()
    if (folder / CONTRACT).is_file():
        return Place(folder, f"the folder {asked}")
    if commit := git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}"):
        return Place(_data_at(commit.decode().strip(), asked, room), _name(commit, asked))
    if folder.is_dir():
        inside = folder / DATA_IN_PROJECT
        remedy = (
            f"Did you mean {inside}?" if (inside / CONTRACT).is_file() else "Name one that has."
        )
        raise ReviewError(f"{asked}: this folder has no {CONTRACT}. {remedy}")
    raise ReviewError(
        f"{asked}: neither a folder nor a tag, branch or commit of this checkout. Expected a folder"
        f" that has {CONTRACT}, or a name that `git tag` or `git log` shows."
    )


def _name(commit: bytes, asked: str) -> str:
    full = commit.decode().strip()
    day = git("show", "--no-patch", "--format=%cs", full).decode().strip()
    known = f"commit {full[:10]} of {day}"
    return known if full.startswith(asked.lower()) else f"{asked} ({known})"


def _data_at(commit: str, asked: str, room: Path) -> Path:
    """The data folder of a commit, unpacked."""
    packed = git("archive", "--format=tar", commit, DATA_IN_PROJECT)
    if not packed:
        raise ReviewError(
            f"{asked}: this commit has no folder {DATA_IN_PROJECT}/. Name a later one."
        )
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(room, filter="data")
    folder = room / DATA_IN_PROJECT
    if not (folder / CONTRACT).is_file():
        raise ReviewError(f"{asked}: {DATA_IN_PROJECT}/ of this commit has no {CONTRACT}.")
    return folder


# --- Reading without holding to the contract ----------------------------------------------------


def read_state(place: Place, twin: State | None = None) -> State:
    """All tables of a folder as text, and the checksums of its files.

    twin: a state whose tables are taken over where the files are the same.
    """
    contract = _contract(place)
    files = [
        path
        for path in sorted(place.folder.rglob("*"))
        if path.is_file() and not _hidden(path.relative_to(place.folder))
    ]
    checksums = {path.relative_to(place.folder).as_posix(): checksum(path) for path in files}
    del checksums[CONTRACT]
    tables = {}
    for resource in contract["resources"]:
        name, path = resource["name"], resource["path"]
        if path not in checksums:
            continue
        held = twin and twin.resources.get(name)
        if twin and held and twin.checksums.get(held["path"]) == checksums[path]:
            tables[name] = twin.tables[name]
        else:
            tables[name] = _table(place, path)
    return State(place.name, tables, contract, checksums)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _contract(place: Place) -> dict[str, Any]:
    """The contract of a folder, as far as a comparison needs it."""
    where = f"{CONTRACT} of {place.name}"
    try:
        contract = json.loads((place.folder / CONTRACT).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{where}, row {error.lineno}: not valid JSON ({error.msg}).") from None
    except UnicodeDecodeError:
        raise DataError(f"{where}: not in UTF-8. Expected UTF-8.") from None
    try:
        tables = [(one["name"], one["path"], one["schema"]) for one in contract["resources"]]
        keys = [schema.get("primaryKey", "") for _, _, schema in tables]
        shaped = all(isinstance(word, str) for table in tables for word in table[:2])
        shaped &= all(isinstance(part, str) for key in keys for part in key)
    except (TypeError, KeyError, ValueError, AttributeError):
        shaped = False
    if not shaped:
        raise DataError(
            f"{where}: not a list of tables. Expected resources, each with name, path and schema."
        )
    if len({name for name, _, _ in tables}) < len(tables):
        raise DataError(f"{where}: two tables have the same name. Expected a name for each.")
    for _, path, _ in tables:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise DataError(f"{where}: {path} lies outside the folder. Expected a path inside it.")
    found: dict[str, Any] = contract
    return found


def _table(place: Place, path: str) -> pd.DataFrame:
    """A table as it stands in its file: all cells as text, blank for missing."""
    where = f"{path} of {place.name}"
    try:
        with (place.folder / path).open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
    except ValueError as error:
        said = "not in UTF-8" if isinstance(error, UnicodeDecodeError) else "an empty file"
        raise DataError(f"{where}: {said}. Expected a table with a header, in UTF-8.") from None
    except csv.Error as error:
        raise DataError(f"{where}: not a table ({error}). Expected CSV in UTF-8.") from None
    if len(set(header)) < len(header):
        raise DataError(
            f"{where}, row 1: two columns have the same name. Expected a name for each."
        )
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise DataError(
                f"{where}, row {number}: found {len(row)} cells. Expected {len(header)}, one for"
                " each column; is there a comma too many or too few?"
            )
    return pd.DataFrame(rows, columns=header, dtype="str")
