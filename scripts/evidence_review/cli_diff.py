"""`review diff`: what changed between two states of the data."""

# Heavy imports stay inside the command, so that `review --help` answers at once.
from pathlib import Path

import click

from evidence_review.cli_work import refuse_unwritable


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--csv",
    "csv_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also write every figure that changed as CSV: what it was and what it is.",
)
@click.option(
    "--page",
    "page_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also write the report as a Markdown page with tables.",
)
def diff(old: str, new: str | None, csv_file: Path | None, page_file: Path | None) -> None:
    """Say what changed in the data: cells of the gap map, sources, figures, tables and pages.

    OLD and NEW are each a folder of tables like data/, or a tag, branch or commit of this checkout;
    NEW is the data of this checkout unless given. The tables need not keep their contract, so that
    an altered value can be found.
    """
    from evidence_review.analyse.differences import differences
    from evidence_review.publish.data_states import two_states
    from evidence_review.publish.plan import CHAPTERS, chapters_reading
    from evidence_review.show.what_changed import figures_csv, in_terminal, page

    if csv_file and page_file and csv_file.resolve() == page_file.resolve():
        raise click.UsageError("--csv and --page name the same file")
    for file in filter(None, (csv_file, page_file)):
        refuse_unwritable(file)
    found = differences(*two_states(old, new))
    reading = chapters_reading([one.path for one in found.tables])
    chapters = {f"figures/{name}": CHAPTERS[name] for name in reading}
    click.echo(in_terminal(found, chapters))
    if csv_file:
        csv_file.write_bytes(figures_csv(found))
        click.echo(f"\nEvery figure that changed is in {csv_file}")
    if page_file:
        page_file.write_text(page(found, chapters), encoding="utf-8")
        click.echo(f"\nThe report as a page is in {page_file}")
