"""The page "Then and now": what of the evidence of 2017 still counts, and what has come since."""

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.review import Review
from evidence_review.analyse.today import (
    ADDITION_RULES,
    CHANGE_RULES,
    COUNTING_RULES,
    ENDED,
    KEY,
    UNKNOWN,
    if_ended,
    standing_additions,
    then_and_now,
    with_additions,
)
from evidence_review.show.cells import cells_in_words, link_to_page, link_to_source, names
from evidence_review.show.evidence import of_report
from evidence_review.show.gap_map import EXTENT_WORDS, css_name, map_table, rule
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.source import TODAY_WORDS, full_name
from evidence_review.show.words import STRENGTH_WORDS, count, listing, sentence

CHANGE_WORDS = {
    "lost": "Lost",
    "weaker": "Weaker",
    "uncertain": "Uncertain",
    "on a new basis": "On a new basis",
    "as in 2017": "As in 2017",
    "empty": "Empty then and now",
}
CHANGE_SYMBOLS = {
    "lost": "✕",
    "weaker": "▼",
    "uncertain": "?",
    "on a new basis": "⇄",
    "as in 2017": "=",
    "empty": "○",
}

ADDITION_WORDS = {
    "where empty": "May speak to a gap",
    "still empty": "Still empty",
    "beside": "May add",
    "not added": "Nothing added",
}
ADDITION_SYMBOLS = {"where empty": "◆", "still empty": "○", "beside": "+", "not added": "="}

# The rows that say what national data hold on Individual Service Funds; a test reads them again.
ISF_ELEMENT, ISF_SOURCE, ISF_CODE = "E3.3", "isf-evaluations", "cld-method-code"


@lru_cache(maxsize=1)  # each part of the page asks, all of them for the one review
def _cells(review: Review) -> pd.DataFrame:
    """All cells in 2017 and now, with what sources since 2017 may do for them."""
    return with_additions(
        then_and_now(review.elements, review.frames, review.placements), review.placements
    )


def _labels(review: Review) -> dict[str, str]:
    return dict(zip(review.placements["source_id"], review.placements["label"], strict=True))


def _found(row: Mapping[Hashable, Any]) -> str:
    """What we found about a source; a first word that only repeats its state is left out."""
    return re.sub(rf"^{row['status']}[;:,] ", "", str(row["status_now"]))


def _read_at(row: pd.Series, about: str) -> Markup:
    return Markup("Page read: {}.").format(link_to_page(row["evidence_url"], about))


def findings(review: Review) -> Html:
    """What became of the evidence of 2017, in sentences."""
    cells = _cells(review)
    parts = [_lost(review, cells), *_undecided(review), _uncountable(review)]
    parts += [_since(review, cells), _states(review)]
    return fragment("findings.html", findings=parts)


def _lost(review: Review, cells: pd.DataFrame) -> tuple[str, Markup | str]:
    had = int(cells["then"].ne("none").sum())
    lost = cells[cells["change"].eq("lost")]
    if lost.empty:
        return f"No cell has lost every source that it had in 2017, of {had} that had one", ""
    have = (
        "cells has lost every source that it"
        if len(lost) == 1
        else "cells have lost every source that they"
    )
    headline = f"{len(lost)} of {had} {have} had in 2017"
    left = cells.groupby("element_id", sort=False)[["then", "now"]].agg(
        lambda words: words.ne("none").any()
    )
    bare = [names(review.elements)[element] for element in left.index[left["then"] & ~left["now"]]]
    said = []
    if bare:
        said.append(
            f"{listing(bare)} {'has' if len(bare) == 1 else 'have'} no source left in any frame."
        )
    report = of_report(review)
    placed = lost[KEY].merge(report, on=KEY)
    sources = review.sources.set_index("source_id")
    today = review.sources_today.set_index("source_id")
    for source_id in placed["source_id"].unique():
        own = placed[placed["source_id"].eq(source_id)]
        name = full_name(sources.loc[source_id])
        said.append(
            Markup("{} spoke to {}. In 2017: {}. Today: {}. {}").format(
                link_to_source(source_id, name),
                cells_in_words(review, own),
                sources.loc[source_id, "status_in_2017"],
                _found(today.loc[source_id].to_dict()),
                _read_at(today.loc[source_id], name),
            )
        )
    return headline, Markup(" ").join(said)


