"""The page "How the coding was checked": both codings, how well they agree, what differed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evidence_review.analyse.agreement import (
    DRAWS,
    KEY,
    Agreement,
    AgreementIntervals,
    agreement,
    agreement_intervals,
    map_of_coding,
    same_word,
)
from evidence_review.analyse.review import Review
from evidence_review.show.cells import cell_name, link_to_source
from evidence_review.show.gap_map import EXTENT_WORDS
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, sentence

WORDS = {"extent": EXTENT_WORDS, "confidence": {"high": "high", "medium": "medium", "low": "low"}}


def _agreement(review: Review) -> tuple[Agreement, AgreementIntervals]:
    cells = len(review.elements) * len(review.frames)
    found = agreement(review.coder_a, review.coder_b, len(review.sources) * cells)
    limits = agreement_intervals(
        review.coder_a, review.coder_b, list(review.sources["source_id"]), cells
    )
    return found, limits


def _limits(interval: tuple[float, float], decimals: int = 2) -> str:
    return f"{interval[0]:.{decimals}f} to {interval[1]:.{decimals}f}"


def findings(review: Review) -> Html:
    """How far the two coders agreed, and what hung on it, in sentences."""
    found, limits = _agreement(review)
    apart = found.only_a + found.only_b
    kept = int(review.settled["settled"].eq("yes").sum())
    parts = [
        (
            f"On a scale from 0 to 1, the two coders agreed at {found.kappa:.2f} (95% interval "
            f"{_limits(limits.kappa)})",
            "The measure is Cohen’s kappa: 1 would be complete agreement, 0 no more than chance. "
            f"Most of the {found.decisions:,} decisions are an easy “no”; on “yes” alone the "
            f"agreement is {found.positive:.2f} (95% interval {_limits(limits.positive)}).",
        ),
        (
            f"Both coders listed {found.both} placements; {count(apart, 'placement')} came from one "
            "coder alone",
            f"Coder A alone listed {found.only_a}, coder B alone {found.only_b}. A third reading "
            f"kept {kept} and dropped {len(review.settled) - kept}, each with a reason.",
        ),
        _same_words(review),
        _effect(review),
    ]
    return fragment("findings.html", findings=parts)


def _same_words(review: Review) -> tuple[str, str]:
    extent = same_word(review.coder_a, review.coder_b, "extent")
    confidence = same_word(review.coder_a, review.coder_b, "confidence")
    return (
        f"Where both listed a placement, they gave it the same extent in {int(extent['same'].sum())} "
        f"of {len(extent)}",
        f"They were equally confident in {int(confidence['same'].sum())} of {len(confidence)}.",
    )


def _effect(review: Review) -> tuple[str, str]:
    """How many cells would have another strength had one coder worked alone."""
    changed = {}
    for name, coding in (("A", review.coder_a), ("B", review.coder_b)):
        alone = map_of_coding(
            review.elements, review.frames, review.sources, review.kinds, coding
        ).merge(review.gap_map, on=["element_id", "frame_id"], suffixes=("_alone", ""))
        other = alone["strength_alone"].ne(alone["strength"])
        filled = alone["strength_alone"].eq("none") ^ alone["strength"].eq("none")
        changed[name] = (int(other.sum()), int(filled.sum()))
    total = len(review.gap_map)
    (a, a_empty), (b, b_empty) = changed["A"], changed["B"]
    return (
        f"With coder A alone {a} of {total} cells would have another strength, with coder B alone {b}",
        f"Whether a cell is empty or not would differ in {a_empty} of {total} with coder A and in "
        f"{b_empty} with coder B.",
    )


def codings_table(review: Review) -> Html:
    """Both codings and the settled one, side by side in numbers."""
    codings = {"a": review.coder_a, "b": review.coder_b, "settled": review.cells}
    rows: list[dict[str, Any]] = [
        {"what": "Placements", **{name: len(coding) for name, coding in codings.items()}},
        {
            "what": "Cells with a source",
            **{name: len(coding.drop_duplicates(KEY[1:])) for name, coding in codings.items()},
        },
    ]
    for column, words in WORDS.items():
        rows += [
            {
                "what": f"{sentence(column)}: {word}",
                **{name: int(coding[column].eq(key).sum()) for name, coding in codings.items()},
            }
            for key, word in words.items()
        ]
    return table(
        "Both codings and the settled one; a placement is one source in one cell",
        {"what": "How many", "a": "Coder A", "b": "Coder B", "settled": "Settled coding"},
        rows,
        numeric=list(codings),
    )


def agreement_table(review: Review) -> Html:
    """Kappa and positive agreement with their intervals, and the counts behind them."""
    found, limits = _agreement(review)
    rows = [
        {"what": "Both coders say yes", "value": f"{found.both:,}", "limits": "–"},
        {"what": "Only coder A says yes", "value": f"{found.only_a:,}", "limits": "–"},
        {"what": "Only coder B says yes", "value": f"{found.only_b:,}", "limits": "–"},
        {"what": "Both say no", "value": f"{found.neither:,}", "limits": "–"},
        {
            "what": "Cohen’s kappa",
            "value": f"{found.kappa:.3f}",
            "limits": _limits(limits.kappa, 3),
        },
        {
            "what": "Positive agreement",
            "value": f"{found.positive:.3f}",
            "limits": _limits(limits.positive, 3),
        },
    ]
    return table(
        f"Agreement over {found.decisions:,} decisions: {len(review.sources)} sources × "
        f"{len(review.elements)} elements × {len(review.frames)} frames",
        {"what": "Measure", "value": "Value", "limits": "95% interval"},
        rows,
        numeric=["value", "limits"],
    )


def interval_rule(review: Review) -> Html:
    """How the intervals were made, in words."""
    return fragment(
        "prose.html",
        paragraphs=[
            f"For the intervals we draw {len(review.sources)} sources with replacement, {DRAWS:,} times, and "
            "work out both measures anew from each draw. The interval holds the middle 95% of the "
            "results. Whole sources are drawn, as the decisions about one source hang together. The "
            "draws start from a fixed seed, so that they come out the same each time."
        ],
        points=[],
    )


def words_table(review: Review) -> Html:
    """The placements that both coders listed with another extent or confidence."""
    names = _source_names(review)
    settled = review.cells.set_index(KEY)
    rows = []
    for column in WORDS:
        words = same_word(review.coder_a, review.coder_b, column)
        for row in words[~words["same"]].to_dict("records"):
            place = tuple(row[key] for key in KEY)
            rows.append(
                {
                    "source": link_to_source(row["source_id"], names[row["source_id"]]),
                    "cell": cell_name(review, row["element_id"], row["frame_id"]),
                    "what": sentence(column),
                    "a": WORDS[column][row["a"]],
                    "b": WORDS[column][row["b"]],
                    "settled": WORDS[column][settled.loc[place, column]]
                    if place in settled.index
                    else "dropped",
                }
            )
    return table(
        f"Placements that both listed, with another word: {len(rows)}",
        {
            "source": "Source",
            "cell": "Element × frame",
            "what": "What differs",
            "a": "Coder A",
            "b": "Coder B",
            "settled": "Settled coding",
        },
        rows,
    )


def differences_table(review: Review) -> Html:
    """Every placement that only one coder listed, and how the third reading settled it."""
    names = _source_names(review)
    rows = [
        {
            "source": link_to_source(row["source_id"], names[row["source_id"]]),
            "cell": cell_name(review, row["element_id"], row["frame_id"]),
            "by": "A" if row["coder_a"] == "yes" else "B",
            "settled": "Kept" if row["settled"] == "yes" else "Dropped",
            "reason": row["reason"],
        }
        for row in review.settled.to_dict("records")
    ]
    return table(
        f"The {len(rows)} placements that one coder listed and the other did not",
        {
            "source": "Source",
            "cell": "Element × frame",
            "by": "Listed by coder",
            "settled": "Third reading",
            "reason": "Reason",
        },
        rows,
    )


def _source_names(review: Review) -> Mapping[str, str]:
    labels: pd.Series = review.placements.set_index("source_id")["label"]
    return {str(source): str(label) for source, label in labels.items()}
