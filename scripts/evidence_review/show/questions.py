"""Pages that put questions to the map: Appendix 4, the National Audit Office, the five tests."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.findings import correlation
from evidence_review.analyse.questions import (
    PEOPLE,
    STANDING_RULES,
    SYSTEM,
    cells_reached,
    cells_within,
    of_interest,
    question_standings,
    read_cells,
    spread,
)
from evidence_review.analyse.review import Review
from evidence_review.show.evidence import (
    cells_today,
    details,
    evidence_item,
    evidence_rule,
    evidence_summary,
    in_sentence,
    of_report,
    reading_sentence,
    some_of,
    source_link,
    sources_table,
    strengths,
    tally,
    verdict,
)
from evidence_review.show.gap_map import rule, source_label
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, how_much, listing, number, sentence, signed

STANDING_WORDS = {
    "stands": "Stands",
    "in part": "Stands in part",
    "dated": "Dated",
    "lost": "In doubt",
    "none named": "No source named",
}
STANDING_SYMBOLS = {"stands": "●", "in part": "◑", "dated": "◔", "lost": "◌", "none named": "○"}
COVERAGE_WORDS = {"stated": "Covered", "part": "In part", "limited": "Limited"}
INTEREST_WORDS = {PEOPLE: "people and communities", SYSTEM: "the system"}
# How a sentence says where one source, or several, stand.
TODAY_VERBS = {
    "live": ("is live", "are live"),
    "published": ("stands as published", "stand as published"),
    "replaced": ("has been replaced", "have been replaced"),
    "ended": ("has ended", "have ended"),
    "unknown": ("is unknown", "are unknown"),
}


# --- Appendix 4 --------------------------------------------------------------------------------


def standings(review: Review) -> pd.DataFrame:
    """The questions of Appendix 4 and how their sources stand today."""
    return question_standings(review.questions, review.sources_today)


def standing_rule() -> Html:
    """The rule for how the sources of a question stand today."""
    return rule("standing", STANDING_RULES, STANDING_WORDS, STANDING_SYMBOLS)


def summary(review: Review) -> Html:
    """What has become of the evidence that the report stated for its questions."""
    asked = standings(review)
    stands = int(asked["standing"].eq("stands").sum())
    with_source = asked[asked["sources"].map(len).gt(0)]
    named = with_source["sources"].explode().value_counts()
    most = list(named[named.eq(named.max())].index)  # several may share the first place
    live = asked["live"].explode().dropna().value_counts()
    states, labels = _states(review), _labels(review)
    points = [
        f"{listing([labels[s] for s in most])} {'is' if len(most) == 1 else 'are each'} named for "
        f"{some_of(int(named.max()), len(with_source), 'question')} that have a source. "
        f"{_states_sentence([(labels[s], states[s]) for s in most])}",
        "Of all the sources named, these are live: "
        + (
            listing([f"{labels[s]} (for {count(n, 'question')})" for s, n in live.items()])
            or "none"
        )
        + ".",
    ]
    for interest, whose in INTEREST_WORDS.items():
        own = of_interest(asked, interest)
        points.append(
            f"Of interest to {whose}, {count(len(own), 'question')} – "
            f"{tally(own['standing'], STANDING_WORDS)}."
        )
    return fragment(
        "prose.html",
        paragraphs=[
            Markup("<strong>{}</strong> {}").format(
                f"For {stands or 'none'} of the {len(asked)} questions in Appendix 4 of the report is "
                "every source that it named still live.",
                f"By the rule below – {tally(asked['standing'], STANDING_WORDS)}.",
            )
        ],
        points=points,
    )


def overview(review: Review) -> Html:
    """All questions of Appendix 4 in one table."""
    states, labels = _states(review), _labels(review)
    rows = [
        {
            "question": Markup('<a href="#{}">{}</a>').format(row["question_id"], row["question"]),
            "interest": sentence(listing([INTEREST_WORDS[i] for i in row["interests"]])),
            "coverage": COVERAGE_WORDS[row["coverage"]],
            "sources": "; ".join(f"{labels[s]} ({states[s]})" for s in row["sources"]) or "none",
            "today": STANDING_WORDS[row["standing"]],
        }
        for row in standings(review).to_dict("records")
    ]
    return table(
        f"The {len(rows)} questions of Appendix 4, in 2017 and today",
        {
            "question": "Question",
            "interest": "Of interest to",
            "coverage": "Covered in 2017",
            "sources": "Sources named (today)",
            "today": "Today",
        },
        rows,
    )


def by_interest(review: Review, *interests: str) -> Html:
    """The questions of exactly these interests, each with its sources and their cells."""
    asked = standings(review)
    chosen = asked[[own == interests for own in asked["interests"]]]
    return fragment(
        "question_list.html",
        items=[_appendix_item(review, row) for row in chosen.to_dict("records")],
    )


def _appendix_item(review: Review, question: Mapping[str, Any]) -> dict[str, Any]:
    """A question of Appendix 4, ready for question_list.html."""
    in_2017 = f"In 2017: {COVERAGE_WORDS[question['coverage']].lower()}."
    # The word alone would say the same twice.
    if question["existing_evidence"].lower() != question["coverage"]:
        in_2017 += f" What the appendix gives, in short: {question['existing_evidence']}."
    item = {
        "id": question["question_id"],
        "title": question["question"],
        "verdict": verdict("standing", question["standing"], STANDING_WORDS, STANDING_SYMBOLS),
        "finding": "The report found the evidence limited, and named no source to follow to today.",
        "points": [in_2017],
        "details": None,
    }
    sources = review.sources[review.sources["source_id"].isin(question["sources"])]
    if sources.empty:
        return item
    states = _states(review)
    own = of_report(review)
    own = own[own["source_id"].isin(question["sources"])]
    cells = cells_reached(cells_today(review), own)
    live = own[own["today"].eq("live")]
    in_full = len(cells_reached(cells, live[live["extent"].eq("full")]))
    reach = (
        "Not one of them is live today."
        if live.empty
        else f"What is live reaches {len(cells_reached(cells, live))} of these, "
        f"{in_full or 'none'} in full."
    )
    return item | {
        "finding": _states_sentence(
            [(source_label(row), states[row["source_id"]]) for row in sources.to_dict("records")]
        ),
        "points": [
            in_2017,
            Markup("Sources named: {}.").format(
                Markup("; ").join(source_link(row) for row in sources.to_dict("records"))
            ),
            f"These sources speak to {count(len(cells), 'cell')} of the map. {reach}",
            f"Strength of those cells, all their sources counted – {strengths(cells)}.",
        ],
        "details": details(review, cells, own, question["question"]),
    }


def _labels(review: Review) -> dict[str, str]:
    return {row["source_id"]: source_label(row) for row in review.sources.to_dict("records")}


def _states(review: Review) -> dict[str, str]:
    today = review.sources_today
    return dict(zip(today["source_id"], today["status"], strict=True))


def _states_sentence(named: Iterable[tuple[str, str]]) -> str:
    """Where sources stand: "Today ASCOF is live; POET is unknown."."""
    by_state: dict[str, list[str]] = {}
    for label, state in named:
        by_state.setdefault(state, []).append(label)
    parts = [
        f"{listing(by_state[state])} {verbs[len(by_state[state]) > 1]}"
        for state, verbs in TODAY_VERBS.items()
        if state in by_state
    ]
    return f"Today {'; '.join(parts)}."


# --- The National Audit Office and the five tests ----------------------------------------------


def _nao_cells(review: Review) -> dict[str, pd.DataFrame]:
    return read_cells(review.nao_questions, review.readings, cells_today(review))


def nao_summary(review: Review) -> Html:
    """How much evidence the map holds today for the four questions."""
    cells = _nao_cells(review)
    return evidence_summary(cells, f"the National Audit Office’s {len(cells)} questions")


def nao(review: Review) -> Html:
    """The four questions of the National Audit Office, each against its cells."""
    cells = _nao_cells(review)
    items = []
    for row in review.nao_questions.to_dict("records"):
        question_id = row["question_id"]
        points = [
            f"The National Audit Office found: {in_sentence(row['what_the_nao_found'])}.",
            *_nao_figures(review, question_id),
            reading_sentence(review, question_id, cells[question_id]),
        ]
        question = {"id": question_id, "text": row["question"]}
        items.append(evidence_item(review, question, cells[question_id], points))
    return fragment("question_list.html", items=items)


def nao_sources(review: Review) -> Html:
    """The sources in the cells of the four questions: what each bears on, and its limits."""
    return _sources_behind(review, _nao_cells(review), "the four questions")


def _sources_behind(review: Review, cells: Mapping[str, pd.DataFrame], what: str) -> Html:
    together = pd.concat(cells.values())[["element_id", "frame_id"]].drop_duplicates()
    there = of_report(review).merge(together, on=["element_id", "frame_id"])["source_id"].unique()
    caption = f"{sentence(count(len(there), 'source'))} in the cells of {what}"
    return sources_table(review, there, caption)


def _nao_figures(review: Review, question_id: str) -> list[str]:
    """What the official figures of this review add to a question, where they add anything."""
    codes = review.council_codes
    if question_id == "N1":
        link = correlation(review.figures, codes, "self-directed-support", "satisfaction", "salt")
        return [
            f"Official figures since: across {link.councils} councils in {link.year}, the share of "
            "people with self-directed support and overall satisfaction have a correlation of "
            f"{signed(link.r)} (95% interval {signed(link.lower)} to {signed(link.upper)}). "
            f"Knowing the one tells you {how_much(link.r)} about the other."
        ]
    if question_id == "N2":
        found = spread(review.figures, codes, "direct-payments")
        low, middle, high = (number(v, "percent") for v in (found.low, found.middle, found.high))
        return [
            f"Official figures since: in {found.year} the share of people with a direct payment "
            f"runs from {low} to {high} in the middle eight of every ten councils, with a median "
            f"of {middle} ({found.councils} councils). No figure says why."
        ]
    return []


def _test_cells(review: Review) -> dict[str, pd.DataFrame]:
    cells = cells_today(review)
    return {
        row["test_id"]: cells_within(
            cells, row["element_ids"].split(";"), row["frame_ids"].split(";")
        )
        for row in review.five_tests.to_dict("records")
    }


def five_tests_summary(review: Review) -> Html:
    """How much evidence the map holds today for the five tests."""
    cells = _test_cells(review)
    return evidence_summary(cells, f"the {len(cells)} tests")


def five_tests(review: Review) -> Html:
    """The five tests of the Mental Health Network, each against its cells."""
    cells = _test_cells(review)
    items = [
        evidence_item(review, {"id": row["test_id"], "text": row["test"]}, cells[row["test_id"]])
        for row in review.five_tests.to_dict("records")
    ]
    return fragment("question_list.html", items=items)


def five_tests_sources(review: Review) -> Html:
    """The sources in the cells of the five tests: what each bears on, and its limits."""
    return _sources_behind(review, _test_cells(review), "the tests")


__all__ = [
    "by_interest",
    "evidence_rule",
    "five_tests",
    "five_tests_sources",
    "five_tests_summary",
    "nao",
    "nao_sources",
    "nao_summary",
    "overview",
    "standing_rule",
    "standings",
    "summary",
]
