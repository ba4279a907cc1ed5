"""Rules of the data contract that reach across columns and tables: what the tables must say, where
types, patterns and keys alone let a wrong table through.

`figure_checks` and `unlike_areas` hold an invented council's files too; `RULES` are all of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import pandas as pd

from evidence_review.read.measures import BY_ID, basis_of
from evidence_review.read.texts import shown

Tables = dict[str, pd.DataFrame]
Problem = tuple[str, int | None, str, str]  # table, row, column, what is wrong and what to do

COUNCILS = 153
MOST = 100  # problems said of one table in full; the rest are counted
MISSING = frozenset({"[x]", "[c]", "[z]", "[w]"})
AREA_COLUMNS = (
    ("region_code", "region", "region"),
    ("council_type_code", "council_type", "council type"),
)
_CELL = ["source_id", "element_id", "frame_id"]
_DATES = (("sources_today", "as_of"), ("sources_today", "evidence_date"),
          ("new_sources", "evidence_date"))  # fmt: skip


# --- Figures and councils, invented ones included ----------------------------------------------


def figure_checks(figures: pd.DataFrame, bases: pd.DataFrame) -> list[tuple[str, pd.Series, str]]:
    """What must hold of each figure by itself: column, the rows that are wrong, what to say.

    figures: data/indicators/figures.csv. bases: data/indicators/bases.csv. An indicator or a basis
    that no table knows is passed over.
    """
    value, lower, upper = figures["value"], figures["lower"], figures["upper"]
    marked = figures["status"].isin(MISSING)
    year, indicator = figures["year"], figures["indicator_id"]
    spans = bases.set_index("basis_id")
    least, most = (
        indicator.map({name: measure.scale[end] for name, measure in BY_ID.items()})
        for end in (0, 1)
    )
    scale = "outside the scale of the measure. Expected a share from 0 to 100, a score on its scale"
    return [
        ("status", value.isna() & ~marked,
         "a figure without a value says why. Expected [x], [c], [z] or [w]"),
        ("status", value.notna() & marked,
         "there is a value, so it is not missing. Expected blank or [u], or no value"),
        ("lower", value.isna() & (lower.notna() | upper.notna()),
         "limits without a value. Expected them blank"),
        ("upper", lower.isna() != upper.isna(),
         "one limit without the other. Expected both or neither"),
        ("lower", lower > value, "the lower limit is above the value. Expected it at or below"),
        ("upper", upper < value, "the upper limit is below the value. Expected it at or above"),
        *((column, (figures[column] < least) | (figures[column] > most), scale)
          for column in ("value", "lower", "upper")),
        ("base", (figures["base"] == 0).fillna(False).astype(bool) & value.notna(),
         "a value of nobody. Expected a base of 1 or more, or a blank one"),
        ("numerator", (figures["numerator"] > figures["base"]).fillna(False).astype(bool),
         "the numerator is above the base. Expected it at or below"),
        ("basis_id", (year < figures["basis_id"].map(spans["first_year"]))
         | (year > figures["basis_id"].map(spans["last_year"])),
         "the year lies outside this basis, by data/indicators/bases.csv. Expected one that holds"
         " it"),
        ("basis_id", _other_basis(figures),
         "figures of this indicator and year rest on another basis. Expected the one that they have"
         " in data/indicators/figures.csv"),
    ]  # fmt: skip


def _other_basis(figures: pd.DataFrame) -> pd.Series:
    """Which figures stand on a basis that their indicator does not have in their year."""
    columns = ["indicator_id", "year", "basis_id"]
    wrong = {
        (indicator, year, basis)
        for indicator, year, basis in figures[columns].drop_duplicates().itertuples(index=False)
        if indicator in BY_ID and basis_of(indicator, year) != basis
    }
    if not wrong:
        return pd.Series(False, index=figures.index)
    rows = figures[columns].itertuples(index=False, name=None)
    return pd.Series([row in wrong for row in rows], index=figures.index)


def unlike_areas(
    councils: pd.DataFrame, areas: pd.DataFrame, columns: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[int, str, str]]:
    """Names of areas that are not those of their codes: row, column, what to say.

    columns: of a code, of its name, and the level of area that it must have. A code that is no
    area's is passed over.
    """
    known = areas.set_index("area_code")
    for code, name, level in columns:
        for row in councils.index[councils[code].isin(known.index)]:
            area = known.loc[str(councils.at[row, code])]
            named = str(councils.at[row, name])
            if (area["name"], area["level"]) != (named, level):
                words = f"{shown(named)} is the {area['level']} “{area['name']}” in"
                yield row, name, f"{words} data/areas.csv. Expected the same in both."


# --- Tables that `review ingest` makes, and those that explain them ------------------------------


def _figure_rules(tables: Tables) -> Iterator[Problem]:
    figures = tables["figures"]
    areas = tables["areas"].set_index("area_code")
    year = figures["year"]
    area_last = figures["area_code"].map(areas["last_year"]).replace("", "9999")
    checks = [
        *figure_checks(figures, tables["bases"]),
        ("year", (year < figures["area_code"].map(areas["first_year"])) | (year > area_last),
         "the area did not exist in this year, by data/areas.csv. Expected no such row"),
    ]  # fmt: skip
    for column, wrong, words in checks:
        for row in figures.index[wrong][:MOST]:
            yield "figures", row, column, f"{words}."


def _place_rules(tables: Tables) -> Iterator[Problem]:
    """Each figure has its place: both tables have the same rows in the same order."""
    figures, places = tables["figures"], tables["places"]
    key = ["indicator_id", "area_code", "year", "group"]
    rows = min(len(figures), len(places))
    differ = (figures[key].head(rows) != places[key].head(rows)).any(axis=1)
    row = int(differ.to_numpy().argmax()) if differ.any() else rows
    if differ.any() or len(figures) != len(places):
        words = "not the row that data/indicators/figures.csv has here. Expected the same rows in"
        remedy = "the same order; run `review ingest` or restore both from version control."
        yield "places", row, ", ".join(key), f"{words} {remedy}"


def _unavailable_rules(tables: Tables) -> Iterator[Problem]:
    """Each year without figures is explained exactly once, and no year with figures is."""
    figures, unavailable = tables["figures"], tables["unavailable"]
    valued = figures[figures["value"].notna()]
    level = valued["area_code"].map(tables["areas"].set_index("area_code")["level"])
    years = sorted(figures["year"].unique())
    for said, named in (("council", "council"), ("national", "england")):
        part = valued[level == named]
        present = set(zip(part["indicator_id"], part["year"], strict=True))
        rows = unavailable[unavailable["level"].isin([said, "all"])]
        told: dict[tuple[str, str], list[int]] = {}
        spans = zip(rows["indicator_id"], rows["first_year"], rows["last_year"], strict=True)
        for number, (indicator, first, last) in zip(rows.index.to_list(), spans, strict=True):
            for year in years:
                if first <= year <= last:
                    told.setdefault((indicator, year), []).append(number)
        for indicator in tables["indicators"]["indicator_id"]:
            for year in years:
                explained = told.get((indicator, year), [])
                if (indicator, year) in present and explained:
                    words = (
                        f"{indicator} has {said} figures in {year}. Expected no reason for none."
                    )
                    yield "unavailable", explained[0], "first_year", words
                elif (indicator, year) not in present and len(explained) != 1:
                    row_number = explained[1] if explained else None
                    words = (
                        f"{indicator} has no {said} figures in {year}, which {len(explained)} rows"
                        " explain. Expected exactly one."
                    )
                    yield "unavailable", row_number, "indicator_id", words


def _council_rules(tables: Tables) -> Iterator[Problem]:
    councils, areas = tables["councils"], tables["areas"]
    if len(councils) != COUNCILS:
        yield "councils", None, "area_code", f"{len(councils)} councils. Expected {COUNCILS}."
    for row, name, words in unlike_areas(
        councils, areas, [("area_code", "name", "council"), *AREA_COLUMNS]
    ):
        yield "councils", row, name, words
    for row in councils.index[councils.duplicated(["tile_q", "tile_r"])]:
        yield "councils", row, "tile_q", "another council has this tile. Expected one for each."


# --- Tables that people write ------------------------------------------------------------------


def _coding_rules(tables: Tables) -> Iterator[Problem]:
    """The coding protocol's rules 2 and 3: what a table gives for a source must be coded, and a
    basis says truly whether a table gave it."""
    cells = tables["cells"]
    for name, column, basis in (("table1", "element_id", "element_basis"),
                                ("table2", "frame_id", "frame_basis")):  # fmt: skip
        table = tables[name]
        coded = set(zip(cells["source_id"], cells[column], strict=True))
        for row, pair in enumerate(zip(table["source_id"], table[column], strict=True)):
            if pair[0] and pair not in coded:
                words = f"{pair[0]} is given for {pair[1]}, but no row of data/coding/cells.csv has"
                yield name, row, "source_id", f"{words} both. Expected at least one cell."
        given = set(zip(table["source_id"], table[column], strict=True))
        for coding in ("cells", "coder_a", "coder_b"):
            pairs = zip(tables[coding]["source_id"], tables[coding][column], strict=True)
            for row, pair in enumerate(pairs):
                expected = name if pair in given else "text"
                if tables[coding].at[row, basis] != expected:
                    words = f"{name} {'gives' if pair in given else 'does not give'} {pair[0]} for"
                    yield coding, row, basis, f"{words} {pair[1]}. Expected {expected}."
    stands = set(cells[["source_id", "element_id", "frame_id"]].itertuples(index=False, name=None))
    settled = tables["settled"]
    keys = settled[["source_id", "element_id", "frame_id"]].itertuples(index=False, name=None)
    for row, key in enumerate(keys):
        expected = "yes" if key in stands else "no"
        if settled.at[row, "settled"] != expected:
            there = "is" if key in stands else "is not"
            words = f"{', '.join(key)} {there} in data/coding/cells.csv. Expected {expected}."
            yield "settled", row, "settled", words


def _survey_item_rules(tables: Tables) -> Iterator[Problem]:
    """Councils' own surveys are scored by these numbers."""
    columns = ["answers", "good", "left_out", "points"]
    for row, (answers, *texts) in enumerate(
        tables["survey_items"][columns].itertuples(index=False, name=None)
    ):
        good, left_out, points = ([int(n) for n in text.split(";") if n] for text in texts)
        for column, numbers in (("good", good), ("left_out", left_out)):
            if wrong := [n for n in numbers if not 1 <= n <= answers]:
                words = f"there is no answer {wrong[0]}. Expected numbers from 1 to {answers}."
                yield "survey_items", row, column, words
            if len(numbers) != len(set(numbers)):
                yield "survey_items", row, column, "an answer twice. Expected each once."
        if both := sorted(set(good) & set(left_out)):
            words = f"answer {both[0]} is good too. Expected each answer in one of the two."
            yield "survey_items", row, "left_out", words
        elif len(set(good) | set(left_out)) >= answers:
            words = "every answer that counts is good. Expected at least one that is not."
            yield "survey_items", row, "good", words
        falling = list(range(answers - 1, -1, -1))
        if points and points != falling:
            expected = ";".join(map(str, falling))
            words = f"not the points of {answers} answers, the best first. Expected {expected}."
            yield "survey_items", row, "points", words


