"""The parts of the report: each says its finding, and lists what it rests on.

A list is given once as sentences, for the terminal, and once as the rows of a table, for a page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count

MOST_LINES = 20  # of one list, in the terminal
MOST_ROWS = 200  # of one list, on a page
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_STRANGE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Listing:
    """Things that changed. columns: key of a value in each row → heading.

    lines: one sentence for each row. total: how many there are, more than rows when these are cut.
    in_full: where the rest stands. all_lines: whether the terminal shows all lines too.
    """

    caption: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]] = field(repr=False)
    lines: Sequence[str] = field(repr=False)
    total: int
    in_full: str
    numeric: Sequence[str] = ()
    all_lines: bool = False


@dataclass(frozen=True)
class Section:
    """One part of the report. finding: one sentence, which stands at the top of the report.

    remarks: what to know of it, a paragraph each.
    """

    title: str
    finding: str | Markup
    listings: Sequence[Listing] = ()
    remarks: Sequence[str | Markup] = ()


def as_lines(section: Section) -> list[str]:
    """What a section rests on, for the terminal. Text from data cannot steer it."""
    lines = [section.title]
    for one in section.listings:
        shown = one.lines if one.all_lines else one.lines[:MOST_LINES]
        lines += [f"  {plain(one.caption)}:", *(f"    {plain(line)}" for line in shown)]
        if not one.all_lines and one.total > len(shown):
            lines.append(f"    and {one.total - len(shown):,} more; {one.in_full}")
    return [*lines, *(f"  {plain(remark)}" for remark in section.remarks)]


def as_markdown(section: Section) -> str:
    """The same for a page: a heading, and HTML in which everything from data is escaped."""
    blocks = []
    for one in section.listings:
        blocks.append(table(one.caption, one.columns, one.rows, one.numeric))
        if one.total > len(one.rows):
            blocks.append(prose(f"{count(one.total - len(one.rows), 'row')} more: {one.in_full}."))
    if section.remarks:
        blocks.append(prose(*section.remarks))
    return "\n".join([f"## {section.title}\n", *map(as_html, blocks)])


def prose(*paragraphs: str | Markup, points: Sequence[str | Markup] = ()) -> Html:
    """Paragraphs, and points below them."""
    return fragment("prose.html", paragraphs=paragraphs, points=points)


def as_html(block: Html) -> str:
    """HTML to stand in a page of the book, where braces would be an insert."""
    return _CONTROLS.sub(_STRANGE, str(block)).replace("{", "&#123;").replace("}", "&#125;")


def plain(text: str | Markup) -> str:
    """Text without markup, and without characters that steer a terminal."""
    words = Markup(text).striptags() if isinstance(text, Markup) else text
    return _CONTROLS.sub(_STRANGE, words.replace("\n", " "))
