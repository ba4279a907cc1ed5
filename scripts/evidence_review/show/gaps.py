"""The page "Gaps": what kind of gap each cell is, and the report's own gaps against the map."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.gaps import (
    KIND_RULES,
    PLANNED_ONLY_RULE,
    VERDICT_RULES,
    NamedGap,
    cell_kinds,
    count_kinds,
    named_gaps,
    unnamed_empty_cells,
)
from evidence_review.analyse.review import Review
from evidence_review.analyse.today import then_and_now
from evidence_review.show.cells import cell_name, cells_in_words, link_to_source, names
from evidence_review.show.evidence import of_report
from evidence_review.show.gap_map import EXTENT_WORDS, element_label
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import STRENGTH_WORDS, count, listing, sentence

KIND_WORDS = {
    "absolute gap": "Absolute gap",
    "one source": "One source",
    "synthesis gap": "Synthesis gap",
    "evaluated": "With an evaluation or review",
}
VERDICT_WORDS = {
    "agrees": "The map agrees",
    "mostly agrees": "The map mostly agrees",
    "divided": "The map is divided",
    "shows sources": "The map shows sources",
}
KEY = ["element_id", "frame_id"]


def _kinds(review: Review) -> pd.DataFrame:
    return cell_kinds(review.gap_map, review.placements)


def _of_kind(review: Review, kind: str) -> pd.DataFrame:
    kinds = _kinds(review)
    return kinds.loc[kinds["kind"].eq(kind), KEY]


def findings(review: Review) -> Html:
    """What the gaps are, in sentences."""
    kinds = _kinds(review)
    held = kinds["kind"].value_counts().reindex(list(KIND_RULES), fill_value=0)
    total = len(kinds)
    named = named_gaps(review.gaps, review.gap_map)
    outside = unnamed_empty_cells(named, review.gap_map)
    agreeing = [gap for gap in named if gap.verdict in ("agrees", "mostly agrees")]
    untouched = _untouched(review, named)
    parts: list[tuple[str, Markup | str]] = [
        (
            f"{held['absolute gap']} of {total} cells are absolute gaps: no source speaks to them",
            _most_gaps(review, kinds),
        ),
        (
            f"{count(int(held['synthesis gap']), 'cell has', 'cells have')} two or more sources, but "
            "no finished evaluation or review",
            f"{count(int(held['evaluated']), 'cell has', 'cells have')} both.",
        ),
        (
            f"{count(int(held['one source']), 'cell rests', 'cells rest')} on one source alone",
            _resting_on(review, kinds),
        ),
        (_planned_headline(kinds), _planned_detail(review)),
        (
            f"{len(outside)} of the {held['absolute gap']} empty cells lie outside all "
            f"{len(named)} gaps that the report names",
            f"As we place them, no gap of the report bears on {listing(untouched)}."
            if untouched
            else "Each element belongs to at least one gap of the report.",
        ),
        (
            f"The map agrees, wholly or mostly, with {len(agreeing)} of the report’s {len(named)} gaps",
            "Elsewhere the cells of the gap hold sources in full. That need not mean that the gap is "
            "filled: a cell is wider than a gap.",
        ),
    ]
    return fragment("findings.html", findings=parts)


def _most_gaps(review: Review, kinds: pd.DataFrame) -> str:
    said = []
    for axis, key, one, many in (
        (review.frames, "frame_id", "frame", "frames"),
        (review.elements, "element_id", "element", "elements"),
    ):
        counts = count_kinds(kinds, axis, key).set_index(key)
        worst = counts[counts["absolute gap"].eq(counts["absolute gap"].max())]
        listed = listing([names(axis)[code] for code in worst.index])
        said.append(
            f"{f'The {one}' if len(worst) == 1 else f'The {many}'} with most: {listed}, "
            f"{worst['absolute gap'].iloc[0]} of {worst['cells'].iloc[0]}"
            f"{' each' if len(worst) > 1 else ''}."
        )
    return " ".join(said)


def _resting_on(review: Review, kinds: pd.DataFrame) -> str:
    alone = kinds.loc[kinds["kind"].eq("one source"), KEY]
    placed = of_report(review).merge(alone, on=KEY)
    held = placed["label"].value_counts()
    most = [str(label) for label in held.index[held.eq(held.max())]] if len(held) else []
    unsure = placed[~placed["today"].isin(["live", "published"])]
    said = []
    if most and held.max() > 1:
        said.append(
            f"No source carries more of them than {listing(most)}: "
            f"{held.max()}{' each' if len(most) > 1 else ''}."
        )
    if len(unsure):
        said.append(
            f"In {len(unsure)} of them that source has ended or been replaced, or we could not tell."
        )
    return " ".join(said)


def _planned_headline(kinds: pd.DataFrame) -> str:
    planned = int(kinds["planned_only"].sum())
    if not planned:
        return "No cell rests on planned work alone"
    return f"{count(planned, 'cell rests', 'cells rest')} on planned work alone"


def _planned_detail(review: Review) -> str:
    planned = of_report(review)
    planned = planned[planned["extent"].eq("planned")]
    if planned.empty:
        return "No source was still planned in 2017."
    sources = list(planned["label"].unique())
    cells = planned[KEY].drop_duplicates()
    return (
        f"Work still planned in 2017 stands in {count(len(cells), 'cell')}: "
        f"{cells_in_words(review, cells)}. It comes from {listing(sources)}."
    )


def kind_rule(review: Review) -> Html:
    """What each kind of gap means, with how many cells are of that kind."""
    kinds = _kinds(review)
    held = kinds["kind"].value_counts()
    rows = [
        {"kind": KIND_WORDS[kind], "rule": sentence(rule), "cells": int(held.get(kind, 0))}
        for kind, rule in KIND_RULES.items()
    ]
    rows.append(
        {
            "kind": "On planned work alone (a mark beside these)",
            "rule": sentence(PLANNED_ONLY_RULE),
            "cells": int(kinds["planned_only"].sum()),
        }
    )
    return table(
        f"Each of the {len(kinds)} cells is of one kind",
        {"kind": "Kind", "rule": "Rule", "cells": "Cells"},
        rows,
        numeric=["cells"],
    )


def by_element(review: Review) -> Html:
    """Cells of each kind, by element."""
    labels = {row["element_id"]: element_label(row) for _, row in review.elements.iterrows()}
    return _counts(review, review.elements, "element_id", "Element of change", labels)


def by_frame(review: Review) -> Html:
    """Cells of each kind, by frame."""
    return _counts(review, review.frames, "frame_id", "Frame of reference", names(review.frames))


def _counts(
    review: Review, axis: pd.DataFrame, key: str, heading: str, labels: dict[str, str]
) -> Html:
    counts = count_kinds(_kinds(review), axis, key)
    rows: list[dict[str, Any]] = [
        {**row, "name": labels[row[key]]} for row in counts.to_dict("records")
    ]
    rows.append({**counts.drop(columns=key).sum().to_dict(), "name": "All"})
    columns = {
        "name": heading,
        "cells": "Cells",
        **KIND_WORDS,
        "planned_only": "On planned work alone",
    }
    return table(
        f"Kinds of gap by {heading.lower().split(' ', maxsplit=1)[0]}",
        columns,
        rows,
        numeric=[column for column in columns if column != "name"],
    )


def synthesis_gaps(review: Review) -> Html:
    """The cells with two or more sources and no finished evaluation or review."""
    rows = []
    for element_id, frame_id in _of_kind(review, "synthesis gap").itertuples(index=False):
        placed = _in_cell(review, element_id, frame_id)
        links = [
            link_to_source(source["source_id"], source["label"])
            for source in placed.to_dict("records")
        ]
        rows.append(
            {
                "cell": cell_name(review, element_id, frame_id),
                "n": len(placed),
                "sources": Markup(", ").join(links),
                "kinds": sentence("; ".join(placed["family"].unique())),
            }
        )
    return table(
        f"Synthesis gaps: {count(len(rows), 'cell')}",
        {
            "cell": "Element × frame",
            "n": "Sources",
            "sources": "Which",
            "kinds": "What kind they are",
        },
        rows,
        numeric=["n"],
    )


def one_source(review: Review) -> Html:
    """The cells that rest on one source, and where that source stands today."""
    rows = []
    for element_id, frame_id in _of_kind(review, "one source").itertuples(index=False):
        source = _in_cell(review, element_id, frame_id).iloc[0]
        rows.append(
            {
                "cell": cell_name(review, element_id, frame_id),
                "source": link_to_source(source["source_id"], source["label"]),
                "extent": sentence(EXTENT_WORDS[source["extent"]]),
                "kind": sentence(source["kind"]),
                "today": sentence(source["today"]),
            }
        )
    return table(
        f"Cells that rest on one source: {len(rows)}",
        {
            "cell": "Element × frame",
            "source": "Its only source",
            "extent": "Extent in 2017",
            "kind": "Kind",
            "today": "The source today",
        },
        rows,
    )


def _in_cell(review: Review, element_id: str, frame_id: str) -> pd.DataFrame:
    report = of_report(review)
    return report[report["element_id"].eq(element_id) & report["frame_id"].eq(frame_id)]


def verdict_rule(review: Review) -> Html:
    """What each verdict on a gap of the report means, with how many gaps get it."""
    named = named_gaps(review.gaps, review.gap_map)
    rows = [
        {
            "verdict": VERDICT_WORDS[verdict],
            "rule": sentence(rule),
            "gaps": sum(gap.verdict == verdict for gap in named),
        }
        for verdict, rule in VERDICT_RULES.items()
    ]
    return table(
        "How a gap of the report stands on the map",
        {"verdict": "Verdict", "rule": "Rule", "gaps": "Gaps"},
        rows,
        numeric=["gaps"],
    )


def named_table(review: Review) -> Html:
    """Each gap that the report names, with its cells by strength and what the map says."""
    changes = then_and_now(review.elements, review.frames, review.placements)
    shaky = changes.loc[changes["change"].isin(["lost", "weaker", "uncertain"]), KEY]
    rows = []
    for gap in named_gaps(review.gaps, review.gap_map):
        held = gap.cells["strength"].value_counts()
        elements = [names(review.elements)[code] for code in gap.cells["element_id"].unique()]
        frames = [names(review.frames)[code] for code in gap.cells["frame_id"].unique()]
        rows.append(
            {
                "gap": gap.what_is_missing,
                "cells": f"{listing(elements)} × {listing(frames)}: {count(len(gap.cells), 'cell')}. "
                + ", ".join(
                    f"{word}: {held[strength]}"
                    for strength, word in STRENGTH_WORDS.items()
                    if strength in held
                ),
                "verdict": verdict_in_words(review, gap, shaky),
            }
        )
    return table(
        f"The report’s {len(rows)} gaps on the map of 2017, their cells counted by strength",
        {
            "gap": "What the report finds missing",
            "cells": "Its cells, by strength",
            "verdict": "What the map says",
        },
        rows,
    )


def verdict_in_words(review: Review, gap: NamedGap, shaky: pd.DataFrame) -> str:
    """The verdict on one gap in sentences; names the cells that hold a source in full.

    shaky: element_id, frame_id of the cells whose evidence is lost, weaker or uncertain today.
    """
    total, full = len(gap.cells), gap.with_source
    said = [
        f"{VERDICT_WORDS[gap.verdict]}: {_of(gap.sparse, total, 'is', 'are')} empty or limited."
    ]
    if len(full):
        placed = of_report(review).merge(full[KEY], on=KEY)
        sources = placed.loc[placed["extent"].eq("full"), "label"].unique()
        said.append(
            f"In full: {cells_in_words(review, full)}, from {listing(sorted(sources, key=str.lower))}."
        )
    now_shaky = full.merge(shaky, on=KEY)
    if len(now_shaky):
        said.append(
            f"Today {len(now_shaky)} of these "
            f"{'is' if len(now_shaky) == 1 else 'are'} lost, weaker or uncertain: "
            f"{cells_in_words(review, now_shaky)}."
        )
    if gap.groups and len(full):
        said.append(
            f"The gap names {listing(gap.groups)}; the map does not say whom a source is about."
        )
    return " ".join(said)


def _of(some: int, total: int, one: str, many: str) -> str:
    """A part of some cells with its verb: "1 of 6 cells is", "all 4 cells are", "no cell is"."""
    if some == 0:
        return f"no cell {one}"
    if some == total:
        return f"its one cell {one}" if total == 1 else f"all {total} cells {many}"
    return f"{some} of {total} cells {one if some == 1 else many}"


def _untouched(review: Review, named: list[NamedGap]) -> list[str]:
    touched = {element for gap in named for element in gap.cells["element_id"]}
    return [name for code, name in names(review.elements).items() if code not in touched]


def unnamed_by_element(review: Review) -> Html:
    """The empty cells outside all gaps of the report, by element."""
    labels = {row["element_id"]: element_label(row) for _, row in review.elements.iterrows()}
    return _unnamed(review, "element_id", "frame_id", "Element of change", labels, review.frames)


def unnamed_by_frame(review: Review) -> Html:
    """The empty cells outside all gaps of the report, by frame."""
    return _unnamed(
        review,
        "frame_id",
        "element_id",
        "Frame of reference",
        names(review.frames),
        review.elements,
    )


def _unnamed(
    review: Review,
    key: str,
    other: str,
    heading: str,
    labels: dict[str, str],
    other_axis: pd.DataFrame,
) -> Html:
    outside = unnamed_empty_cells(named_gaps(review.gaps, review.gap_map), review.gap_map)
    empty = review.gap_map.loc[review.gap_map["strength"].eq("none"), KEY]
    rows: list[dict[str, Any]] = []
    for code, label in labels.items():
        own = set(outside.loc[outside[key].eq(code), other])
        rows.append(
            {
                "name": label,
                "empty": int(empty[key].eq(code).sum()),
                "outside": len(own),
                "which": ", ".join(n for c, n in names(other_axis).items() if c in own) or "–",
            }
        )
    rows.append({"name": "All", "empty": len(empty), "outside": len(outside), "which": "–"})
    side = heading.lower().split(" ", maxsplit=1)[0]
    return table(
        f"Empty cells that no gap of the report bears on, by {side}",
        {
            "name": heading,
            "empty": "Empty cells",
            "outside": "Outside all gaps",
            "which": "Which frames" if other == "frame_id" else "Which elements",
        },
        rows,
        numeric=["empty", "outside"],
    )
