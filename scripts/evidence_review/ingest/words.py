"""What a release is and what it would change, in words for the terminal."""

from collections.abc import Sequence

import pandas as pd

from evidence_review.analyse.table_changes import GONE, IS, WAS, TableChange
from evidence_review.ingest.release import Release, names_of
from evidence_review.show.what_changed.figures import revised_lines
from evidence_review.show.what_changed.sections import plain
from evidence_review.show.words import count, listing, year_ranges

LARGEST = 5  # revised figures that are named
NAMED = 10  # of anything else


def preview(release: Release) -> str:
    """All that a person should know before the tables are written."""
    parts = [_recognised(release), _changes(release), _tables(release), _remarks(release)]
    return "\n".join(plain(line) for part in parts for line in part)


def _recognised(release: Release) -> list[str]:
    file, report = release.file, release.report
    measures = _measures(release)
    lines = [
        f"{release.path.name} is the {release.format.words.removeprefix('the ')}.",
        f"  Goes by the id {file.file_id}",
        f"  Publisher: {file.publisher or 'not said'}",
        f"  Title: {file.title or 'not said'}",
        f"  Measures: {len(measures)} ({', '.join(measures)})",
        f"  Years: {year_ranges(sorted(release.read['year'].unique()))}",
        f"  Areas: {_areas(release)}",
        *report.lines(),
    ]
    if release.replaces:
        lines.append(f"  Takes the place of {listing(release.replaces)}")
    return lines


def _measures(release: Release) -> list[str]:
    names = release.found.names("indicators", "indicator_id", "short_name")
    return [names[one] for one in names if one in set(release.read["indicator_id"])]


def _areas(release: Release) -> str:
    levels = release.found.names("areas", "area_code", "level")
    held = pd.Series(release.read["area_code"].unique()).map(levels).value_counts()
    nouns = {
        "council": ("council", "councils"),
        "region": ("region", "regions"),
        "council type": ("type of council", "types of council"),
    }
    parts = [count(int(held[level]), *noun) for level, noun in nouns.items() if level in held]
    return listing([*parts, *(["England"] if "england" in held else [])])


def _changes(release: Release) -> list[str]:
    changes = release.changes
    lines = ["", "What it would change"]
    for year in sorted(changes.new_year["year"].unique()):
        part = changes.new_year[changes.new_year["year"].eq(year)]
        lines.append(f"  New year {year}: {_counted(part)}")
    if not len(changes.new_year):
        lines.append("  New years: none")
    if len(changes.filled):
        years = year_ranges(sorted(changes.filled["year"].unique()))
        lines.append(f"  New in years that had others: {_counted(changes.filled)}, {years}")
    lines += _revised(release)
    lines += _missing(release)
    if len(changes.remarked):
        lines.append(f"  Without a value as before, for another reason: {len(changes.remarked):,}")
    if release.begun:
        lines.append(
            f"  Councils with figures for the first time: {_named(release, release.begun)}"
        )
    if release.lost:
        lines.append(
            f"  Areas without a row in the file, which had figures: {_named(release, release.lost)};"
            f" {_what_stays(release)}"
        )
    for basis, codes in release.silent.items():
        lines.append(
            f"  Councils without any figure on {basis}: {_named(release, codes)}; where the publisher"
            " says why, add it to data/indicators/absences.csv"
        )
    if release.former:
        lines.append(
            f"  Former codes, kept under today’s: {_named(release, release.former)}",
        )
    return lines


def _what_stays(release: Release) -> str:
    if release.file.file_id in release.replaces:
        return "as a new issue of the same release it leaves them without any"
    return "those stay, and a new year is marked [x]"


def _revised(release: Release) -> list[str]:
    rows = release.changes.revised
    if not len(rows):
        return ["  Revised figures: none"]
    valued = rows[rows[f"{WAS}value"].ne(rows[f"{IS}value"])]
    beside = len(rows) - len(valued)
    more = f"; of {beside:,} only the interval, base or mark" if beside else ""
    lines = [f"  Revised figures: {_counted(rows)}{more}. The largest changes:"]
    lines += [f"    {line}" for line in revised_lines(release.found, rows.head(LARGEST))]
    if len(rows) > LARGEST:
        lines.append(f"    and {len(rows) - LARGEST:,} more; --csv FILE lists them all")
    return lines


def _missing(release: Release) -> list[str]:
    rows = release.changes.missing
    if not len(rows):
        return ["  Figures that go missing: none"]
    lines = [f"  Figures that go missing: {_counted(rows)}. By measure and year:"]
    names = release.found.names("indicators", "indicator_id", "name")
    held = rows.groupby(["indicator_id", "year"]).size()
    for (indicator, year), number in held.head(NAMED).items():
        lines.append(f"    {names.get(indicator, indicator)}, {year}: {number:,}")
    if len(held) > NAMED:
        lines.append("    and more; --csv FILE lists them all")
    return lines


def _counted(rows: pd.DataFrame) -> str:
    measures = rows["indicator_id"].nunique()
    return f"{count(len(rows), 'figure')} of {count(measures, 'measure')}"


def _named(release: Release, codes: Sequence[str]) -> str:
    names = names_of(release.found, codes)
    more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    return listing([*names[:NAMED], *more])


def _tables(release: Release) -> list[str]:
    """The tables that people keep, as far as they would change with the figures."""
    found = {one.name: one for one in release.found.tables}
    lines = []
    if "bases" in found:
        lines.append("  Bases that go on (data/indicators/bases.csv); see that they truly do:")
        rows = found["bases"].rows
        for row in rows.to_dict("records"):
            lines.append(f"    {row['basis_id']}: to {row[f'{IS}last_year']}")
    if "unavailable" in found:
        lines.append(
            "  Years without figures (data/indicators/unavailable.csv); give a better reason where you know one:"
        )
        lines += [f"    {line}" for line in _gap_lines(found["unavailable"])]
    return lines


def _gap_lines(change: TableChange) -> list[str]:
    lines = []
    for row in change.rows.to_dict("records"):
        side = IS if row["change"] != GONE else WAS
        years = {row["first_year"], row[f"{side}last_year"]}
        what = f"{row['indicator_id']} ({row['level']}), {' to '.join(sorted(years))}"
        if row["change"] == GONE:
            lines.append(f"{what}: this row goes")
        else:
            lines.append(f"{what}: {row[f'{IS}status']} {row[f'{IS}reason']}")
    return lines


def _remarks(release: Release) -> list[str]:
    if not release.remarks:
        return []
    lines = ["", f"What the publisher says of {listing(release.years)}"]
    return [*lines, *(f"  {one}" for one in release.remarks)]
