"""What the table of all councils holds, cell by cell; the map of tiles says the same.

The script of the page redraws the map from the table: what a cell holds and what a tile says of it
are settled here, once for Python and for the script.
"""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.all_councils import (
    COMPARED,
    NO_ENGLAND,
    NO_INTERVAL,
    AllCouncils,
)
from evidence_review.analyse.reliability import WEAK
from evidence_review.show.council.figures import mark
from evidence_review.show.words import COMPARISON_SYMBOLS, interval, number, sentence

# The columns of the framework's cells by their state, beside those of the indicators. No council has
# lodged evidence of its own with the book, so that state has none.
CELLS = "cells"
STATES = {
    "cells-figures": ("figures", "Cells with figures"),
    "cells-could-be-gathered": ("could be gathered", "Cells where evidence could be gathered"),
    "cells-national-only": ("national only", "Cells with national sources only"),
    "cells-gap": ("gap", "Cells that are gaps"),
}
# What a place says → its class, short because the page holds thousands of them, and its shape.
CLASSES = {word: (word[0], COMPARISON_SYMBOLS[word]) for word in COMPARED}
CLASSES |= {WEAK: ("u", "u"), NO_INTERVAL: ("n", "–"), NO_ENGLAND: ("e", "–")}
MISSING, USUAL, OTHER = "x", "f", "g"
PEOPLE = {
    "users": ("people-who-use-care", "People who use care"),
    "carers": ("carers", "Carers"),
    "providers": ("providers", "Care homes"),
    "population": ("residents", "All residents"),
}
# What a tile is called, by class. The script fills the same words in.
FIGURE = "{name}: {value} in {year}, "
LABELS = {
    CLASSES[word][0]: f"{FIGURE}{word} {'to' if word == 'similar' else 'than'} England"
    for word in COMPARED
} | {
    "u": f"{FIGURE}of low reliability {WEAK}, not compared",
    "n": f"{FIGURE}not compared, because it has no interval",
    "e": f"{FIGURE}not compared, because England has no figure",
    MISSING: "{name}: no figure {text}",
    USUAL: "{name}: {column}, {text}",
    OTHER: "{name}: {column}, {text}",
}


def columns(result: AllCouncils) -> list[dict[str, str]]:
    """The columns of the table: id, name, year, note (year, source, England's value).

    One for each indicator, and one for each state of the framework's cells.
    """
    sources = result.review.bases.set_index("basis_id")["short_name"]
    held = [
        {
            "id": row["indicator_id"],
            "name": sentence(row["short_name"]),
            "year": row["year"],
            "note": f"{row['year']}, {sources[row['basis_id']]}; England {england(row)}",
        }
        for row in result.indicators.to_dict("records")
    ]
    years = f"in any year, {result.years[0]} to {result.years[-1]}"
    if len(result.years) == 1:
        years = f"in {result.years[0]}"
    return held + [
        {"id": id, "name": name, "year": "", "note": f"of {len(result.review.gap_map)}; {years}"}
        for id, (_, name) in STATES.items()
    ]


def england(row: dict[str, Any]) -> str:
    """England's figure with its unit and, where it is weak, its mark; row: of an indicator."""
    return f"{number(row['england'], row['unit'])}{mark(row['england_weak'])}"


def sets_of_columns(result: AllCouncils) -> dict[str, list[str]]:
    """The sets that a column is in: frames of reference and whom it is about, or the cells."""
    frames = result.review.indicator_cells.groupby("indicator_id")["frame_id"].agg(set)
    people = result.indicators.set_index("indicator_id")["people"]
    held = {id: [*sorted(frames[id]), PEOPLE[who][0]] for id, who in people.items()}
    return held | {id: [CELLS] for id in STATES}


def choices_of_columns(result: AllCouncils) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a reader may choose to see: columns by frame, by people, one by one.

    Returns headings, each with the value and the label of its choices.
    """
    within = sets_of_columns(result)

    def those(names: list[tuple[str, str]]) -> list[tuple[str, str]]:
        sizes = {key: sum(key in own for own in within.values()) for key, _ in names}
        return [(key, f"{name} ({sizes[key]})") for key, name in names if sizes[key]]

    frames = result.review.frames[["frame_id", "short_name"]]
    return [
        ("By frame of reference", those(list(frames.itertuples(index=False, name=None)))),
        ("About", those([*PEOPLE.values(), (CELLS, "Cells of the framework")])),
        ("One column", [(column["id"], column["name"]) for column in columns(result)]),
    ]


def cells(result: AllCouncils) -> dict[str, dict[str, dict[str, str]]]:
    """What the table holds: area code → id of the column → css, said, value, limits, year, text.

    text: for a place without a figure its code, for the cells of the framework "12 of 90"; value is
    then blank. year: of the figure. column: of the framework's cells, what the column is called in
    a sentence.
    """
    units = result.indicators.set_index("indicator_id")["unit"].to_dict()
    held: dict[str, dict[str, dict[str, str]]] = {}
    for place in result.places.to_dict("records"):
        unit = units[place["indicator_id"]]
        own = {"css": MISSING, "said": "", "value": "", "limits": "", "year": "", "text": ""}
        if pd.isna(place["value"]):
            own["text"] = place["said"]
        else:
            own |= {"css": CLASSES[place["said"]][0], "said": place["said"]}
            own |= {"value": number(place["value"], unit), "year": place["year"]}
            if pd.notna(place["lower"]):
                own["limits"] = interval(place["lower"], place["upper"], unit)
        held.setdefault(place["area_code"], {})[place["indicator_id"]] = own
    possible = len(result.review.gap_map)
    for id, (state, name) in STATES.items():
        numbers = result.cells_by_state[state]
        usual = most_common(numbers)
        for code, n in numbers.items():
            own = {"css": USUAL if n == usual else OTHER, "column": name.lower()}
            own |= {"said": "", "value": "", "limits": "", "year": ""}
            held.setdefault(str(code), {})[id] = own | {"text": f"{n} of {possible}"}
    return held


def cell_html(cell: dict[str, str], year: str) -> Markup:
    """A cell in as little HTML as will do: shape, word, value, interval, and the year if unusual.

    cell: see `cells`. year: of the column.
    """
    if cell["text"]:
        return Markup('<td class="{css}">{text}</td>').format(**cell)
    shape = Markup("")
    if cell["said"] != WEAK:  # a code of its own needs no shape beside it
        shape = Markup('<i aria-hidden="true">{}</i> ').format(CLASSES[cell["said"]][1])
    limits = Markup(" <small>{limits}</small>").format(**cell) if cell["limits"] else ""
    other = Markup(" <span>{year}</span>").format(**cell) if cell["year"] != year else ""
    return Markup('<td class="{css}">{0}{said} <b>{value}</b>{1}{2}</td>').format(
        shape, limits, other, **cell
    )


def most_common(numbers: pd.Series) -> int:
    """The number that most councils have; the largest of several."""
    return int(numbers.mode().max())


def shape(css: str) -> str:
    """The shape of a class; blank where a tile shows a letter or a number."""
    return dict(CLASSES.values()).get(css, "")


def symbol(cell: dict[str, str]) -> str:
    """What stands in a tile: a shape, the letter of a code, or a number of cells."""
    if cell["css"] == MISSING:
        return cell["text"].strip("[]")
    return shape(cell["css"]) or cell["text"].split()[0]
