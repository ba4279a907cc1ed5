"""A guide for each group of readers: its frames first, what they hold, what it can ask today."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.filters import first_frames
from evidence_review.analyse.questions import (
    INTEREST_OF_GROUP,
    cells_within,
    evidence,
    frame_columns,
    of_interest,
    read_cells,
)
from evidence_review.analyse.review import Review
from evidence_review.show.evidence import (
    EVIDENCE_WORDS,
    cells_table,
    cells_today,
    evidence_item,
    in_sentence,
    of_report,
    reading_sentence,
    some_of,
    sources_table,
    tally,
)
from evidence_review.show.gap_map import element_label
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.questions import INTEREST_WORDS, STANDING_WORDS, standings
from evidence_review.show.words import count, listing, sentence

ROOT = "../"  # the guides lie one folder below the top of the book
PAGES = {
    "A1": "people",
    "A2": "families",
    "A3": "practitioners",
    "A4": "providers",
    "A5": "commissioners",
    "A6": "leaders",
}
IN_A_COUNCIL = frozenset({"A3", "A5", "A6"})  # those who can re-run their council's page


@dataclass(frozen=True)
class Guide:
    """A guide's page and the group it is for."""

    group_id: str
    name: str
    page: str
    in_a_council: bool


def guides(review: Review) -> list[Guide]:
    """The guides, in the order of the groups."""
    return [
        Guide(group, name, f"readers/{PAGES[group]}", group in IN_A_COUNCIL)
        for group, name in zip(review.groups["group_id"], review.groups["group"], strict=True)
    ]


def index(review: Review) -> Html:
    """All groups: what matters most to each, and how much of that has evidence."""
    cells = cells_today(review)
    rows = []
    for guide in guides(review):
        own = _own_cells(review, guide, cells)
        rows.append(
            {
                "group": Markup('<a href="{}.html">{}</a>').format(
                    PAGES[guide.group_id], guide.name
                ),
                "frames": listing(_frame_names(review, guide)),
                "found": _of(own["n_sources"]),
                "in_full": _of(own["n_full"]),
                "live": _of(own["live"]),
                "live_full": _of(own["live_full"]),
            }
        )
    return table(
        "The groups, their frames, and the cells of those frames that have evidence",
        {
            "group": "Group",
            "frames": "Frames that matter most, first to last",
            "found": "Cells with a source",
            "in_full": "With one in full",
            "live": "With a live one",
            "live_full": "With a live one in full",
        },
        rows,
        numeric=["found", "in_full", "live", "live_full"],
    )


def finding(review: Review) -> Html:
    """How much of what matters most to the groups has evidence, in two sentences."""
    cells = cells_today(review)
    own = [_own_cells(review, guide, cells) for guide in guides(review)]
    empty = _span([100 * part["n_sources"].eq(0).mean() for part in own])
    in_full = _span([100 * part["live_full"].gt(0).mean() for part in own])
    return Html(
        "<p><strong>Of the cells that matter most to each group, {} have no source.</strong> "
        "In {}, a source that is live today speaks to the cell in full.</p>"
    ).format(empty, in_full)


def _span(shares: list[float]) -> str:
    low, high = f"{min(shares):.0f}%", f"{max(shares):.0f}%"
    return low if low == high else f"{low} to {high}"


def summary(review: Review, guide: Guide) -> Html:
    """How much evidence there is on what matters most to the group, in a few sentences."""
    own = _own_cells(review, guide, cells_today(review))
    total = len(own)
    found, live, live_full = (
        int(own[column].gt(0).sum()) for column in ("n_sources", "live", "live_full")
    )
    frames = _frame_names(review, guide)
    asked = _questions(review, guide)
    states = pd.Series([evidence(cells) for _, cells in asked])
    note = review.groups.set_index("group_id")["note"][guide.group_id]
    matters = (
        f"All {len(frames)} frames of reference matter to this group"
        if len(frames) == len(review.frames)
        else f"What matters most, first to last: {listing([name.lower() for name in frames])}"
    )
    columns = frame_columns(own, first_frames(review.groups)[guide.group_id])
    names = dict(zip(review.frames["frame_id"], review.frames["short_name"], strict=True))
    best, worst = (
        listing([names[f] for f in columns.loc[columns["found"].eq(edge), "frame_id"]])
        for edge in (columns["found"].max(), columns["found"].min())
    )
    return fragment(
        "prose.html",
        paragraphs=[
            Markup("<strong>{}</strong> {}").format(
                f"{found} of the {total} cells that matter most to you have a source, and "
                f"{live} a source that is live today.",
                f"In {live_full or 'none'} a live source speaks to the cell in full.",
            ),
            f"{matters}. {f'The report adds: {note}.' if note else ''}".strip(),
        ],
        points=[
            f"Most is known on {best.lower()}: "
            f"a source in {some_of(int(columns['found'].max()), len(review.elements), 'cell')}. "
            f"Least is known on {worst.lower()}: in "
            f"{some_of(int(columns['found'].min()), len(review.elements), 'cell')}.",
            f"Of the {len(asked)} questions that the report lists for you – "
            f"{tally(states, EVIDENCE_WORDS)}.",
        ],
    )


