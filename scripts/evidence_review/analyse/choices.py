"""What a notebook's parameters choose: years and indicators. Each reader answers with what was
chosen and with all that is wrong, one line each, so that a notebook can name every fault at once."""

from collections.abc import Mapping

import pandas as pd

from evidence_review.analyse.names import nearest_names, plain_name
from evidence_review.read.years import review_years

# Those of the contract, so that a new release brings its year with it.
YEARS = review_years()


def not_text(texts: Mapping[str, object]) -> list[str]:
    """A line for each value that is not text where it must be. texts: parameter → value."""
    return [
        f"{name}: give text in quotation marks, not {value!r}."
        for name, value in texts.items()
        if not isinstance(value, str)
    ]


def not_texts(lists: Mapping[str, object]) -> list[str]:
    """A line for each value that is neither text nor a list of texts. lists: parameter → value."""
    wrong = []
    for name, value in lists.items():
        items = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(item, str) for item in items):
            wrong.append(f"{name}: give text in quotation marks, or a list of such texts.")
    return wrong


def ends(first_year: str, last_year: str) -> tuple[str, str]:
    """Both, with the first and the newest year of the review where they are blank."""
    return (
        YEARS[0] if first_year == "" else first_year,
        YEARS[-1] if last_year == "" else last_year,
    )


def chosen_years(first_year: str, last_year: str) -> tuple[tuple[str, ...], list[str]]:
    """The years from first to last, each one of `YEARS`, and what is wrong. See `ends` for blanks."""
    first_year, last_year = ends(first_year, last_year)
    asked = {"first_year": first_year, "last_year": last_year}
    wrong = not_text(asked)
    wrong += [
        f"{name} “{year}” is not a year from {YEARS[0]} to {YEARS[-1]}."
        for name, year in asked.items()
        if isinstance(year, str) and year not in YEARS
    ]
    if not wrong and first_year > last_year:
        wrong.append(f"first_year {first_year} comes after last_year {last_year}.")
    if wrong:
        return (), wrong
    return tuple(year for year in YEARS if first_year <= year <= last_year), []


def chosen_indicators(
    table: pd.DataFrame, asked: str | list[str], parameter: str = "indicators"
) -> tuple[list[str], list[str]]:
    """Ids of the indicators that are meant, each once, and what is wrong.

    table: the indicators. asked: ids, names or short names, as a list or as text with commas.
    parameter: its name in the notebook, for messages.
    """
    if wrong := not_texts({parameter: asked}):
        return [], wrong
    parts = asked.split(",") if isinstance(asked, str) else list(asked)
    parts = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    known = {
        plain_name(row[column]): row["indicator_id"]
        for row in table.to_dict("records")
        for column in ("name", "short_name", "indicator_id")
    }
    found = []
    while parts:
        for length in (3, 2, 1):  # a name may hold commas: try the longest first
            plain = plain_name(", ".join(parts[:length]))
            if plain in known:
                break
        part, parts = parts[0], parts[length:]
        if plain in known:
            found.append(known[plain])
            continue
        near = nearest_names(plain, table["indicator_id"])
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        wrong.append(
            f"{parameter}: no indicator is called “{part}”.{hint} "
            "Give an indicator_id from data/framework/indicators.csv."
        )
    return list(dict.fromkeys(found)), wrong
