"""Every table and file that changed, in words, so that nothing changes unseen."""

from evidence_review.analyse.differences import Differences
from evidence_review.analyse.table_changes import CHANGED, GONE, NEW, TableChange
from evidence_review.show.what_changed.evidence import IN_PAGE
from evidence_review.show.what_changed.sections import Listing, Section
from evidence_review.show.words import count, listing, sentence

_ROWS_NAMED = 5  # by their key, of each table and change


def tables_section(found: Differences) -> Section:
    """How many rows of each table came, went or changed, and which columns."""
    remarks = []
    if found.contract:
        remarks.append("The contract says something else of the data as a whole (its title, say).")
    if not found.tables:
        return Section("Tables", "No table changed.", _files(found), remarks)
    rows, lines = [], []
    for one in found.tables:
        rows.append(
            {
                "table": f"{one.name} ({one.path})",
                **{change: one.count(change) for change in (NEW, GONE, CHANGED)},
                "columns": ", ".join(one.columns_changed) or "none",
                "rows": _named(one) or "[z]",
                "remarks": " ".join(_remarks(one)) or "none",
            }
        )
        said = [
            f"{count(one.count(change), 'row')} {change}{f': {named}' if named else ''}"
            for change in (NEW, GONE, CHANGED)
            if one.count(change)
            for named in [_keys(one, change)]
        ]
        if one.columns_changed:
            noun = "column" if len(one.columns_changed) == 1 else "columns"
            said.append(f"{noun} with changes: {listing(one.columns_changed)}")
        parts = [f"{sentence('; '.join(said))}."] if said else []
        lines.append(f"{one.name} ({one.path}). {' '.join([*parts, *_remarks(one)])}")
    columns = {
        "table": "Table",
        NEW: "Rows new",
        GONE: "Rows gone",
        CHANGED: "Rows changed",
        "columns": "Columns with changes",
        "rows": "Which, where they are few",
        "remarks": "Remarks",
    }
    every = Listing(
        "All tables that changed, those above among them",
        columns,
        rows,
        lines,
        len(rows),
        "",
        numeric=[NEW, GONE, CHANGED],
        all_lines=True,
    )
    changed = f"{count(len(rows), 'table')} of {len(found.new.resources)} changed."
    return Section("Tables", changed, [every, *_files(found)], remarks)


def unsealed(found: Differences) -> list[str]:
    """A sentence for each state with tables that are not as their checksum says."""
    said = []
    for state in (found.old, found.new):
        if paths := state.unsealed:
            is_or_are, it = ("is", "it") if len(paths) == 1 else ("are", "them")
            said.append(
                f"Take care: {listing(paths)} of {state.name} {is_or_are} not as the checksum in the"
                f" contract there says. Somebody changed {it} later."
            )
    return said


def _named(one: TableChange) -> str:
    held = {change: _keys(one, change) for change in (NEW, GONE, CHANGED)}
    return "; ".join(f"{change}: {keys}" for change, keys in held.items() if keys)


def _keys(one: TableChange, change: str) -> str:
    """The keys of the rows that came, went or changed; blank where they are many."""
    rows = one.rows[one.rows["change"].eq(change)]
    if not one.key or len(rows) > _ROWS_NAMED:
        return ""
    return listing([" / ".join(filter(None, row)) for row in rows[list(one.key)].values.tolist()])


def _remarks(one: TableChange) -> list[str]:
    said = []
    if one.lacks:
        said.append(f"Not there in {listing(one.lacks)}, where it is taken for empty.")
    for columns, word in ((one.columns_new, "New"), (one.columns_gone, "Gone")):
        if columns:
            said.append(
                f"{word} {'column' if len(columns) == 1 else 'columns'}: {listing(columns)}."
            )
    if one.described:
        said.append("The contract describes it otherwise.")
    if one.rewritten:
        said.append("The same rows, written otherwise (order, line ends or quotes).")
    return said


def _files(found: Differences) -> list[Listing]:
    if not found.files:
        return []
    return [
        Listing(
            "Other files in the folder, which the contract does not list",
            {"file": "File", "change": "Change"},
            [{"file": path, "change": change} for path, change in found.files.items()],
            [f"{path}: {change}" for path, change in found.files.items()],
            len(found.files),
            IN_PAGE,
        )
    ]
