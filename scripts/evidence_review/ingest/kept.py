"""Puts new tables in the place of old ones, whole or not at all, and keeps the old ones.

The old tables are copied aside first. An error, or Ctrl-C, while the new ones are moved into place
puts the old ones back. After a power cut a mark is left in the data folder: no command trusts the
tables then, and `review ingest --undo` puts the old ones back.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidence_review.errors import DataError, ReviewError
from evidence_review.paths import BUILD
from evidence_review.read.checksums import digest
from evidence_review.read.contract import CONTRACT, UNFINISHED, check_data, package
from evidence_review.read.years import is_year, review_years

# What an ingest may write; the other tables are never touched.
WRITTEN = (
    "areas.csv",
    "councils.csv",
    "indicators/figures.csv",
    "indicators/places.csv",
    "indicators/files.csv",
    "indicators/bases.csv",
    "indicators/unavailable.csv",
    CONTRACT,
)


def build_folder(data: Path) -> Path:
    """The folder of all that is made, beside the data folder; ignored by git."""
    return data.resolve().parent / BUILD.name


def kept_folder(data: Path) -> Path:
    """Where the tables that were replaced are kept, a folder for each time."""
    return build_folder(data) / "data-before"


def with_contract(
    contents: Mapping[str, bytes], data: Path, years: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """These tables, and the contract with their sizes and checksums.

    contents: path in the data folder → content. years: new years, which every column of years may
    hold from now on. Raises DataError when there is no contract.
    """
    descriptor: dict[str, Any] = json.loads(json.dumps(package(data)))
    known = review_years(data)
    every = sorted({*known, *years})
    if every != list(known):
        was, now = f"{known[0]} to {known[-1]}", f"{every[0]} to {every[-1]}"
        descriptor["description"] = descriptor["description"].replace(was, now)
    for resource in descriptor["resources"]:
        content = contents.get(resource["path"])
        if content is not None and "hash" in resource:
            resource["bytes"] = len(content)
            resource["hash"] = f"sha256:{digest(content)}"
        for field in resource["schema"]["fields"]:
            allowed = field.get("constraints", {}).get("enum", [])
            if allowed and all(map(is_year, allowed)):
                field["constraints"]["enum"] = sorted({*allowed, *years})
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    return {**contents, CONTRACT: text.encode()}


def copy_of(data: Path, folder: Path, contents: Mapping[str, bytes] | None = None) -> None:
    """Every table of the contract, and the contract, in another folder; `contents` in place of what
    the data folder has."""
    for name in [CONTRACT, *(resource["path"] for resource in package(data)["resources"])]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if contents and name in contents:
            target.write_bytes(contents[name])
        elif (data / name).is_file():
            shutil.copyfile(data / name, target)


def replace_tables(
    contents: Mapping[str, bytes], data: Path, years: tuple[str, ...] = ()
) -> Path | None:
    """Put new tables into the data folder; returns where the old ones are kept, None when nothing
    changed.

    Raises DataError, and changes nothing, when the tables would not keep their contract.
    """
    refuse_unfinished(data)
    full = with_contract(contents, data, years)
    with tempfile.TemporaryDirectory(prefix="evidence-review-") as room:
        copy_of(data, Path(room), full)
        check_data(Path(room))
    return _swap(full, data)


def undo(data: Path) -> tuple[Path, Path | None]:
    """Bring the tables back as they were before the last ingest, or before one that was cut off.

    Returns the folder that they were kept in, and where those that stood there are kept now (None
    when they were half-written). Raises ReviewError when nothing is kept.
    """
    mark = data / UNFINISHED
    if mark.is_file():
        kept = Path(mark.read_text(encoding="utf-8").strip())
        if not (kept / CONTRACT).is_file():
            raise ReviewError(
                f"{kept}: not there any more, and the tables are half-written. Restore data/ from"
                f" version control and remove {mark}."
            )
        _put_back(kept, data)
        _remove_leftovers(data)
        mark.unlink()
        return kept, None
    # A folder is named by its time, so the last by name is the newest.
    folders = sorted(path for path in kept_folder(data).glob("*") if (path / CONTRACT).is_file())
    if not folders:
        raise ReviewError(
            f"{kept_folder(data)}: nothing is kept there. Expected the tables from before an ingest;"
            " restore data/ from version control."
        )
    wanted = {
        name: (folders[-1] / name).read_bytes()
        for name in WRITTEN
        if (folders[-1] / name).is_file()
    }
    return folders[-1], _swap(wanted, data)


def refuse_unfinished(data: Path) -> None:
    """Raises DataError when an ingest was cut off here."""
    if (data / UNFINISHED).is_file():
        raise DataError(
            "data/: an ingest was cut off while it wrote. `review ingest --undo` brings the tables"
            " back as they were; then run the same command again."
        )


def _swap(contents: Mapping[str, bytes], data: Path) -> Path | None:
    changed = {
        name: content
        for name, content in contents.items()
        if not (data / name).is_file() or (data / name).read_bytes() != content
    }
    if not changed:
        return None
    _remove_leftovers(data)
    kept = _keep(data)
    with tempfile.TemporaryDirectory(dir=data, prefix=".ingest-") as aside:
        for number, content in enumerate(changed.values()):
            _write_through(Path(aside) / str(number), content)
        mark = data / UNFINISHED
        _write_through(mark, f"{kept}\n".encode())
        try:
            for number, name in enumerate(changed):
                (data / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(Path(aside) / str(number), data / name)
        except BaseException:
            _put_back(kept, data)
            mark.unlink()
            raise
        mark.unlink()
    return kept


def _keep(data: Path) -> Path:
    """A copy of all tables, which is there as a whole or not at all."""
    folder = kept_folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as room:
        inside = Path(room) / "tables"
        copy_of(data, inside)
        kept = folder / datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S-%f")
        os.replace(inside, kept)
    return kept


def _put_back(kept: Path, data: Path) -> None:
    for name in WRITTEN:
        if (kept / name).is_file():
            aside = data / f"{name}.back"
            shutil.copyfile(kept / name, aside)
            os.replace(aside, data / name)
        else:  # it was not there before
            (data / name).unlink(missing_ok=True)


def _remove_leftovers(data: Path) -> None:
    """What a process that was killed has left in the data folder, the mark aside."""
    for leftover in data.glob(".ingest-*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
