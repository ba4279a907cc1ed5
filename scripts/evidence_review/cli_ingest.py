"""`review ingest`: take in a new release of official figures, or make all tables anew."""

# Heavy imports stay inside the command, so that `review --help` answers at once.
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence_review.cli_work import alone, place, refuse_unwritable

if TYPE_CHECKING:
    from evidence_review.ingest.release import Release

NEXT = "`review build` makes the pages again, and `review diff {}` says all that changed."


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Take FILE in; without it nothing is written.")
@click.option(
    "--csv",
    "csv_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also write every figure that is new, revised or missing as CSV: was and is.",
)
@click.option("--year", default="", metavar="YEAR", help="Of a file that does not say: 2021-22.")
@click.option("--publisher", default="", metavar="NAME", help="Default: as of the last release.")
@click.option("--title", default="", metavar="TEXT", help="Default: as the file says.")
@click.option("--published", type=int, metavar="YEAR", help="The year in which it was published.")
@click.option("--licence", default="", metavar="NAME", help="Its licence, such as “OGL v3”.")
@click.option("--found", default="", metavar="WHERE", help="Where you found the file: its address.")
@click.option("--note", default="", metavar="TEXT", help="Default: as of the last release.")
@click.option(
    "--from",
    "raw",
    metavar="FOLDER",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Make all tables anew from a folder with every file of data/indicators/files.csv.",
)
@click.option("--undo", "back", is_flag=True, help="Bring back the tables as they were before.")
def ingest(
    file: Path | None,
    write: bool,
    csv_file: Path | None,
    raw: Path | None,
    back: bool,
    **said: str | int | None,
) -> None:
    """Take in a new release of official figures.

    FILE is the publisher's own file. Its content tells what it is. The command says what it would
    change, and writes only with --write. The tables that it replaces are kept, and --undo brings
    them back.
    """
    if [file is not None, raw is not None, back].count(True) != 1:
        raise click.UsageError("give one of FILE, --from FOLDER and --undo")
    if file is None and (write or csv_file or any(said.values())):
        raise click.UsageError("the other options go with FILE only")
    if file is not None:
        _one(file, write, csv_file, said)
    elif raw is not None:
        _all(raw)
    else:
        _undo()


def _one(file: Path, write: bool, csv_file: Path | None, said: dict[str, str | int | None]) -> None:
    from evidence_review.ingest.kept import build_folder
    from evidence_review.ingest.release import Said, open_release, take_in
    from evidence_review.ingest.words import preview
    from evidence_review.read.contract import data_folder
    from evidence_review.read.raw_files import RawFile
    from evidence_review.show.what_changed import figures_csv

    if csv_file:
        refuse_unwritable(csv_file)
    if csv_file and csv_file.resolve() == file.resolve():
        raise click.UsageError("--csv names the file that is taken in")
    said["origin"] = said.pop("found")
    data = data_folder()
    with alone(build_folder(data)):
        release = open_release(file, data, Said(**said))  # type: ignore[arg-type]
        if isinstance(release, RawFile):
            click.echo(f"{file.name} is {release.file_id}, which the tables hold already.")
            return
        click.echo(preview(release))
        if csv_file:
            csv_file.write_bytes(figures_csv(release.found))
            click.echo(f"\nEvery figure that changes is in {csv_file}")
        if not write:
            click.echo(f"\n{_how_to_write(release)}")
            return
        kept = take_in(release, data)
    click.echo(
        f"\nTaken in as {release.file.file_id}. Keep {file}: `review ingest --from` needs it."
    )
    if kept:
        click.echo(
            f"The tables as they were are in {place(kept)}; `review ingest --undo` brings them back."
        )
        click.echo(NEXT.format(place(kept)))


def _how_to_write(release: "Release") -> str:
    lines = ["Nothing is written yet.", *release.in_the_way]
    missing = "".join(f" {option}" for option in release.not_said)
    lines.append(f"To take it in, run the same command with{missing} --write")
    return "\n".join(lines)


def _all(raw: Path) -> None:
    from evidence_review.ingest.kept import build_folder
    from evidence_review.ingest.rebuild import ingest as ingest_files
    from evidence_review.read.contract import data_folder

    data = data_folder()
    with alone(build_folder(data)):
        click.echo(str(ingest_files(raw, data)))


def _undo() -> None:
    from evidence_review.ingest.kept import build_folder, undo
    from evidence_review.read.contract import data_folder

    data = data_folder()
    with alone(build_folder(data)):
        kept, aside = undo(data)
    click.echo(f"The tables are again as they are in {place(kept)}")
    if aside:
        click.echo(
            f"Those that stood there are kept in {place(aside)}; --undo once more brings them back."
        )
