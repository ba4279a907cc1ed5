"""A new release of a publisher's figures: what it is, what it would change, and taking it in."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from evidence_review.analyse.differences import Differences, differences
from evidence_review.analyse.figure_changes import RESTATED
from evidence_review.analyse.release import (
    NO_FILE,
    NOT_IN_FILE,
    ReleaseChanges,
    explained,
    extended_bases,
    gaps,
    lost_areas,
    release_changes,
    silent_councils,
)
from evidence_review.errors import DataError, ReviewError
from evidence_review.ingest.kept import refuse_unfinished, replace_tables
from evidence_review.ingest.rebuild import FileReport
from evidence_review.ingest.tables import combine, held_readings, to_csv
from evidence_review.publish.data_states import Place, read_state
from evidence_review.read.areas import RECODE
from evidence_review.read.checksums import checksum, digest
from evidence_review.read.contract import check_unaltered, load_table, package
from evidence_review.read.figures import Reading
from evidence_review.read.formats import Format, recognise
from evidence_review.read.raw_files import RawFile, files_table, kind_of, raw_files
from evidence_review.read.years import is_year, review_years, years_between

# What must be said of a release that its file does not say: field of files.csv → option.
ASKED = {
    "publisher": "--publisher NAME",
    "title": "--title TEXT",
    "published": "--published YEAR",
    "licence": "--licence NAME",
    "origin": "--found WHERE",
    "note": "--note TEXT",
}


@dataclass(frozen=True)
class Said:
    """What a person says of a release; blank, or None, for what they leave out."""

    year: str = ""
    publisher: str = ""
    title: str = ""
    published: int | None = None
    licence: str = ""
    origin: str = ""
    note: str = ""


@dataclass(frozen=True)
class Release:
    """A release, and all that it would change.

    file: what files.csv would say of it; None and blanks for what nobody has said. read: the codes,
    years and measures of the file. report: what became of its rows. replaces: files that the tables
    no longer rest on. lost, begun: codes of areas without a row in the file, and of councils without
    a figure before. former: codes in the file that stand for one of today's. remarks: what the
    publisher says of the new years. silent: for each basis of the new years, by its short name, the
    councils that have no figure on it though others do. tables: path in the data folder → new
    content. years: those that the tables did not have. in_the_way: why it cannot be written as it is.
    """

    path: Path
    format: Format
    file: RawFile
    read: pd.DataFrame = field(repr=False)
    report: FileReport
    replaces: tuple[str, ...]
    changes: ReleaseChanges
    found: Differences = field(repr=False)
    lost: tuple[str, ...]
    begun: tuple[str, ...]
    former: tuple[str, ...]
    remarks: tuple[str, ...]
    silent: dict[str, list[str]]
    tables: dict[str, bytes] = field(repr=False)
    years: tuple[str, ...]
    in_the_way: tuple[str, ...]

    @property
    def not_said(self) -> list[str]:
        """The options for what is still to be said before it can be written."""
        return [option for name, option in ASKED.items() if not getattr(self.file, name)]


def open_release(path: Path, data: Path, said: Said) -> Release | RawFile:
    """Read a new release and work out what it would change. Nothing is written.

    Returns the row of files.csv when the tables hold this very file already. Raises DataError, in
    one line, for a file that is not recognised, is damaged, or holds what no reader knows.
    """
    refuse_unfinished(data)
    # A figure that was altered by hand would come out of this with a new checksum.
    check_unaltered(data)
    form = recognise(path)
    if form.read is None:
        raise DataError(
            f"{path.name}: this is {form.words}, of which the councils table is made together with"
            " two others. Put it into the folder of raw files, and run `review ingest --from FOLDER`."
        )
    listed, sha256 = raw_files(data), checksum(path)
    for row in listed:
        if row.sha256 == sha256:
            return row
    reading = _read(path, form, said)
    file = _described(path, form, reading, listed, said, sha256)
    read = reading.figures[["indicator_id", "area_code", "year", "group"]]
    today = read.assign(area_code=read["area_code"].replace(RECODE))
    areas, before = load_table("areas", data), load_table("figures", data)
    combined = combine([reading], areas, [*listed, file], held_readings(data, but=file.file_id))
    figures = combined.figures
    gone = set(before["file_id"]) - set(figures["file_id"])
    known = review_years(data)
    every = years_between(known[0], max(*known, *figures["year"]))
    bases, unavailable = (load_table(name, data) for name in ("bases", "unavailable"))
    tables = {
        "indicators/figures.csv": figures,
        "indicators/places.csv": combined.places,
        "indicators/files.csv": _files(listed, file, gone),
        "indicators/bases.csv": extended_bases(bases, figures),
        "indicators/unavailable.csv": explained(
            unavailable,
            gaps(figures, areas, load_table("indicators", data)["indicator_id"], every),
            known,
            _reasons(data, read),
        ),
    }
    contents = {name: to_csv(table) for name, table in tables.items()}
    found = _differences(data, contents)
    councils = set(areas.loc[areas["level"] == "council", "area_code"])
    valued = set(before.loc[before["value"].notna(), "area_code"])
    new_years = tuple(year for year in every if year not in known)
    return Release(
        path=path,
        format=form,
        file=file,
        read=today,
        report=FileReport.of(reading),
        replaces=tuple(
            sorted(gone | {row.file_id for row in listed if row.file_id == file.file_id})
        ),
        changes=release_changes(found.figures, set(before["year"])),
        found=found,
        lost=tuple(lost_areas(before, today)),
        begun=tuple(sorted((set(today["area_code"]) & councils) - valued)),
        former=tuple(sorted(set(read["area_code"]) & set(RECODE))),
        remarks=tuple(form.about(path, new_years)[1]),
        silent=silent_councils(figures[figures["year"].isin(new_years)], bases, councils),
        tables=contents,
        years=new_years,
        in_the_way=(*_without_a_basis(bases, figures), *_without_a_use(path, file, figures)),
    )


def take_in(release: Release, data: Path) -> Path | None:
    """Write the tables of a release; returns where the old ones are kept.

    Raises ReviewError, and writes nothing, when something is still to be said or stands in the way,
    and DataError when the tables would not keep their contract.
    """
    problems = list(release.in_the_way)
    if release.not_said:
        problems.append(
            f"{release.path.name}: not written, as the file does not say everything that"
            f" data/indicators/files.csv records. Say it: {', '.join(release.not_said)}."
        )
    if problems:
        raise ReviewError("\n".join(problems))
    return replace_tables(release.tables, data, release.years)


def _read(path: Path, form: Format, said: Said) -> Reading:
    """The file, under the id that it gets."""
    assert form.read is not None
    if form.asks_year and not is_year(said.year):
        given = f"“{said.year}” is not one such as 2021-22. " if said.year else ""
        raise ReviewError(
            f"{path.name}: the file does not say of which year it is. {given}Expected the financial"
            " year of its figures; say it: --year 2021-22."
        )
    if said.year and not form.asks_year:
        raise ReviewError(f"{path.name}: the file says its years itself. Leave out --year.")
    reading = form.read(path, form.kind, said.year)
    reading.file_id = form.file_id(set(reading.figures["year"]))
    reading.figures = reading.figures.assign(file_id=reading.file_id)
    return reading


def _described(
    path: Path,
    form: Format,
    reading: Reading,
    listed: list[RawFile],
    said: Said,
    sha256: str,
) -> RawFile:
    """The row of files.csv, from what a person says, what the file says, and the release before."""
    earlier = [row for row in listed if row.kind == kind_of(reading.file_id)]
    last = max(earlier, key=lambda row: (row.published or 0, row.file_id), default=None)
    newest = reading.figures["year"].max()
    if said.published is not None and said.published <= int(newest[:4]):
        raise ReviewError(
            f"--published {said.published}: the file has figures of {newest}. Expected the year in"
            f" which it was published, {int(newest[:4]) + 1} or later."
        )
    for row in listed:
        if row.file == path.name and row.file_id != reading.file_id:
            raise ReviewError(
                f"{path.name}: data/indicators/files.csv has another file of this name,"
                f" {row.file_id}. Expected a name of its own; rename the file."
            )
    return RawFile(
        file_id=reading.file_id,
        file=path.name,
        publisher=said.publisher or (last.publisher if last else ""),
        title=said.title or form.about(path, ())[0],
        published=said.published,
        licence=said.licence,
        sha256=sha256,
        origin=said.origin,
        note=said.note or (last.note if last else ""),
    )


def _files(listed: list[RawFile], file: RawFile, gone: set[str]) -> pd.DataFrame:
    kept = [row for row in listed if row.file_id not in {*gone, file.file_id}]
    return files_table([*kept, file])


def _reasons(data: Path, read: pd.DataFrame) -> dict[str, str]:
    """For each indicator, what can be said of a year that has no figure of it."""
    ours = set(read["indicator_id"])
    return {
        one: NOT_IN_FILE.format(read["year"].max()) if one in ours else NO_FILE
        for one in load_table("indicators", data)["indicator_id"]
    }


def _without_a_basis(bases: pd.DataFrame, figures: pd.DataFrame) -> list[str]:
    lacking = figures[~figures["basis_id"].isin(bases["basis_id"])]
    return [
        f"data/indicators/bases.csv: no row of the basis “{basis}”, on which"
        f" {', '.join(sorted(part['indicator_id'].unique()))} stand from {part['year'].min()}."
        " Expected what they rest on, and whether they can be compared with earlier years; add the"
        " row and run the same command again."
        for basis, part in lacking.groupby("basis_id")
    ]


def _without_a_use(path: Path, file: RawFile, figures: pd.DataFrame) -> list[str]:
    if figures["file_id"].eq(file.file_id).any():
        return []
    return [
        f"{path.name}: the tables have all its figures from later releases. Expected a newer file."
    ]


def _differences(data: Path, contents: dict[str, bytes]) -> Differences:
    """Between the tables as they are and as they would be."""
    old = read_state(Place(data, "the tables as they are"))
    paths = {resource["path"]: resource["name"] for resource in package(data)["resources"]}
    tables = {
        paths[name]: _as_text(content)
        for name, content in contents.items()
        if name != "indicators/places.csv"
    }
    sums = {name: digest(content) for name, content in contents.items() if paths[name] in tables}
    new = replace(
        old,
        name="the tables with the release",
        tables={**old.tables, **tables},
        checksums={**old.checksums, **sums},
    )
    found = differences(old, new)
    kept = found.figures[found.figures["change"].ne(RESTATED)].reset_index(drop=True)
    return replace(found, figures=kept)


def _as_text(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)


def names_of(found: Differences, codes: Sequence[str]) -> list[str]:
    """Areas by name and code."""
    known = found.names("areas", "area_code", "name")
    return [f"{known.get(code, code)} ({code})" for code in codes]