def _coder_rules(tables: Tables) -> Iterator[Problem]:
    """Who coded a cell is as the coders' own tables have it."""
    listed = {
        coder: set(tables[f"coder_{coder}"][_CELL].itertuples(index=False, name=None))
        for coder in "ab"
    }
    cells, settled = tables["cells"], tables["settled"]
    for row, cell in enumerate(cells[_CELL].itertuples(index=False, name=None)):
        coders = [coder for coder in "ab" if cell in listed[coder]]
        expected = "both" if len(coders) == 2 else "".join(coders)
        if not coders:
            words = f"no coder lists {', '.join(cell)}. Expected it in one of their tables."
            yield "cells", row, "coded_by", words
        elif cells.at[row, "coded_by"] != expected:
            words = f"data/coding/coder_a.csv and coder_b.csv differ. Expected {expected}."
            yield "cells", row, "coded_by", words
    for row, cell in enumerate(settled[_CELL].itertuples(index=False, name=None)):
        for coder in "ab":
            expected = "yes" if cell in listed[coder] else "no"
            if settled.at[row, f"coder_{coder}"] != expected:
                words = f"data/coding/coder_{coder}.csv differs. Expected {expected}."
                yield "settled", row, f"coder_{coder}", words


def _element_rules(tables: Tables) -> Iterator[Problem]:
    """E2.1 belongs to E2, and E2 to none: so nothing belongs to itself, or in a circle."""
    elements = tables["elements"]
    for row, element in elements["element_id"].items():
        expected = element.rpartition(".")[0]
        if elements.at[row, "parent_id"] != expected:
            words = f"not what {element} belongs to. Expected {expected or 'blank'}."
            yield "elements", row, "parent_id", words


