"""What the map holds for a question, in words and tables; shared by the pages that ask it any."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.placements import REPORT, SINCE_2017
from evidence_review.analyse.questions import EVIDENCE_RULES, cell_evidence, evidence
from evidence_review.analyse.review import Review
from evidence_review.show.gap_map import (
    EXTENT_WORDS,
    css_name,
    element_label,
    rule,
    source_label,
)
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import (
    STRENGTH_SYMBOLS,
    STRENGTH_WORDS,
    count,
    listing,
    sentence,
)

EVIDENCE_WORDS = {
    "today": "Evidence today",
    "some today": "Some evidence today",
    "dated": "Dated evidence only",
    "none": "No evidence today",
}
EVIDENCE_SYMBOLS = {"today": "●", "some today": "◑", "dated": "◔", "none": "○"}


def of_report(review: Review) -> pd.DataFrame:
    """The placements of the report's own sources."""
    return review.placements[review.placements["origin"].eq(REPORT)]


@lru_cache(maxsize=1)  # a dozen pages of the book ask, all of them for the one review
def cells_today(review: Review) -> pd.DataFrame:
    """All cells of the map with their live and published sources; the report's sources alone."""
    return cell_evidence(review.gap_map, of_report(review))


def named_cells(review: Review, cells: pd.DataFrame) -> list[str]:
    """The cells by name: "2.1 Choice and control × Outcomes"."""
    elements = {row["element_id"]: element_label(row) for _, row in review.elements.iterrows()}
    frames = dict(zip(review.frames["frame_id"], review.frames["short_name"], strict=True))
    return [
        f"{elements[element]} × {frames[frame]}"
        for element, frame in zip(cells["element_id"], cells["frame_id"], strict=True)
    ]


# --- Words -------------------------------------------------------------------------------------


def some_of(number: int, total: int, noun: str) -> str:
    """How many of how many: "both cells", "all 6 cells", "2 of 6 cells", "none of 6 cells"."""
    if total == 1:
        return f"the one {noun}" if number else f"not the one {noun}"
    if number == total:
        return f"both {noun}s" if total == 2 else f"all {total} {noun}s"
    return f"{number or 'none'} of {total} {noun}s"


def in_sentence(text: str) -> str:
    """The text with a small first letter, as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def tally(states: pd.Series, words: Mapping[str, str]) -> str:
    """How many questions have which answer: "some evidence today: 3; no evidence today: 1"."""
    held = states.value_counts()
    return "; ".join(f"{words[key].lower()}: {held[key]}" for key in words if key in held)


def strengths(cells: pd.DataFrame) -> str:
    """How many cells have which strength: "several in full: 2; limited: 1"."""
    return tally(cells["strength"], dict(reversed(STRENGTH_WORDS.items())))


def evidence_sentence(cells: pd.DataFrame) -> str:
    """What the cells of a question hold, in a sentence or two."""
    total = len(cells)
    found, live, live_full = (
        int(cells[column].gt(0).sum()) for column in ("n_sources", "live", "live_full")
    )
    if total == 1:
        return f"One cell bears on it. {_one_cell(cells.iloc[0])}"
    text = f"There is a source in {some_of(found, total, 'cell')} that bear on it."
    if live:
        text += (
            f" In {live} a source is live today, and in {live_full or 'none'} a live source speaks "
            "to the cell in full."
        )
    return text


def _one_cell(cell: pd.Series) -> str:
    sources, live, live_full = (int(cell[c]) for c in ("n_sources", "live", "live_full"))
    if not sources:
        return "No source speaks to it."
    text = f"Of its {count(sources, 'source')}, {live or 'none'} {'are' if live > 1 else 'is'} live"
    return f"{text} today, {live_full or 'none'} of them in full." if live else f"{text} today."


def reading_sentence(review: Review, question_id: str, cells: pd.DataFrame) -> str:
    """Why these cells bear on the question; one cell is named, more are in the table."""
    why = review.readings.set_index("question_id").loc[question_id, "why"]
    if len(cells) == 1:
        return f"The cell, in our reading: {named_cells(review, cells)[0]}. {why}."
    return f"The cells, in our reading: {in_sentence(why)}."


def added_sentence(review: Review, cells: pd.DataFrame) -> str:
    """How far sources since 2017 speak to the cells; they count for no strength."""
    added = review.placements[review.placements["origin"].eq(SINCE_2017)]
    there = added.merge(cells[["element_id", "frame_id"]], on=["element_id", "frame_id"])
    reached = len(there[["element_id", "frame_id"]].drop_duplicates())
    sources = there["source_id"].nunique()
    where = f", in {some_of(reached, len(cells), 'cell')}" if sources else ""
    return f"Sources since 2017 that we added: {sources or 'none'}{where}."


def indicators_sentence(review: Review, cells: pd.DataFrame) -> str:
    """Which indicators give councils' figures in the cells."""
    held = review.indicator_cells.merge(cells, on=["element_id", "frame_id"])["indicator_id"]
    own = review.indicators[review.indicators["indicator_id"].isin(held)]
    return f"Official figures for councils: {listing(list(own['short_name'])) or 'none'}."


# --- Verdicts and their rule -------------------------------------------------------------------


