"""Finding a council or a source by what a person types."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from evidence_review.errors import UnknownNameError

OTHER_NAME = "other name"  # the kind of a place that is the council itself
_LONGEST = 60  # letters; no name is longer, and a message should stay one line


def plain_name(text: str) -> str:
    """Letters of English in lower case, and digits; a space for anything else, “and” for “&”."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", " ", ascii_text.lower().replace("&", " and ")).split()
    return " ".join(words)


def _has_other_letters(text: str) -> bool:
    """Whether letters would vanish that no English name has."""
    return any(
        letter.isalpha() and not unicodedata.normalize("NFKD", letter).encode("ascii", "ignore")
        for letter in text
    )


def nearest_names(asked: str, names: Iterable[str]) -> list[str]:
    """The three names that are most like what was asked: as a whole, or in one of their words.

    asked: as `plain_name` gives it.
    """
    choices = {plain_name(name): name for name in names}
    asked = asked[:_LONGEST]
    holding = [key for key in choices if len(asked) > 2 and asked in key]
    close = difflib.get_close_matches(asked, list(choices), n=3, cutoff=0.6)
    of_word = {word: key for key in reversed(choices) for word in key.split() if len(word) > 3}
    words = difflib.get_close_matches(asked, list(of_word), n=3, cutoff=0.75)
    nearest = [*holding, *close, *(of_word[word] for word in words)]
    return [choices[key] for key in dict.fromkeys(nearest)][:3]


def shown_name(asked: str) -> str:
    return asked if len(asked) <= _LONGEST else f"{asked[:_LONGEST]}…"


def plain_place(name: str) -> str:
    """As `plain_name`, whichever apostrophe stands in it or none: "King's Lynn" is "kings lynn"."""
    return plain_name(name.replace("'", "").replace("’", ""))


def places_called(places: pd.DataFrame, asked: str) -> pd.DataFrame:
    """The rows of data/council_places.csv with this name; several when it lies in several councils."""
    plain = plain_place(asked)
    return places[places["place"].map(plain_place).eq(plain)] if plain else places.head(0)


def where_it_lies(places: pd.DataFrame, councils: pd.DataFrame, asked: str) -> str:
    """A sentence on the councils in which a place lies: "Kendal lies in Westmorland and Furness; ask
    for that council."; blank when no place is called so.

    places: data/council_places.csv. councils: data/councils.csv.
    """
    rows = places_called(places, asked)
    if rows.empty:
        return ""
    names = councils.set_index("slug")["name"]
    within = sorted(names[slug] for slug in rows["slug"])
    place = shown_name(str(rows["place"].iloc[0]))
    if len(within) > 1:
        listed = f"{', '.join(f'in {name}' for name in within[:-1])} and in {within[-1]}"
        return f"{place} lies {listed}; ask for one of them."
    how = "is another name of" if rows["kind"].iloc[0] == OTHER_NAME else "lies in"
    return f"{place} {how} {within[0]}; ask for that council."


def find_council(
    councils: pd.DataFrame, asked: str, places: pd.DataFrame | None = None
) -> pd.Series:
    """The row of `councils` that a name, ONS code, council code or slug stands for.

    Case, punctuation and a final "council" do not matter. places: data/council_places.csv. Raises
    UnknownNameError with the nearest names when nothing fits, or the councils of a place.
    """
    plain = plain_name(str(asked))
    plain = re.sub(r" (borough |city |county )?council$", "", plain)
    for column in ("name", "slug", "area_code", "council_code"):
        match = councils[councils[column].map(plain_name) == plain]
        if len(match) == 1 and not _has_other_letters(str(asked)):
            return match.iloc[0]
    if places is not None and (told := where_it_lies(places, councils, str(asked))):
        raise UnknownNameError(told)
    nearest = nearest_names(plain, councils["name"])
    hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
    raise UnknownNameError(
        f"no council is called “{shown_name(str(asked))}”.{hint}"
        " Give a name, an ONS code or a slug from data/councils.csv."
    )


def find_source(sources: pd.DataFrame, asked: str) -> pd.Series:
    """The row of `sources` that an id, abbreviation or full name stands for.

    Raises UnknownNameError with the nearest ids when nothing fits.
    """
    plain = plain_name(str(asked))
    for column in ("source_id", "abbreviation", "name"):
        match = sources[sources[column].fillna("").map(plain_name) == plain]
        if plain and len(match) == 1:
            return match.iloc[0]
    nearest = nearest_names(plain, sources["source_id"])
    hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
    raise UnknownNameError(
        f"no source is called “{shown_name(str(asked))}”.{hint} Give a source_id from data/framework/sources.csv."
    )
