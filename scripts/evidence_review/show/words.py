"""Words and numbers as people read them."""

from collections.abc import Sequence

import pandas as pd

STRENGTH_WORDS = {
    "none": "No evidence found",
    "limited": "Limited",
    "single": "One in full",
    "several": "Several in full",
}
# Shapes that differ without colour, fuller as the evidence grows.
STRENGTH_SYMBOLS = {"none": "○", "limited": "◔", "single": "◑", "several": "●"}

STATE_WORDS = {
    "figures": "Figures",
    "own evidence": "Own evidence",
    "could be gathered": "Could be gathered",
    "national only": "National only",
    "gap": "Gap",
}
STATE_SYMBOLS = {
    "figures": "●",
    "own evidence": "◆",
    "could be gathered": "◑",
    "national only": "◔",
    "gap": "○",
}

COMPARISON_SYMBOLS = {
    "better": "▲",
    "worse": "▼",
    "higher": "△",
    "lower": "▽",
    "similar": "●",
}


# Decimals that figures are published with, by unit; one for all others.
DECIMALS = {"score": 3, "mean 0 to 10": 2}


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 source", "2 sources"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listing(items: Sequence[str]) -> str:
    """Items as in a sentence: "a", "a and b", "a, b and c"."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def signed(value: float, decimals: int = 2) -> str:
    """A number with a true minus sign."""
    return f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def how_much(r: float) -> str:
    """What a correlation lets one say of the one from the other: "almost nothing", "a little"."""
    if abs(r) < 0.3:
        return "almost nothing"
    return "a little" if abs(r) < 0.5 else "a good deal"


def sentence(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def number(value: float, unit: str) -> str:
    """A figure with the decimals that its unit is published with, and its sign."""
    if pd.isna(value):
        return "[x]"
    decimals = DECIMALS.get(unit, 1)
    return f"{value:,.{decimals}f}{'%' if unit == 'percent' else ''}"


def signed_number(value: float, unit: str) -> str:
    """A difference with its sign, percentages in points: "+3.2 points", "−0.4"."""
    text = _with_sign(value, DECIMALS.get(unit, 1))
    return f"{text} points" if unit == "percent" else text


def _with_sign(value: float, decimals: int) -> str:
    if round(value, decimals) == 0:
        return f"{0:.{decimals}f}"
    return f"{value:+,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def _limit(value: float, unit: str) -> str:
    decimals = DECIMALS.get(unit, 1)
    while value and round(value, decimals) == 0 and decimals < 9:
        decimals += 1
    return _with_sign(value, decimals)


def interval(lower: float, upper: float, unit: str, points: bool = False) -> str:
    """A 95% interval as text; `[x]` where none was published.

    points: the limits are of a difference, and carry signs. One that rounds to 0 but is not 0 has
    as many decimals as show on which side of 0 it lies.
    """
    if pd.isna(lower) or pd.isna(upper):
        return "[x]"
    if points:
        return f"{_limit(lower, unit)} to {_limit(upper, unit)}"
    return f"{number(lower, unit).rstrip('%')} to {number(upper, unit)}"


def year_ranges(years: Sequence[str]) -> str:
    """Years in order, runs joined: "2014-15 to 2016-17 and 2019-20"."""
    runs: list[list[str]] = []
    for year in sorted(years):
        if runs and int(year[:4]) == int(runs[-1][-1][:4]) + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return listing([run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs])
