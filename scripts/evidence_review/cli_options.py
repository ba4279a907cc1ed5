"""Options that several commands share, and what was asked for with them."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence_review.paths import OWN, RUNS

if TYPE_CHECKING:
    from evidence_review.analyse.review import Review
    from evidence_review.publish.runs import Run

Command = Callable[..., None]
CONTROL = ("Cc", "Zl", "Zp")  # Unicode's categories of controls and of what ends a line

sample_option = click.option(
    "--sample", is_flag=True, help="Six councils that show every awkward case, not all 153."
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Notebooks to run at once (default: one a core).",
)


def _ordinary(_: click.Context, __: click.Parameter, chosen: bool) -> None:
    if chosen:
        from evidence_review.publish.warm import ORDINARY_KERNELS

        os.environ[ORDINARY_KERNELS] = "1"


kernels_option = click.option(
    "--ordinary-kernels",
    is_flag=True,
    expose_value=False,
    callback=_ordinary,
    help="Start a new Jupyter kernel for each notebook: slower, the same pages.",
)


class _OneLine(click.ParamType):
    """A text without control characters: errors quote it in one line, and no notebook needs them."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if any(unicodedata.category(letter) in CONTROL for letter in value):
            self.fail(f"{value!r} holds a line break or another control character", param, ctx)
        return value


ONE_LINE = _OneLine()
council_option = click.option(
    "--council",
    "councils",
    type=ONE_LINE,
    multiple=True,
    metavar="NAME",
    help="Only this council (or region, type of council, England); may be repeated.",
)
_BOOK_OPTIONS = (
    click.option(
        "--council",
        "councils",
        type=ONE_LINE,
        multiple=True,
        metavar="NAME",
        help="A book with the national pages and only this council, or the councils of this region"
        " or type; may be repeated.",
    ),
    click.option("--title", type=ONE_LINE, metavar="TITLE", default="", help="The book's title."),
)
_PAGE_OPTIONS = (
    council_option,
    click.option(
        "-p",
        "--parameter",
        "parameters",
        type=(ONE_LINE, ONE_LINE),
        multiple=True,
        metavar="NAME VALUE",
        help="A parameter of the council notebook, such as: -p first_year 2018-19.",
    ),
    click.option(
        "--own",
        "own_folder",
        type=ONE_LINE,
        metavar="FOLDER",
        help="The council's own evidence; see `review own`.",
    ),
    sample_option,
)


@dataclass(frozen=True)
class Asked:
    """The pages that somebody asked for. councils: none for all."""

    councils: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    sample: bool = False

    @property
    def own(self) -> bool:
        """Whether they are the analyst's own: with other years, say. The book holds the usual ones."""
        return bool(self.parameters)

    @property
    def folder(self) -> Path:
        """Where the pages go."""
        return OWN if self.own else RUNS

    def runs(self, review: "Review") -> "list[Run]":
        """Their runs. Raises ReviewError that names everything that is wrong."""
        from evidence_review.publish.plan import all_runs, council_runs, sample_runs

        if self.councils:
            return council_runs(review, self.councils, **dict(self.parameters))
        return sample_runs(review) if self.sample else all_runs(review)


def book_options(command: Command) -> Command:
    """Options for a council's, a region's or a partnership's own book: `councils` and `title`."""
    for option in reversed(_BOOK_OPTIONS):
        command = option(command)
    return command


def page_options(command: Command) -> Command:
    """Options that choose pages; the command gets them as one argument, `asked`."""

    @wraps(command)
    def with_asked(
        councils: tuple[str, ...],
        parameters: tuple[tuple[str, str], ...],
        own_folder: str | None,
        sample: bool,
        **others: Any,
    ) -> None:
        if councils and sample:
            raise click.UsageError("choose either --council or --sample")
        if parameters and not councils:
            raise click.UsageError("--parameter goes with --council")
        if own_folder is not None:
            if not own_folder.strip():
                raise click.UsageError("--own: name a folder")
            if len(councils) != 1:
                raise click.UsageError("--own goes with one --council, whose evidence it is")
            parameters = (*parameters, ("own_evidence", own_folder))
        names = [name for name, _ in parameters]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise click.UsageError(f"{', '.join(twice)} is given twice")
        command(asked=Asked(councils, parameters, sample), **others)

    decorated: Command = with_asked
    for option in reversed(_PAGE_OPTIONS):
        decorated = option(decorated)
    return decorated