def _source_rules(tables: Tables) -> Iterator[Problem]:
    sources, new = tables["sources"], tables["new_sources"]
    named = {number: set(tables[f"table{number}"]["source_id"]) for number in "12"}
    for row, source in sources["source_id"].items():
        expected = ";".join(number for number in "12" if source in named[number])
        if sources.at[row, "in_table"] != expected:
            words = "differs from data/framework/table1.csv and table2.csv. Expected"
            yield "sources", row, "in_table", f"{words} {expected or 'it in one of them'}."
    for row in new.index[new["source_id"].isin(sources["source_id"])]:
        words = f"{shown(new.at[row, 'source_id'])} is in data/framework/sources.csv too."
        yield "new_sources", row, "source_id", f"{words} Expected an id of its own."


def _question_rules(tables: Tables) -> Iterator[Problem]:
    known = {*tables["nao_questions"]["question_id"], *tables["group_questions"]["question_id"]}
    ids = tables["readings"]["question_id"]
    for row in ids.index[~ids.isin(known)]:
        words = f"{shown(ids[row])} is neither in data/framework/nao_questions.csv nor in"
        yield "readings", row, "question_id", f"{words} group_questions.csv. Expected an id there."


def _collection_rules(tables: Tables) -> Iterator[Problem]:
    """Collections are called as in the table of bases, or no reason is found for their gaps."""
    bases, indicators = tables["bases"], tables["indicators"]["collection"]
    known = {*bases["short_name"], *bases["name"]}
    newest = tables["figures"]["year"].max()
    for row, text in indicators.items():
        for part in text.split("; "):
            name, _, year = part.partition(" from ")
            # One that is still to come may be named before its first figures are taken in.
            if year <= newest and re.sub(r" to \d{4}-\d{2}$", "", name) not in known:
                words = f"{shown(part)} is no collection of data/indicators/bases.csv. Expected a"
                yield (
                    "indicators", row, "collection",
                    f"{words} short name or a name there, with “to” or “from” a year where there"
                    " are two, joined by “; ”.",
                )  # fmt: skip
    named = tables["absences"]["collection"]
    for row in named.index[~(named.isin(indicators) & named.isin(bases["short_name"]))]:
        yield (
            "absences", row, "collection",
            f"{shown(named[row])} is not a collection. Expected one as in"
            " data/framework/indicators.csv, and a short name in data/indicators/bases.csv.",
        )  # fmt: skip


def _date_rules(tables: Tables) -> Iterator[Problem]:
    """Dates may stand among words, but each is a real one, and written in one way."""
    for name, column in _DATES:
        for row, text in tables[name][column].items():
            for found in re.findall(r"\d[\d/.-]*", text):
                if not _is_date(found.rstrip("/.-")):
                    words = f"{shown(found)} is no date. Expected 2025-06-30, 2025-06, 2025, the"
                    yield name, row, column, f"{words} year 2024-25, or words."


def _is_date(text: str) -> bool:
    """Whether it is a day, a month or a year as ISO 8601 writes it, or a financial year."""
    if not re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", text):
        return False
    year, *rest = map(int, text.split("-"))
    if len(rest) == 1 and rest[0] == (year + 1) % 100:
        return True
    try:
        date(year, *[*rest, 1, 1][:2])
    except ValueError:
        return False
    return True


RULES: tuple[Callable[[Tables], Iterator[Problem]], ...] = (
    _figure_rules,
    _place_rules,
    _unavailable_rules,
    _coding_rules,
    _council_rules,
    _survey_item_rules,
    _coder_rules,
    _element_rules,
    _source_rules,
    _question_rules,
    _collection_rules,
    _date_rules,
)
