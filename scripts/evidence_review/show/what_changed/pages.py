"""Which pages of the book show something of their own that changed, in words."""

from collections.abc import Sequence

from markupsafe import Markup

from evidence_review.analyse.differences import Differences, touched
from evidence_review.show.what_changed.sections import Listing, Section
from evidence_review.show.words import count, listing

EVERY_PAGE = (
    "Every council’s page also shows the spread of all councils, so that other pages may shift a"
    " little. Pages written by hand take in their numbers anew at every build."
)
_CHAPTERS = "Chapters to be made again, as their code names a table that changed"
_MAPS = {"gap-map": "Gap map", "then-and-now": "Then and now"}
_NAMED = 12  # of one kind, in the terminal

Page = tuple[str, str]  # its place in the book, and what it is called


def pages_section(found: Differences, chapters: dict[str, str]) -> Section:
    """The pages, by kind. chapters: place in the book → title, of those that read a changed table."""
    own = touched(found)
    labels = found.names("sources", "source_id", "name")
    short = found.names("sources", "source_id", "abbreviation")
    kinds: dict[str, list[Page]] = {
        "Maps": list(_MAPS.items()) if own.cells else [],
        "Councils": [(one.page, one.name) for one in own.areas if one.level == "council"],
        "Wider areas": [(one.page, one.name) for one in own.areas if one.level != "council"],
        "Sources": [(f"sources/{one}", short.get(one) or labels[one]) for one in own.sources],
    }
    number = sum(map(len, kinds.values()))
    kinds[_CHAPTERS] = list(chapters.items())
    held = {kind: named for kind, named in kinds.items() if named}
    remarks = [EVERY_PAGE]
    if own.former:
        remarks.insert(0, f"Without a page of their own today: {_short(own.former)}.")
    finding = f"{count(number, 'page')} show something of their own that changed."
    if number < 2:
        finding = f"{'1' if number else 'No'} page shows something of its own that changed."
    if not held:
        return Section("Pages", finding, (), remarks)
    rows = [
        {"kind": kind, "number": len(named), "pages": _links(named)} for kind, named in held.items()
    ]
    lines = [
        f"{kind} ({len(named)}): {_short([title for _, title in named])}"
        for kind, named in held.items()
    ]
    columns = {"kind": "Kind", "number": "Pages", "pages": "Which"}
    every = Listing("Pages", columns, rows, lines, len(rows), "", ["number"], all_lines=True)
    return Section("Pages", finding, [every], remarks)


def _links(named: Sequence[Page]) -> Markup:
    """Links from a page at the top of the book."""
    return Markup(", ").join(
        Markup('<a href="{}.html">{}</a>').format(page, title) for page, title in named
    )


def _short(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return listing(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED:,} more"