def verdict(
    kind: str, key: str, words: Mapping[str, str], symbols: Mapping[str, str]
) -> dict[str, str]:
    """A word of a rule with its symbol and CSS class."""
    return {"css": f"{kind}-{css_name(key)}", "symbol": symbols[key], "word": words[key]}


def evidence_verdict(cells: pd.DataFrame) -> dict[str, str]:
    """How much evidence the cells hold today, as a word with symbol and CSS class."""
    return verdict("evidence", evidence(cells), EVIDENCE_WORDS, EVIDENCE_SYMBOLS)


def evidence_rule() -> Html:
    """The rule for how much evidence the cells of a question hold today."""
    return rule("evidence", EVIDENCE_RULES, EVIDENCE_WORDS, EVIDENCE_SYMBOLS)


# --- Tables and lists --------------------------------------------------------------------------


def source_link(source: Mapping[str, Any], root: str = "") -> Markup:
    """A source of the report by the name that people know, leading to its page."""
    return Markup('<a href="{}sources/{}.html">{}</a>').format(
        root, source["source_id"], source.get("label") or source_label(source)
    )


def cells_table(
    review: Review, cells: pd.DataFrame, placements: pd.DataFrame, caption: str, root: str = ""
) -> Html:
    """The cells with their strength, and the sources placed there with extent and state today.

    placements: those to name. root: path from the page to the top of the book.
    """
    there = dict(list(placements.groupby(["element_id", "frame_id"], sort=False)))
    rows = []
    for name, cell in zip(named_cells(review, cells), cells.to_dict("records"), strict=True):
        sources = there.get((cell["element_id"], cell["frame_id"]), placements.iloc[:0])
        named = [
            Markup("{} ({}, {})").format(
                source_link(source, root), EXTENT_WORDS[source["extent"]], source["today"]
            )
            for source in sources.to_dict("records")
        ]
        strength = Markup('<span aria-hidden="true">{}</span> {}').format(
            STRENGTH_SYMBOLS[cell["strength"]], STRENGTH_WORDS[cell["strength"]]
        )
        rows.append({"cell": name, "strength": strength, "sources": Markup("; ").join(named)})
        if not named:
            rows[-1]["sources"] = Markup("none")
    columns = {"cell": "Element × frame", "strength": "Strength", "sources": "Sources (today)"}
    return table(caption, columns, rows)


def sources_table(review: Review, source_ids: Iterable[str], caption: str, root: str = "") -> Html:
    """Sources with their state today, whether their data are open, what each bears on, and what to
    take care with."""
    wanted = set(source_ids)
    rows = [
        {
            "name": source_link(source, root),
            "today": source["status"],
            "open": source["open_data"],
            "bears_on": source["bears_on"],
            "caution": source["caution"],
        }
        for source in review.sources.merge(
            review.sources_today, on="source_id", validate="1:1"
        ).to_dict("records")
        if source["source_id"] in wanted
    ]
    columns = {
        "name": "Source",
        "today": "Today",
        "open": "Open data",
        "bears_on": "What it bears on",
        "caution": "Take care",
    }
    return table(caption, columns, rows)


def details(
    review: Review, cells: pd.DataFrame, placements: pd.DataFrame, question: str, root: str = ""
) -> dict[str, Any]:
    """The part of a question that opens: its cells and the sources there."""
    return {
        "heading": f"{sentence(count(len(cells), 'cell'))} and the sources there",
        "table": cells_table(review, cells, placements, f"Cells: {question}", root),
    }


def evidence_item(
    review: Review, question: Mapping[str, str], cells: pd.DataFrame, points: Sequence[str] = ()
) -> dict[str, Any]:
    """A question that names cells, ready for question_list.html.

    question: id and text; root, where the page does not lie at the top of the book. points: what
    to say before strength, additions and figures.
    """
    return {
        "id": question["id"],
        "title": question["text"],
        "verdict": evidence_verdict(cells),
        "finding": evidence_sentence(cells),
        "points": [
            *points,
            f"Strength of the evidence – {strengths(cells)}.",
            added_sentence(review, cells),
            indicators_sentence(review, cells),
        ],
        "details": details(
            review, cells, of_report(review), question["text"], question.get("root", "")
        ),
    }


def evidence_summary(cells: Mapping[str, pd.DataFrame], what: str) -> Html:
    """How much evidence several questions have together, finding first.

    cells: those of each question. what: the questions, as a sentence names them.
    """
    states = pd.Series([evidence(own) for own in cells.values()])
    held = {key: int(states.eq(key).sum()) for key in EVIDENCE_WORDS}
    together = pd.concat(cells.values()).drop_duplicates(["element_id", "frame_id"])
    empty = int(together["n_sources"].eq(0).sum())
    live = int(together["live"].gt(0).sum())
    rest = [
        f"for {held[key]} {words}"
        for key, words in (("dated", "only dated evidence"), ("none", "no evidence"))
        if held[key]
    ]
    return fragment(
        "prose.html",
        paragraphs=[
            Markup("<strong>{}</strong>{}").format(
                f"The map holds live evidence in full for {held['today'] or 'none'} of {what}, and "
                f"some live evidence for {held['some today'] or 'none'}.",
                f" It holds {listing(rest)}." if rest else "",
            ),
            f"Together they ask about {count(len(together), 'cell')}. In {live} of these a source "
            f"is live today; {empty} have no source at all.",
        ],
        points=[],
    )