def _undecided(review: Review) -> list[tuple[str, Markup | str]]:
    """One finding for each source of unknown state that decides a cell, the weightiest first."""
    today = review.sources_today.set_index("source_id")
    sources = review.sources.set_index("source_id")
    labels = _labels(review)
    unknown = today.index[today["status"].eq(UNKNOWN)]
    effects = {
        source_id: if_ended(review.elements, review.frames, review.placements, [source_id])
        for source_id in unknown
    }
    deciding = sorted(
        (source_id for source_id in unknown if len(effects[source_id])),
        key=lambda source_id: -len(effects[source_id]),
    )
    found: list[tuple[str, Markup | str]] = []
    for source_id in deciding:
        effect = effects[source_id]
        label = labels[source_id]
        of_report = review.cells["source_id"].eq(source_id).sum()
        headline = (
            f"{count(len(effect), 'cell hangs', 'cells hang')} on one source of unknown state: "
            f"{full_name(sources.loc[source_id])}"
        )
        said = [
            Markup("If {} has ended, {}. It speaks to {} in all.").format(
                link_to_source(source_id, label),
                _effect(review, effect),
                count(int(of_report), "cell"),
            ),
            Markup("What we found: {}. {} Not found is not the same as ended.").format(
                _found(today.loc[source_id].to_dict()), _read_at(today.loc[source_id], label)
            ),
        ]
        found.append((headline, Markup(" ").join(said)))
    idle = [labels[source_id] for source_id in unknown if source_id not in deciding]
    if found and idle:
        headline, detail = found[-1]
        others = (
            f"{listing(idle)} {'is' if len(idle) == 1 else 'are'} also of unknown state; "
            f"{'it decides' if len(idle) == 1 else 'alone, they decide'} the strength of no cell."
        )
        found[-1] = (headline, Markup("{} {}").format(detail, others))
    return found


def _effect(review: Review, effect: pd.DataFrame) -> str:
    empty = effect["after"].eq("none")
    said = []
    for some, word in ((effect[empty], "empty"), (effect[~empty], "weaker")):
        if len(some):
            cells = count(len(some), "cell is", "cells are")
            said.append(f"{cells} {word}: {cells_in_words(review, some)}")
    return "; ".join(said)


def _uncountable(review: Review) -> tuple[str, Markup | str]:
    code = review.new_sources.set_index("source_id").loc[ISF_CODE]
    element = names(review.elements)[ISF_ELEMENT]
    return (
        f"We found nothing national that can count {element}",
        Markup(
            "Client level data, which have replaced the earlier returns, list the routes by which a "
            "personal budget can be paid. In what we read, the guidance to the first release and "
            "the public code for the measures, the list has no value for one of these. Page read: "
            "{} ({}). The remark in the table below says how it was read."
        ).format(link_to_page(code["evidence_url"], code["name"]), code["evidence_date"]),
    )


def _since(review: Review, cells: pd.DataFrame) -> tuple[str, Markup | str]:
    empty, lost = cells["change"].eq("empty"), cells["change"].eq("lost")
    may = cells["added"].eq("where empty")
    still = int(cells["added"].eq("still empty").sum())
    return (
        f"Sources since 2017 may speak to {int((empty & may).sum())} of the {int(empty.sum())} "
        f"cells that were empty, and to {int((lost & may).sum())} of the {int(lost.sum())} lost",
        f"They are our own addition and stand apart below. {count(still, 'cell has', 'cells have')} "
        "neither a source of 2017 that still counts nor one since.",
    )


def _states(review: Review) -> tuple[str, Markup | str]:
    held = review.sources_today["status"].value_counts()
    said = {
        "live": count(int(held.get("live", 0)), "is live", "are live"),
        "published": count(
            int(held.get("published", 0)), "was published once", "were published once"
        ),
        "replaced": count(int(held.get("replaced", 0)), "has been replaced", "have been replaced"),
        "ended": count(int(held.get("ended", 0)), "has ended", "have ended"),
        "unknown": f"of {int(held.get('unknown', 0))} we could not tell",
    }
    planned = review.placements[review.placements["extent"].eq("planned")]
    done = planned.loc[planned["today"].eq("published"), "label"].unique()
    hoped = planned["source_id"].nunique()
    return (
        f"Of the {len(review.sources)} sources, {listing(list(said.values()))}",
        f"{sentence(count(hoped, 'source was', 'sources were'))} still planned in 2017. "
        + (
            f"Of these, {listing(list(done))} {'has' if len(done) == 1 else 'have'} since reported; "
            "the map keeps the extent of 2017, as no one has coded the report that came of it."
            if len(done)
            else "We found no report of any of them."
        ),
    )


