"""What changed between two states of the data: nothing unseen, nothing invented."""

import random
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from evidence_review.analyse.differences import Differences, differences, touched
from evidence_review.analyse.evidence_changes import map_of
from evidence_review.analyse.figure_changes import counts
from evidence_review.analyse.review import Review
from evidence_review.analyse.table_changes import State, row_changes
from evidence_review.analyse.today import KEY, if_ended, then_and_now
from evidence_review.paths import DATA
from evidence_review.publish.data_states import Place, read_state

CAMDEN, BUCKINGHAMSHIRE, POOLE = "E09000007", "E06000060", "E06000029"
AREAS = (CAMDEN, BUCKINGHAMSHIRE, POOLE, "E92000001")
FIGURE = {"indicator_id": "control", "area_code": CAMDEN, "year": "2018-19", "group": "total"}

Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def state() -> State:
    """The data as they stand, with the figures of a few areas, so that the tests are quick."""
    found = read_state(Place(DATA, "here"))
    few = {
        name: table[table["area_code"].isin(AREAS)] if name in ("figures", "places") else table
        for name, table in found.tables.items()
    }
    return replace(found, tables=few)


def altered(state: State, name: str, change: Change, seal: str = "altered") -> State:
    """The state with another content of one table."""
    path = state.resources[name]["path"]
    return replace(
        state,
        name="there",
        tables={**state.tables, name: change(state.tables[name].copy())},
        checksums={**state.checksums, path: seal},
    )


