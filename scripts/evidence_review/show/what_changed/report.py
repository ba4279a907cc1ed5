"""The whole report, findings first."""

from markupsafe import Markup

from evidence_review.analyse.differences import Differences
from evidence_review.show.what_changed.evidence import map_section, sources_section
from evidence_review.show.what_changed.figures import figures_section
from evidence_review.show.what_changed.pages import pages_section
from evidence_review.show.what_changed.sections import (
    Section,
    as_html,
    as_lines,
    as_markdown,
    plain,
    prose,
)
from evidence_review.show.what_changed.tables import tables_section, unsealed
from evidence_review.show.words import count, sentence

TITLE = "What changed in the data"


def in_terminal(found: Differences, chapters: dict[str, str]) -> str:
    """The report as plain text; one line when nothing changed.

    chapters: place in the book → title, of those that read a table that changed.
    """
    if found.none:
        return plain(_same(found))
    sections = _sections(found, chapters)
    lead = [
        plain(f"{TITLE}: {_from_to(found)}"),
        *(f"  {plain(f'{one.title}: {one.finding}')}" for one in sections),
        *(f"  {plain(remark)}" for remark in unsealed(found)),
    ]
    blocks = [lead, *(as_lines(one) for one in sections if one.listings or one.remarks)]
    return "\n\n".join("\n".join(block) for block in blocks)


def page(found: Differences, chapters: dict[str, str]) -> str:
    """The report as a Markdown page at the top of the book. chapters: as for `in_terminal`."""
    blocks = [f"# {TITLE}\n"]
    if found.none:
        return "\n".join([*blocks, as_html(prose(_same(found)))])
    sections = _sections(found, chapters)
    points = [
        Markup("<strong>{}.</strong> {}").format(one.title, sentence(one.finding))
        for one in sections
    ]
    blocks.append(as_html(prose(f"{sentence(_from_to(found))}.", points=points)))
    if remarks := unsealed(found):
        blocks.append(as_html(prose(*remarks)))
    blocks += [as_markdown(one) for one in sections if one.listings or one.remarks]
    return "\n".join(blocks)


def _sections(found: Differences, chapters: dict[str, str]) -> list[Section]:
    return [
        map_section(found),
        sources_section(found),
        figures_section(found),
        tables_section(found),
        pages_section(found, chapters),
    ]


def _from_to(found: Differences) -> str:
    return f"from {found.old.name} to {found.new.name}"


def _same(found: Differences) -> str:
    tables = count(len(found.new.tables), "table")
    return f"No difference: {tables} and their contract are the same, {_from_to(found)}."