def change_map(review: Review) -> Html:
    """The map of 2017 and the map of today in one table: both strengths, and the change."""
    cells = _cells(review).set_index(KEY)
    report = of_report(review)
    by_cell = dict(list(report.groupby(KEY, sort=False)))
    held = cells["change"].value_counts()

    def cell(element_id: str, frame_id: str) -> dict[str, Any]:
        row = cells.loc[(element_id, frame_id)]
        placed = by_cell.get((element_id, frame_id), report.iloc[:0])
        return {
            "css": f"change-{css_name(row['change'])}",
            "symbol": CHANGE_SYMBOLS[row["change"]],
            "word": _change_text(row),
            "count": count(len(placed), "source"),
            "entries": [
                {
                    "text": source["label"],
                    "href": f"sources/{source['source_id']}.html",
                    "note": f"{EXTENT_WORDS[source['extent']]} in 2017; today {source['today']}",
                }
                for source in placed.to_dict("records")
            ],
        }

    had = int(cells["then"].ne("none").sum())
    changes = ", ".join(
        f"{held[change]} {CHANGE_WORDS[change].lower()}"
        for change in CHANGE_WORDS
        if change != "empty" and change in held
    )
    caption = f"Strength of each cell in 2017 and today. Of {had} cells with a source: {changes}"
    return map_table(review, caption, cell)


def _change_text(row: pd.Series) -> Markup:
    word = CHANGE_WORDS[row["change"]]
    if row["change"] == "empty":
        return Markup("{}").format(word)
    if row["change"] in ("as in 2017", "on a new basis"):
        lines = [STRENGTH_WORDS[row["then"]]]
    else:
        # A cell is uncertain only while the sources that count still give it its strength of 2017.
        now = STRENGTH_WORDS[row["now"]]
        if row["change"] == "uncertain":
            now = f"the same, or {STRENGTH_WORDS[row['firm']].lower()}"
        lines = [f"2017: {STRENGTH_WORDS[row['then']]}", f"Now: {now}"]
    text = Markup("").join(Markup('<span class="er-then">{}</span>').format(line) for line in lines)
    return Markup("{} {}").format(word, text)


def change_rule(review: Review) -> Html:
    """What each word of the map means, the first that holds, and how many cells have it."""
    return rule("change", CHANGE_RULES, CHANGE_WORDS, CHANGE_SYMBOLS, _cells(review)["change"])


def additions_rule(review: Review) -> Html:
    """What each word of the map of additions means, and how many cells have it."""
    return rule("added", ADDITION_RULES, ADDITION_WORDS, ADDITION_SYMBOLS, _cells(review)["added"])


def counting_rule(review: Review) -> Html:
    """Which sources still count, by their state today."""
    held = review.sources_today["status"].value_counts()
    rows = [
        {
            "word": TODAY_WORDS[state],
            "rule": sentence(counting.rule),
            "sources": int(held.get(state, 0)),
        }
        for state, counting in COUNTING_RULES.items()
    ]
    return table(
        "Which sources of 2017 still count",
        {"word": "State today", "rule": "In the map of today it", "sources": "Sources"},
        rows,
        numeric=["sources"],
    )


def sources_table(review: Review) -> Html:
    """Every source of the report: in 2017, today, and the page that says so; news first."""
    order = {state: place for place, state in enumerate(reversed(list(COUNTING_RULES)))}
    today = review.sources_today.sort_values("status", key=lambda s: s.map(order), kind="stable")
    both = today.merge(review.sources, on="source_id", validate="1:1")
    rows = [
        {
            "name": link_to_source(source["source_id"], source["name"]),
            "then": sentence(source["status_in_2017"]),
            "now": Markup("<strong>{}.</strong> {}").format(
                sentence(source["status"]),
                f"{sentence(found)}." if (found := _found(source)) != source["status"] else "",
            ),
            "address": Markup("{} <br>{}").format(
                link_to_page(source["evidence_url"], source["name"]), source["evidence_date"]
            ),
            "confidence": sentence(source["confidence"]),
        }
        for source in both.to_dict("records")
    ]
    return table(
        f"The {len(rows)} sources of the report today",
        {
            "name": "Source",
            "then": "In 2017",
            "now": "Today",
            "address": "Page read, and its date",
            "confidence": "Our confidence",
        },
        rows,
    )


