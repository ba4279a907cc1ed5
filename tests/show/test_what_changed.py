"""The report of what changed, as people read it."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

import jinja2
import pandas as pd
import pytest
from markdown_it import MarkdownIt

from evidence_review.analyse.differences import Differences, differences
from evidence_review.analyse.table_changes import State
from evidence_review.paths import DATA
from evidence_review.publish.data_states import Place, read_state
from evidence_review.show.what_changed import figures_csv, in_terminal, page

CHAPTERS = {"figures/carers": "Carers"}
NASTY = "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}\x1b[31m\n\n# A heading"


def altered(state: State, **tables: pd.DataFrame) -> State:
    """The state with other tables of these names."""
    seals = {state.resources[name]["path"]: "altered" for name in tables}
    return replace(
        state,
        name="the copy",
        tables={**state.tables, **tables},
        checksums={**state.checksums, **seals},
    )


@pytest.fixture(scope="module")
def here() -> State:
    """The data as they stand, with a part of the figures, so that the tests are quick."""
    state = read_state(Place(DATA, "here"))
    some = state.tables["figures"]
    some = some[some["indicator_id"].eq("control") & some["year"].eq("2018-19")]
    tables = {**state.tables, "figures": some, "places": state.tables["places"].head(0)}
    return replace(state, tables=tables)


@pytest.fixture(scope="module")
def found(here: State) -> Differences:
    """A bit of everything: figures revised, gone and restated, a source ended, a table missing."""
    figures = here.tables["figures"].copy()
    value = figures.index[figures["value"].ne("") & figures["group"].eq("total")]
    figures.loc[value[:30], "value"] = [f"{place}.5" for place in range(30)]
    figures.loc[value[30], ["value", "lower", "upper", "base", "status"]] = ["", "", "", "", "[c]"]
    figures.loc[value[31], "base"] = "77"
    figures.loc[value[32:40], "file_id"] = "another-file"
    today = here.tables["sources_today"].copy()
    today.loc[today["source_id"].eq("poet"), "status"] = "ended"
    there = altered(here, figures=figures.drop(index=value[40]), sources_today=today)
    path = here.resources["readings"]["path"]
    return differences(
        here,
        replace(
            there,
            tables={name: table for name, table in there.tables.items() if name != "readings"},
            checksums={name: seal for name, seal in there.checksums.items() if name != path},
        ),
    )


def test_findings_come_first_and_each_revised_figure_is_named(found: Differences) -> None:
    lines = in_terminal(found, CHAPTERS).splitlines()
    assert lines[0] == "What changed in the data: from here to the copy"
    assert [line.split(":")[0].strip() for line in lines[1:6]] == [
        "Gap map", "Sources", "Figures", "Tables", "Pages",
    ]  # fmt: skip
    assert "  Figures: 41 figures changed: 1 gone, 32 revised and 8 restated." in lines
    assert "    Personal Outcomes Evaluation Tool: was unknown, is ended" in lines
    assert (
        "    Direct payments × Experience: strength today was “one in full”, is “no evidence found”;"
        " change since 2017 was “uncertain”, is “lost”"
    ) in lines
    named = [line for line in lines if re.search(r"2018-19, everyone: was .+%.*, is ", line)]
    assert len(named) == 20
    assert "    and 12 more; --csv FILE writes every one of them" in lines
    assert any("Not there in the copy, where it is taken for empty." in line for line in lines)
    assert any("not as the checksum in the contract there says" in line for line in lines)


def test_the_page_holds_the_same_in_accessible_tables(found: Differences) -> None:
    text = page(found, CHAPTERS)
    assert text.startswith("# What changed in the data\n")
    assert text.count("<caption>") == text.count('role="region"') >= 6
    revised = text.split("Revised figures, the largest")[-1].split("</table>")[0]
    assert revised.count('<th scope="row">') == 32
    assert "[c] confidential" in text
    assert '<a href="figures/carers.html">Carers</a>' in text
    assert '<a href="sources/poet.html">POET</a>' in text


def test_it_reads_well(found: Differences, reads_well: Callable[[str], str]) -> None:
    lines = [line.strip() for line in in_terminal(found, CHAPTERS).splitlines()]
    assert not [wrong for line in lines if (wrong := reads_well(line))]
    assert not reads_well(page(found, CHAPTERS))


def test_the_csv_holds_every_changed_figure_and_leaves_no_cell_blank(found: Differences) -> None:
    rows = list(csv.DictReader(io.StringIO(figures_csv(found).decode())))
    assert len(rows) == 41
    assert all(cell for row in rows for cell in row.values())
    [hidden] = [row for row in rows if row["is_status"] == "[c]"]
    assert (hidden["is_value"], hidden["is_base"], hidden["was_status"]) == (
        "[c]", "[c]", "no remark",
    )  # fmt: skip
    [gone] = [row for row in rows if row["change"] == "gone"]
    assert {gone[name] for name in gone if name.startswith("is_")} == {"[z]"}


def test_nothing_in_the_data_steers_the_terminal_the_page_or_a_spreadsheet(here: State) -> None:
    figures = here.tables["figures"].head(3).assign(status=f"={NASTY}", basis_id=NASTY, value="")
    figures = pd.concat([figures, here.tables["figures"].iloc[3:]])
    areas = here.tables["areas"].assign(name=NASTY)
    sources = here.tables["sources"].assign(name=NASTY, abbreviation=NASTY)
    today = here.tables["sources_today"].assign(status="ended")
    there = altered(here, figures=figures, areas=areas, sources=sources, sources_today=today)
    found = differences(here, replace(there, name=NASTY))
    shown = in_terminal(found, CHAPTERS)
    assert "\x1b" not in shown
    assert not [line for line in shown.splitlines() if line.startswith("#")]
    text = page(found, CHAPTERS)
    assert "<script>" not in text
    assert "\x1b" not in text
    headings = [token.tag for token in MarkdownIt().parse(text) if token.type == "heading_open"]
    assert headings == ["h1", *["h2"] * 5]
    # As the book renders its pages: nothing is filled in, and nothing breaks.
    assert jinja2.Environment(keep_trailing_newline=True).from_string(text).render() == text
    [first, *_] = csv.DictReader(io.StringIO(figures_csv(found).decode()))
    assert first["is_value"].startswith("'=")


def test_the_same_data_take_one_line(here: State) -> None:
    same = differences(here, replace(here, name="the copy"))
    assert in_terminal(same, {}) == (
        f"No difference: {len(here.tables)} tables and their contract are the same, from here to"
        " the copy."
    )
    assert page(same, {}).count("\n") < 8
    assert len(figures_csv(same).splitlines()) == 1
