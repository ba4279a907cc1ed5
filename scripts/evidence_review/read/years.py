"""The financial years of the review, written "2024-25".

The contract says which they are: the year of a figure must be one of those that it lists, and taking
in a new release adds to the list. So nothing in the code has to be told of a new year.
"""

import re
from pathlib import Path

from evidence_review.read.contract import package

FIRST_YEAR = "2014-15"  # where the review begins
# A file may go this many years beyond the contract. One that goes further has a slip in it.
AHEAD = 3

_YEAR = re.compile(r"(20[0-9]{2})-([0-9]{2})")


def year_from(start: int) -> str:
    """The year that starts in April of `start`."""
    return f"{start}-{(start + 1) % 100:02}"


def is_year(text: object) -> bool:
    """Whether a text is a year of that form: 2024-25, but not 2024-26."""
    match = _YEAR.fullmatch(str(text))
    return match is not None and text == year_from(int(match[1]))


def following(year: str, steps: int = 1) -> str:
    """The year so many years later."""
    return year_from(int(year[:4]) + steps)


def years_between(first: str, last: str) -> tuple[str, ...]:
    """All years from first to last; none when last comes before first."""
    return tuple(map(year_from, range(int(first[:4]), int(last[:4]) + 1)))


def review_years(folder: Path | None = None) -> tuple[str, ...]:
    """The years that the contract of a data folder knows, first to last."""
    for resource in package(folder)["resources"]:
        if resource["name"] == "figures":
            for field in resource["schema"]["fields"]:
                if field["name"] == "year":
                    return tuple(field["constraints"]["enum"])
    return ()


def readable_years(folder: Path | None = None) -> tuple[str, ...]:
    """The years that a publisher's file may have figures of."""
    known = review_years(folder) or (FIRST_YEAR,)
    return years_between(FIRST_YEAR, following(known[-1], AHEAD))
