"""What moved in a council's own survey, for everyone who answered and for the same people."""

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.own.changes import EVERYONE_WHO_ANSWERED, SAME_PEOPLE
from evidence_review.analyse.reliability import WEAK
from evidence_review.show.council.figures import by_chance
from evidence_review.show.council.own_words import SMALL_NUMBERS, Row, base_cell, short_names
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, listing, sentence

CHANGE_SYMBOLS = {"up": "▲", "down": "▼", "no clear change": "●"}


def own_change(report: CouncilReport) -> Html:
    """What moved between the first wave and the last, and for people who answered both times."""
    changes = report.survey.changes if report.own.has_survey else None
    if changes is None or changes.empty:
        return Html("")
    first, last = changes[["first_wave", "last_wave"]].iloc[0]
    whats = short_names(report)
    by_basis = {
        basis: rows.set_index("question").to_dict("index")
        for basis, rows in changes.groupby("basis", sort=False)
    }
    rows = []
    for question in dict.fromkeys(changes["question"]):
        row: Row = {"what": sentence(whats[question])}
        for basis, held in by_basis.items():
            row[basis] = _moved(held.get(question))
        same = by_basis.get(SAME_PEOPLE, {}).get(question)
        row["shares"] = _shares(same)
        rows.append(row)
    columns = {"what": "Question"} | {basis: sentence(basis) for basis in by_basis}
    if SAME_PEOPLE in by_basis:
        columns["shares"] = "Of the same people: better, same, worse"
    everyone = changes[changes["basis"].eq(EVERYONE_WHO_ANSWERED) & changes["said"].ne("")]
    names = everyone["question"].map(whats)
    moved = [
        f"{word} on {listing(list(names[everyone['said'].eq(word)]))}"
        for word in ("up", "down")
        if everyone["said"].eq(word).any()
    ]
    clear = f"{sentence('; '.join(moved))}." if moved else "Nothing clearly moved."
    still = int(everyone["said"].eq("no clear change").sum())
    words = (
        f"From {first} to {last}. {clear} {count(still, 'question')} "
        f"{'shows' if still == 1 else 'show'} no clear change.{by_chance(len(everyone), 'change')}"
    )
    if SAME_PEOPLE in by_basis:
        words += (
            " People who gave the same key in both waves are followed: theirs is the change of "
            "persons, and not of who happened to answer."
        )
    return fragment("prose.html", paragraphs=[words], points=[]) + table(
        f"{report.name}: change in its own survey from {first} to {last}, with 95% intervals",
        columns,
        rows,
    )


def _moved(row: Row | None) -> Markup | str:
    if row is None:
        return "[z]"
    if row["status"] == "c":
        return SMALL_NUMBERS
    percent = row["unit"] == "percent"

    def text(value: float) -> str:
        shown = f"{value:+.0f}" if percent else f"{value:+.1f}"
        return "0" if float(shown) == 0 else shown.replace("-", "\N{MINUS SIGN}")

    unit = " points" if percent else ""
    said = row["said"]
    word = f" {CHANGE_SYMBOLS[said]} {said}" if said else f" {WEAK}"
    return Markup(
        '{}{} <span class="er-limits">({} to {})</span>{} <span class="er-second">base {}</span>'
    ).format(
        text(row["change"]), unit, text(row["lower"]), text(row["upper"]), word, base_cell(row)
    )


def _shares(row: Row | None) -> str:
    if row is None:
        return "[z]"
    if pd.isna(row["better"]):
        return SMALL_NUMBERS
    return f"{row['better']:.0f}%, {row['same']:.0f}%, {row['worse']:.0f}%"