def setting(column: str, value: str, **where: str) -> Change:
    """A change of one cell of the rows that have these values."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        chosen = pd.Series(True, index=table.index)
        for name, wanted in where.items():
            chosen &= table[name].eq(wanted)
        assert chosen.any()
        table.loc[chosen, column] = value
        return table

    return change


def numbers(found: Differences) -> dict[str, tuple[int, int, int]]:
    return {
        one.name: (one.count("new"), one.count("gone"), one.count("changed"))
        for one in found.tables
    }


# --- Any table -----------------------------------------------------------------------------------


def test_the_same_data_have_no_difference(state: State) -> None:
    assert differences(state, replace(state, name="there")).none


@pytest.mark.parametrize("seed", range(5))
def test_every_row_that_comes_goes_or_changes_is_counted_once(state: State, seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(["sources", "cells", "bases", "councils", "unavailable", "readings"])
    table = state.tables[name]
    gone, changed = chance.sample(range(len(table)), 3), chance.sample(range(len(table)), 4)
    changed = [row for row in changed if row not in gone]
    column = table.columns[-1]

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[changed, column] += "!"
        return rows.drop(index=gone).sample(frac=1, random_state=seed)  # order does not matter

    there = altered(state, name, change)
    assert numbers(differences(state, there)) == {name: (0, 3, len(changed))}
    # Looked at from the other side, what was gone is new.
    assert numbers(differences(there, state)) == {name: (3, 0, len(changed))}


def test_a_key_that_stands_twice_hides_no_row() -> None:
    old = pd.DataFrame({"id": ["a", "b"], "value": ["1", "2"]}, dtype="str")
    new = pd.DataFrame({"id": ["a", "b", "a"], "value": ["1", "2", "3"]}, dtype="str")
    found = row_changes(old, new, ["id"])
    assert found.to_dict("records") == [
        {"id": "a", "change": "new", "was_value": "", "is_value": "3"}
    ]


def test_a_table_written_otherwise_and_a_contract_that_says_otherwise_are_seen(
    state: State,
) -> None:
    turned = altered(state, "frames", lambda table: table.iloc[::-1])
    [one] = differences(state, turned).tables
    assert (one.name, one.rewritten, one.described, len(one.rows)) == ("frames", True, False, 0)
    resources = [{**r, "title": f"{r['title']}!"} for r in state.contract["resources"][:1]]
    contract = {**state.contract, "resources": resources + state.contract["resources"][1:]}
    [one] = differences(state, replace(state, contract=contract)).tables
    assert (one.name, one.rewritten, one.described) == ("elements", False, True)
    assert differences(state, replace(state, contract={**state.contract, "name": "x"})).contract


def test_a_missing_table_is_taken_for_empty_and_another_column_is_named(state: State) -> None:
    lacks = {name: table for name, table in state.tables.items() if name != "places"}
    path = state.resources["places"]["path"]
    known = {name: seal for name, seal in state.checksums.items() if name != path}
    before = replace(state, tables=lacks, checksums=known)
    before = altered(before, "bases", lambda table: table.drop(columns="short_name"))
    bases, places = sorted(differences(before, state).tables, key=lambda one: one.name)
    assert (bases.columns_new, bases.columns_gone, len(bases.rows)) == (("short_name",), (), 0)
    assert places.lacks == ("there",)
    assert places.count("new") == len(state.tables["places"])


def test_files_that_no_contract_lists_do_not_change_unseen(state: State) -> None:
    known = {**state.checksums, "local/README.md": "other", "local/x.csv": "new"}
    found = differences(state, replace(state, checksums=known))
    assert found.files == {"local/README.md": "changed", "local/x.csv": "new"}
    assert not found.tables


# --- The map and its sources ---------------------------------------------------------------------


def test_the_map_is_the_one_that_the_book_shows(state: State, review: Review) -> None:
    shown = then_and_now(review.elements, review.frames, review.placements)
    columns = [*KEY, "then", "now", "change"]
    expected = shown[columns].rename(columns={"change": "word"})
    pd.testing.assert_frame_equal(map_of(state), expected, check_dtype=False)


def test_an_ended_source_changes_the_cells_that_the_book_foretells(
    state: State, review: Review
) -> None:
    there = altered(state, "sources_today", setting("status", "ended", source_id="poet"))
    found = differences(state, there)
    cells = found.evidence.cells
    weaker = cells[cells["was_now"].ne(cells["is_now"])]
    foretold = if_ended(review.elements, review.frames, review.placements, ["poet"])
    assert weaker[KEY].values.tolist() == foretold[KEY].values.tolist()
    assert weaker["is_now"].to_list() == foretold["after"].to_list()
    assert cells["was_then"].eq(cells["is_then"]).all()
    assert found.evidence.states[["source_id", "was_status", "is_status"]].values.tolist() == [
        ["poet", "unknown", "ended"]
    ]
    own = touched(found)
    assert (own.sources, own.areas, own.cells) == (["poet"], [], True)


def test_placements_come_go_and_change_their_extent(state: State) -> None:
    def change(cells: pd.DataFrame) -> pd.DataFrame:
        cells = cells[cells["source_id"].ne("qaf")]
        return setting("extent", "full", source_id="what-works-wellbeing")(cells.copy())

    moved = differences(state, altered(state, "cells", change)).evidence
    rows = moved.placements[["source_id", "element_id", "frame_id", "change", "is_extent"]]
    assert rows[rows["source_id"].eq("qaf")]["change"].to_list() == ["gone", "gone"]
    assert ["what-works-wellbeing", "E1", "F3", "changed", "full"] in rows.values.tolist()
    # Without its only source, the quality of housing is empty in 2017 too.
    assert {"E4.5"} == set(moved.cells.loc[moved.cells["is_then"].eq("none"), "element_id"])
    added = differences(state, altered(state, "new_sources", lambda table: table.iloc[1:])).evidence
    assert added.sources["change"].to_list() == ["gone"]
    assert added.placements["origin"].unique().tolist() == ["since 2017"]
    assert added.cells.empty


def test_a_map_that_cannot_be_worked_out_says_why_and_stops_nothing_else(state: State) -> None:
    there = altered(state, "sources_today", setting("status", "lively", source_id="poet"))
    found = differences(state, there)
    assert "“lively”" in found.evidence.fault
    assert numbers(found) == {"sources_today": (0, 0, 1)}


# --- Figures -------------------------------------------------------------------------------------


def figure(**parts: str) -> dict[str, str]:
    blank = dict.fromkeys(["value", "lower", "upper", "base", "numerator", "status"], "")
    return {**FIGURE, **blank, "basis_id": "ascs", "file_id": "f", **parts}


def changes(old: list[dict[str, str]], new: list[dict[str, str]]) -> pd.DataFrame:
    """Figures that changed between two tables that hold nothing else."""
    states = []
    for name, rows in (("old", old), ("new", new)):
        tables = {"figures": pd.DataFrame(rows, columns=list(figure()), dtype="str")}
        resource = {"name": "figures", "path": "figures.csv", "schema": {"primaryKey": []}}
        contract = {"resources": [resource]}
        states.append(State(name, tables, contract, {"figures.csv": name}))
    return differences(*states).figures


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        ({"value": "70.1"}, {"value": "70.2"}, "revised"),
        ({"value": "70.1", "lower": "60", "upper": "80"}, {"value": "70.1"}, "revised"),
        ({"value": "70.1", "base": "40"}, {"value": "70.1", "base": "41"}, "revised"),
        ({"value": "70.1"}, {"value": "70.1", "status": "[u]"}, "revised"),
        ({"value": "70.1"}, {"status": "[c]"}, "revised"),
        ({"value": "70.1"}, {"value": "70.1", "basis_id": "cld"}, "revised"),
        ({"value": "70.1"}, {"value": "seventy"}, "revised"),
        ({"value": "70.1"}, {"value": "70.10"}, "restated"),
        ({"value": "70.1"}, {"value": "70.1", "file_id": "g"}, "restated"),
    ],
)
def test_what_counts_as_revised(was: dict[str, str], now: dict[str, str], change: str) -> None:
    assert changes([figure(**was)], [figure(**now)])["change"].to_list() == [change]


def test_the_largest_relative_change_comes_first_whatever_the_unit() -> None:
    pairs = {
        "a": ("100", "101"),  # 1%
        "b": ("0.4", "0.5"),  # 25%
        "c": ("700", "350"),  # 50%
        "d": ("0", "1"),  # from nothing
        "e": ("5", ""),  # went, by no share
    }
    old = [figure(indicator_id=name, value=was) for name, (was, _) in pairs.items()]
    new = [
        figure(indicator_id=name, value=now, status="" if now else "[c]")
        for name, (_, now) in pairs.items()
    ]
    other_interval = figure(indicator_id="f", value="1", lower="0", upper="2")
    old.append(figure(indicator_id="f", value="1"))
    found = changes(old, [*new, other_interval])
    assert found["indicator_id"].to_list() == ["d", "c", "b", "a", "e", "f"]
    assert found["relative"][1:4].to_list() == pytest.approx([0.5, 0.25, 0.01])
    assert found["relative"][4:].isna().all()


def test_figures_are_counted_by_indicator_and_year(state: State) -> None:
    def change(figures: pd.DataFrame) -> pd.DataFrame:
        figures = setting("value", "1.5", **FIGURE)(figures)
        reablement = figures["indicator_id"].eq("reablement") & figures["year"].eq("2024-25")
        return figures[~reablement]

    gone = state.tables["figures"]
    gone = gone[gone["indicator_id"].eq("reablement") & gone["year"].eq("2024-25")]
    found = differences(state, altered(state, "figures", change))
    assert counts(found.figures).values.tolist() == [
        ["control", "2018-19", 0, 0, 1, 0],
        ["reablement", "2024-25", 0, len(gone), 0, 0],
    ]


def test_pages_are_those_of_areas_with_a_figure_of_their_own_that_changed(state: State) -> None:
    def change(figures: pd.DataFrame) -> pd.DataFrame:
        figures["base"] = "7"
        return figures

    own = touched(differences(state, altered(state, "figures", change)))
    places = ["areas/england", "councils/buckinghamshire", "councils/camden"]
    assert [area.page for area in own.areas] == places
    assert own.former == ["Poole"]
    assert (own.sources, own.cells) == ([], False)  # no figure came or went
