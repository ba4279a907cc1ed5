"""Every command and option, from the program itself."""

import inspect
import re
from collections.abc import Iterator

import click
from markupsafe import Markup

from evidence_review.show.html import table
from evidence_review.show.reference.marked import marked


def command_line(program: click.Group, name: str) -> str:
    """All commands of a program as Markdown, each with a heading, how to type it, what it does, and
    a table of its options. name: what people type for the program. The option for help, which all
    of them have, stands with the program only."""
    context = click.Context(program, info_name=name, **program.context_settings)
    return "\n".join(_part(context) for context in contexts(context))


def contexts(context: click.Context) -> Iterator[click.Context]:
    """A command and all that are below it, in the order in which the program defines them."""
    yield context
    if isinstance(context.command, click.Group):
        for name, command in context.command.commands.items():
            yield from contexts(click.Context(command, parent=context, info_name=name))


def _part(context: click.Context) -> str:
    name, command = context.command_path, context.command
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    said = inspect.cleandoc(command.help or "")
    rows = [
        {"option": Markup("<code>{}</code>").format(option), "meaning": marked(meaning)}
        for option, meaning in _options(context)
    ]
    part = f"## {name}\n\n```text\n{usage}\n```\n\n{_one_line_each(said)}\n\n"
    if rows:
        columns = {"option": "Option", "meaning": "What it does"}
        part += str(table(f"Options of {name}", columns, rows))
    return part


def _options(context: click.Context) -> Iterator[tuple[str, str]]:
    """Each option as people type it, with its help."""
    asks_for_help = context.command.get_help_option(context)
    for parameter in context.command.get_params(context):
        record = parameter.get_help_record(context)
        if record and not (context.parent and parameter == asks_for_help):
            yield record


def _one_line_each(text: str) -> str:
    """Paragraphs on one line each, as the pages of the book are written."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