def frames(review: Review, guide: Guide) -> Html:
    """The frames that matter most to the group, in its order, and what each column holds."""
    order = first_frames(review.groups)[guide.group_id]
    described = review.frames.set_index("frame_id")
    rows = [
        {
            "frame": described.loc[row["frame_id"], "short_name"],
            "asks": described.loc[row["frame_id"], "what_it_asks"],
            "found": f"{row['found']} of {row['cells']}",
            "in_full": row["in_full"],
            "live": row["live"],
        }
        for row in frame_columns(cells_today(review), order).to_dict("records")
    ]
    return table(
        "Your frames of reference, what matters most first",
        {
            "frame": "Frame",
            "asks": "What it asks",
            "found": "Cells with a source",
            "in_full": "With one in full",
            "live": "With a live one",
        },
        rows,
        numeric=["found", "in_full", "live"],
    )


def strongest(review: Review, guide: Guide) -> Html:
    """The strongest cells in the group's frames, with their sources."""
    own = _own_cells(review, guide, cells_today(review))
    best = own[own["strength"].eq("several")]
    return cells_table(
        review,
        best,
        of_report(review),
        f"Cells with several sources in full, in your frames: {len(best)} of {len(own)}",
        ROOT,
    )


def emptiest(review: Review, guide: Guide) -> Html:
    """The elements without any source in each of the group's frames."""
    own = _own_cells(review, guide, cells_today(review))
    labels = {row["element_id"]: element_label(row) for _, row in review.elements.iterrows()}
    points = []
    for frame, name in zip(
        first_frames(review.groups)[guide.group_id], _frame_names(review, guide), strict=True
    ):
        empty = own[own["frame_id"].eq(frame) & own["n_sources"].eq(0)]["element_id"]
        points.append(f"{name}: {listing([labels[e] for e in empty]) or 'none'}.")
    return fragment(
        "prose.html",
        paragraphs=["No source was found for these elements of change, frame by frame:"],
        points=points,
    )


def questions(review: Review, guide: Guide) -> Html:
    """The questions that the report lists for the group, and what the map holds for each."""
    items = [
        evidence_item(
            review,
            {"id": row["question_id"], "text": row["question"], "root": ROOT},
            cells,
            [
                f"Asked by {in_sentence(row['asked_by'])}.",
                reading_sentence(review, row["question_id"], cells),
            ],
        )
        for row, cells in _questions(review, guide)
    ]
    return fragment("question_list.html", items=items)


def appendix(review: Review, guide: Guide) -> Html:
    """The questions of Appendix 4 that are of the group's interest, and how they stand."""
    interest = INTEREST_OF_GROUP[guide.group_id]
    own = of_interest(standings(review), interest)
    rows = [
        {
            "question": Markup('<a href="{}questions.html#{}">{}</a>').format(
                ROOT, row["question_id"], row["question"]
            ),
            "standing": STANDING_WORDS[row["standing"]],
        }
        for row in own.to_dict("records")
    ]
    return table(
        f"{sentence(count(len(rows), 'question'))} of interest to {INTEREST_WORDS[interest]}, and "
        "whether the evidence stated in 2017 still stands",
        {"question": "Question", "standing": "Today"},
        rows,
    )


def live_sources(review: Review, guide: Guide) -> Html:
    """The sources in the group's frames that are live today, with what to take care with."""
    own = _own_cells(review, guide, cells_today(review))
    there = of_report(review).merge(own[["element_id", "frame_id"]], on=["element_id", "frame_id"])
    live = there.loc[there["today"].eq("live"), "source_id"].unique()
    caption = f"{sentence(count(len(live), 'source'))} in your frames that are live today"
    return sources_table(review, live, caption, ROOT)


def _own_cells(review: Review, guide: Guide, cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of the frames that matter most to the group, in the group's order of frames."""
    order = first_frames(review.groups)[guide.group_id]
    own = cells_within(cells, review.elements["element_id"], order)
    return own.sort_values("frame_id", key=lambda ids: ids.map(order.index), kind="stable")


def _frame_names(review: Review, guide: Guide) -> list[str]:
    names = dict(zip(review.frames["frame_id"], review.frames["short_name"], strict=True))
    return [names[frame] for frame in first_frames(review.groups)[guide.group_id]]


def _questions(review: Review, guide: Guide) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """The group's questions, each with the cells that bear on it."""
    asked = review.group_questions
    own = asked[[guide.group_id in ids.split(";") for ids in asked["group_ids"]]]
    cells = read_cells(own, review.readings, cells_today(review))
    return [(row, cells[row["question_id"]]) for row in own.to_dict("records")]


def _of(values: pd.Series) -> str:
    return f"{int(values.gt(0).sum())} of {len(values)}"
