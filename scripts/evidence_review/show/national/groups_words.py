"""Sentences and their parts that the chapters on groups share."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.show.council.figures import mark
from evidence_review.show.html import Html, fragment, unbroken_years
from evidence_review.show.words import count, interval, listing, number, signed_number

SAME = "no clear change"  # as `change.direction` says it
# What people say or have whom a percentage counts: "the share who …".
WHO = {
    "control": "say that they have control over their daily life",
    "satisfaction": "are very or extremely satisfied with the support they get",
    "information": "find it easy to find information about support",
    "social-contact": "have as much social contact as they want",
    "feel-safe": "feel as safe as they want",
    "services-feel-safe": "say that services help them to feel safe",
    "carer-satisfaction": "are very or extremely satisfied with the support they get",
    "carer-consulted": "feel included or consulted",
    "carer-information": "find it easy to find information about support",
    "carer-social-contact": "have as much social contact as they want",
    "self-directed-support": "have self-directed support",
    "direct-payments": "get a direct payment",
    "carer-self-directed-support": "have self-directed support",
    "carer-direct-payments": "get a direct payment",
}
BRACKETS = "In brackets stands the 95% interval, a range that is likely to hold the true figure."
BEYOND = (
    "“Beyond chance” means that the 95% interval of a difference leaves out 0: chance alone is an "
    "unlikely reason for it."
)


def prose(*paragraphs: str, points: Sequence[str | Markup] = ()) -> Html:
    """Paragraphs, and a list under them."""
    shown = [unbroken_years(paragraph) for paragraph in paragraphs if paragraph]
    return fragment("prose.html", paragraphs=shown, points=list(points))


def point(heading: str, text: str) -> Markup:
    """A sentence with its heading, for a list."""
    return Markup("<strong>{}</strong> {}").format(heading, unbroken_years(text))


def value_text(value: float, lower: float, upper: float, unit: str) -> str:
    """A figure with its interval in a sentence: "74.4% (73.9 to 74.9%)"."""
    if unit.startswith("score") and not pd.isna(lower):  # limits of scores fall between decimals
        limits = f"{lower:.2f} to {upper:.2f}"
    else:
        limits = ("interval " if pd.isna(lower) else "") + interval(lower, upper, unit)
    return f"{number(value, unit)} ({limits})"


def side_text(row: Mapping[str, Any], side: str) -> str:
    """One side of `side_by_side.national` with its interval in a sentence."""
    return value_text(row[side], row[f"{side}_lower"], row[f"{side}_upper"], row["unit"])


def change_text(change: float, lower: float, upper: float, unit: str, decimals: int = 0) -> str:
    """A difference with its interval in a sentence: "−8.2 points (95% interval −8.9 to −7.5)".

    decimals: for small ones, such as points a year; otherwise those of the unit.
    """
    if decimals:
        value = signed_text(change, decimals, "+") + (" points" if unit == "percent" else "")
        limits = " to ".join(limit_text(limit, decimals, "+") for limit in (lower, upper))
    else:
        value, limits = signed_number(change, unit), interval(lower, upper, unit, points=True)
    return f"{value} ({'interval' if pd.isna(lower) else '95% interval'} {limits})"


def england_change(row: Mapping[str, Any], brief: bool = False) -> str:
    """The difference of `side_by_side.national`, as `change_text`. brief: its interval unnamed, for
    a list of several."""
    text = change_text(row["change"], row["change_lower"], row["change_upper"], row["unit"])
    return text.replace("95% interval ", "") if brief else text


def signed_text(value: float, decimals: int = 2, plus: str = "") -> str:
    """A number with a true minus sign, and none where it rounds to 0; "[x]" where there is none."""
    if pd.isna(value):
        return "[x]"
    rounded = round(value, decimals) + 0.0
    sign = "" if rounded == 0 else plus
    return f"{rounded:{sign}.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def limit_text(value: float, decimals: int = 2, plus: str = "", centre: float = 0) -> str:
    """A limit with as many decimals as show on which side of the centre it lies."""
    while round(value, decimals) == centre != value and decimals < 9:
        decimals += 1
    return signed_text(value, decimals, plus)


def r_text(found: Mapping[str, Any], name: str) -> str:
    """A correlation with its interval: "−0.01 (95% interval −0.17 to 0.15)". name: its column."""
    limits = " to ".join(limit_text(found[f"{name}{end}"]) for end in ("_lower", "_upper"))
    return f"{signed_text(found[name])} (95% interval {limits})"


def p_text(p: float) -> str:
    """A p-value as it is written: "0.021", "below 0.001"."""
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def comparison(row: Mapping[str, Any], second: str, first: str) -> str:
    """England's two figures in plain words: "A smaller share of carers than of people …".

    row: `side_by_side.national` with indicator_id, year, unit, said. second, first: the groups.
    """
    ends = f"{side_text(row, 'second')} and {side_text(row, 'first')} in England in {row['year']}"
    if pd.isna(row["change"]):
        return f"England has no two figures for {row['said']} in {row['year']}."
    if row["change_lower"] <= 0 <= row["change_upper"]:
        return f"The figures for {row['said']} of {second} and of {first} are not clearly apart: {ends}."
    smaller = row["change"] < 0
    if row["indicator_id"] in WHO:
        who = WHO[row["indicator_id"]]
        return f"A {'smaller' if smaller else 'larger'} share of {second} than of {first} {who}: {ends}."
    word = "lower" if smaller else "higher"
    return f"The figure for {row['said']} is {word} for {second} than for {first}: {ends}."


def of_councils(number_: int, of: int) -> str:
    """ "142 of 150 councils", "all 150 councils", "none of 150 councils"."""
    if of and number_ == of:
        return f"all {count(of, 'council')}"
    return f"{number_ or 'none'} of {count(of, 'council')}"


def holds_text(verdicts: Mapping[str, str], what: str) -> str:
    """Whether a conclusion is the same in every case that was tried, and what it is.

    verdicts: case → conclusion in words, the case that counts first.
    """
    first, *others = verdicts.items()
    if not others:
        return ""
    other = {label: word for label, word in others if word != first[1]}
    if not other:
        return f"{what} holds: {first[1]}, in every case."
    said = listing([f"{word} (“{label}”)" for label, word in other.items()])
    return f"{what} does not hold everywhere: {first[1]} (“{first[0]}”), but {said}."


def row_of(result: Any, indicator: str) -> dict[str, Any]:
    """An indicator's row of the indicators table. result: anything with a review."""
    table = result.review.indicators
    return dict(table[table["indicator_id"].eq(indicator)].iloc[0])


def spread_text(points: pd.DataFrame, names: Mapping[str, str], result: Any) -> str:
    """England and the middle half of councils in the first and last year of each series, a year on
    another basis apart."""
    said = []
    for series, name in names.items():
        own = points[points["series"].eq(series)]
        longest = own["basis_id"].mode().iloc[0]
        runs = [own[own["basis_id"].eq(longest)], own[own["basis_id"].ne(longest)]]
        parts = [
            ("apart, " if at else "") + _spread_in_words(row, row_of(result, row["indicator_id"]))
            for at, run in enumerate(runs)
            for row in run.iloc[sorted({0, len(run) - 1} if len(run) else ())].to_dict("records")
        ]
        said.append(f"{name}: {'; '.join(parts)}")
    return f"{'. '.join(said)}."


def _spread_in_words(row: Mapping[str, Any], indicator: Mapping[str, Any]) -> str:
    unit = indicator["unit"]
    text = f"in {row['year']} England {number(row['value'], unit)}{mark(row['weak'])}"
    if not row["councils"]:
        return text
    return (
        f"{text}, middle half of councils {interval(row['quarter'], row['three_quarters'], unit)}"
    )
