"""Then and now: what a source's state today does to the cells of 2017."""

import pandas as pd
import pytest

from evidence_review.analyse.review import Review, open_review
from evidence_review.analyse.today import (
    CHANGE_RULES,
    COUNTING_RULES,
    if_ended,
    then_and_now,
    with_additions,
)
from evidence_review.show.today import ISF_CODE, ISF_SOURCE

Cell = tuple[str, str]
ORDER = ["none", "limited", "single", "several"]


@pytest.fixture
def copy() -> Review:
    """A review of its own, whose tables a test may change."""
    return open_review()


def cells_of(review: Review) -> pd.DataFrame:
    return then_and_now(review.elements, review.frames, review.placements)


def having(cells: pd.DataFrame, change: str) -> set[Cell]:
    held = cells[cells["change"].eq(change)]
    return set(held[["element_id", "frame_id"]].itertuples(index=False, name=None))


def set_state(review: Review, source_id: str, state: str) -> None:
    table = review.sources_today
    table.loc[table["source_id"].eq(source_id), "status"] = state


def one_cell(*sources: tuple[str, str]) -> tuple[str, str, str, str]:
    """Then, now, firm and change of a cell whose sources have these extents and states."""
    placements = pd.DataFrame(
        {
            "source_id": [f"s{place}" for place in range(len(sources))],
            "element_id": "E1",
            "frame_id": "F1",
            "extent": [extent for extent, _ in sources],
            "today": [state for _, state in sources],
            "family": "research",
            "level": "national",
            "origin": "report",
        }
    )
    axes = pd.DataFrame({"element_id": ["E1"]}), pd.DataFrame({"frame_id": ["F1"]})
    row = then_and_now(*axes, placements).iloc[0]
    return row["then"], row["now"], row["firm"], row["change"]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (
            [("full", "live"), ("full", "published")],
            ("several", "several", "several", "as in 2017"),
        ),
        ([("full", "live"), ("full", "ended")], ("several", "single", "single", "weaker")),
        ([("part", "ended")], ("limited", "none", "none", "lost")),
        # Not found is not ended: the cell keeps its strength, and is uncertain.
        ([("full", "unknown"), ("part", "live")], ("single", "single", "limited", "uncertain")),
        # A source of unknown state on which nothing hangs leaves the cell as it was.
        ([("part", "unknown"), ("full", "live")], ("single", "single", "single", "as in 2017")),
        ([("part", "replaced")], ("limited", "limited", "limited", "on a new basis")),
        ([("part", "replaced"), ("part", "live")], ("limited",) * 3 + ("as in 2017",)),
    ],
)
def test_a_cell_takes_the_first_word_that_holds(
    sources: list[tuple[str, str]], expected: tuple[str, str, str, str]
) -> None:
    assert one_cell(*sources) == expected


def test_every_cell_has_one_word_and_never_gains_by_a_source_that_ends(review: Review) -> None:
    cells = cells_of(review)
    assert len(cells) == 90
    assert set(cells["change"]) <= set(CHANGE_RULES)
    assert set(review.sources_today["status"]) <= set(COUNTING_RULES)
    rank = cells[["then", "now", "firm"]].map(ORDER.index)
    assert (rank["firm"] <= rank["now"]).all()
    assert (rank["now"] <= rank["then"]).all()
    # 2017 stays as it was: no state today may reach back.
    assert list(cells["then"]) == list(review.gap_map["strength"])


def test_wellbeing_has_lost_the_only_source_that_the_report_named_for_it(review: Review) -> None:
    assert having(cells_of(review), "lost") == {("E1", "F3")}


def test_a_source_that_was_not_found_loses_no_cell(review: Review) -> None:
    # The quality framework for housing: no national scheme, and local use was not found.
    assert {("E4.5", "F3"), ("E4.5", "F5")} <= having(cells_of(review), "uncertain")


def test_an_ended_poet_empties_experience_of_each_kind_of_budget(copy: Review) -> None:
    before = cells_of(copy)
    foretold = if_ended(copy.elements, copy.frames, copy.placements, ["poet"])
    set_state(copy, "poet", "ended")
    del copy.placements
    after = cells_of(copy)
    experience = {("E3.1", "F1"), ("E3.2", "F1"), ("E3.3", "F1")}
    assert having(after, "lost") - having(before, "lost") == experience
    assert having(after, "weaker") == {
        ("E3.1", "F3"),
        ("E3.2", "F3"),
        ("E3.3", "F3"),
        ("E3.4", "F1"),
    }
    # What the page foretells is what then happens.
    changed = after["now"].ne(before["now"])
    assert list(foretold["after"]) == list(after.loc[changed, "now"])
    assert list(foretold["element_id"]) == list(after.loc[changed, "element_id"])


def test_no_cell_is_uncertain_when_every_source_is_known(copy: Review) -> None:
    for source_id in ("poet", "qaf", "isf-learning-sites", "pssru-phb-research"):
        set_state(copy, source_id, "live")
    assert not having(cells_of(copy), "uncertain")


def test_sources_since_2017_stand_apart_and_ended_ones_do_nothing(copy: Review) -> None:
    before = cells_of(copy)
    counted = with_additions(before, copy.placements)
    empty = counted["now"].eq("none")
    assert counted["added"].isin(["where empty", "still empty"]).eq(empty).all()
    assert counted["n_added"].gt(0).eq(counted["added"].isin(["where empty", "beside"])).all()
    copy.new_sources["status"] = "ended"
    del copy.placements
    assert cells_of(copy).equals(before)
    assert with_additions(before, copy.placements)["n_added"].eq(0).all()


def test_the_tables_still_say_that_national_data_cannot_count_isfs(review: Review) -> None:
    today = review.sources_today.set_index("source_id").loc[ISF_SOURCE]
    code = review.new_sources.set_index("source_id").loc[ISF_CODE]
    assert "first release guidance) has no value for an ISF" in today["caution"]
    assert "none for an ISF" in code["note"]