def additions_summary(review: Review) -> Html:
    """How many sources have come since 2017, and where they may speak."""
    cells = _cells(review)
    ended = review.new_sources.loc[review.new_sources["status"].eq(ENDED), "name"]
    reached = int(cells["n_added"].gt(0).sum())
    left_out = (
        f" {listing(list(ended))} {'has' if len(ended) == 1 else 'have'} ended since and "
        f"{'is' if len(ended) == 1 else 'are'} listed but not counted."
        if len(ended)
        else ""
    )
    still = cells[cells["added"].eq("still empty")]
    by_frame = still.groupby("frame_id").size().reindex(review.frames["frame_id"], fill_value=0)
    worst = [
        names(review.frames)[frame]
        for frame in by_frame.index[by_frame.eq(by_frame.max()) & by_frame.gt(0)]
    ]
    points = []
    if worst:
        points.append(
            f"{count(len(still), 'cell is', 'cells are')} still empty, more in {listing(worst)} than "
            f"in any other frame: {by_frame.max()} of {len(review.elements)}"
            f"{' each' if len(worst) > 1 else ''}."
        )
    return fragment(
        "prose.html",
        paragraphs=[
            f"We list {count(len(review.new_sources), 'source')} since 2017; those that stand may "
            f"speak to {reached} of {len(cells)} cells.{left_out}"
        ],
        points=points,
    )


def additions_map(review: Review) -> Html:
    """Where sources since 2017 may speak, apart from the report's own."""
    cells = _cells(review).set_index(KEY)
    added = standing_additions(review.placements)
    by_cell = dict(list(added.groupby(KEY, sort=False)))

    def cell(element_id: str, frame_id: str) -> dict[str, Any]:
        word = cells.loc[(element_id, frame_id), "added"]
        placed = by_cell.get((element_id, frame_id), added.iloc[:0])
        return {
            "css": f"added-{css_name(word)}",
            "symbol": ADDITION_SYMBOLS[word],
            "word": ADDITION_WORDS[word],
            "count": count(len(placed), "addition"),
            "entries": [
                {
                    "text": source["label"],
                    "href": source["address"],
                    "note": f"{source['kind']}, {source['level']}; {source['today']}",
                }
                for source in placed.to_dict("records")
            ],
        }

    may = int(cells["added"].eq("where empty").sum())
    bare = may + int(cells["added"].eq("still empty").sum())
    caption = (
        f"Our own addition: where sources since 2017 may speak. Of {bare} cells without a source of "
        f"2017 that still counts, {may} may have one since"
    )
    return map_table(review, caption, cell)


def additions_table(review: Review) -> Html:
    """The sources since 2017, each with its publisher, its cells, its address and a remark."""
    elements, frames = names(review.elements), names(review.frames)
    rows = [
        {
            "name": Markup('<a href="{}">{}</a>').format(source["evidence_url"], source["name"]),
            "publisher": Markup("{}. <br>Since: {}").format(
                sentence(source["publisher"]), source["since"]
            ),
            "level": f"{sentence(source['level'])}, {source['status']}",
            "cells": f"{listing([elements[e] for e in source['element_ids'].split(';')])} × "
            f"{listing([frames[f] for f in source['frame_ids'].split(';')])}",
            "note": Markup('<span class="er-long">{}</span>').format(source["note"]),
        }
        for source in review.new_sources.to_dict("records")
    ]
    return table(
        f"{sentence(count(len(rows), 'source'))} since 2017: our own addition, not in the report",
        {
            "name": "Source, with the page read",
            "publisher": "Publisher, and since when",
            "level": "Level, and state today",
            "cells": "Cells that it may speak to",
            "note": "Remark",
        },
        rows,
    )
