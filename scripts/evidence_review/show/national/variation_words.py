"""How the chapter "How far councils differ" says a number, a share of variance or a council."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.variation import Variation
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import interval, number

# A standard deviation is smaller than the figures it is of: scores get a decimal more.
SD_DECIMALS = {"score": 3, "score 0 to 24": 2, "score 0 to 12": 2, "mean 0 to 10": 2}
SD, I2 = "Standard deviation beyond chance (95% interval)", "Share beyond chance, I² (95% interval)"
GROUP_WORDS = {"region": "Region", "council_type": "Type of council"}


def prose(*paragraphs: str, points: Sequence[str] = ()) -> Html:
    """Paragraphs, blank ones left out, and points below them."""
    return fragment("prose.html", paragraphs=[p for p in paragraphs if p], points=list(points))


def headed(heading: str, text: str) -> Markup:
    """A point that says in bold what it is about."""
    return Markup("<strong>{}</strong> {}").format(heading, text)


def with_limits(value: str, limits: str) -> Markup:
    """A value with its interval, which stays on one line."""
    return Markup('{} <span class="er-limits">({})</span>').format(value, limits)


def figure(row: Mapping[str, Any], unit: str) -> Markup:
    """A council's figure with its interval."""
    return with_limits(number(row["value"], unit), interval(row["lower"], row["upper"], unit))


def sd_text(row: Mapping[str, Any], name: str = "sd") -> str:
    """A standard deviation with the decimals of its unit."""
    return f"{row[name]:,.{SD_DECIMALS.get(row['unit'], 1)}f}"


def points_of(row: Mapping[str, Any]) -> str:
    """The unit behind a standard deviation: " points" of per cent, or nothing."""
    return " points" if row["unit"] == "percent" else ""


def sd_cell(row: Mapping[str, Any]) -> Markup | str:
    """A standard deviation with its interval; `[x]` where chance is not known."""
    if pd.isna(row["sd"]):
        return "[x]"
    limits = f"{sd_text(row, 'sd_lower')} to {sd_text(row, 'sd_upper')}"
    return with_limits(sd_text(row) + points_of(row), limits)


def share_text(share: float) -> str:
    """A share of variance in per cent, with a decimal where the last few per cent count."""
    return f"{100 * share:.{1 if share > 0.95 else 0}f}%"


def share_limits(row: Mapping[str, Any], name: str) -> str:
    """The interval of a share of variance."""
    return f"{share_text(row[f'{name}_lower']).rstrip('%')} to {share_text(row[f'{name}_upper'])}"


def share_cell(row: Mapping[str, Any], name: str = "i2") -> Markup | str:
    """A share of variance with its interval; `[x]` where chance is not known."""
    if pd.isna(row[name]):
        return "[x]"
    return with_limits(share_text(row[name]), share_limits(row, name))


def council(row: Mapping[str, Any]) -> Markup | str:
    """The council, with a link to its page if it is one of today."""
    if pd.isna(row["slug"]):
        return str(row["name"])
    return Markup('<a href="../councils/{}.html">{}</a>').format(row["slug"], row["name"])


def councils(rows: pd.DataFrame) -> Markup | str:
    """Councils in a row, in the order given; "none" of none."""
    links: Iterable[Markup | str] = (council(row) for row in rows.to_dict("records"))
    return Markup(", ").join(links) or "none"


def basis(result: Variation, basis_id: str) -> str:
    """A basis with its publisher."""
    row = result.review.bases.set_index("basis_id").loc[basis_id]
    return f"{row['name']} ({row['publisher']})"


def counted(indicator: Mapping[str, Any]) -> str:
    """What the base of an indicator counts, as a heading."""
    return "Care homes" if indicator["people"] == "providers" else "People"
