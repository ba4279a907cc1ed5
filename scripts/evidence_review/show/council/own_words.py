"""Words and cells that the sections on a council's own survey share."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import WEAK

Row = dict[str, Any]

SMALL_NUMBERS = "[c]"


def of_wave(wave: str) -> str:
    """ " of 2025-26"; blank for a survey without waves."""
    return f" of {wave}" if wave else ""


def in_wave(wave: str) -> str:
    """ " in 2025-26"; blank for a survey without waves."""
    return f" in {wave}" if wave else ""


def short_names(report: CouncilReport) -> dict[str, str]:
    """Question → a few words for it."""
    names = report.own.questions["question"]
    result = {name: name.replace("-", " ").replace("_", " ") for name in names}
    return result | {"quality-of-life": "quality of life (score)"}


def amount(value: float, unit: str) -> str:
    """A share in whole per cent, or a score with one decimal."""
    return f"{value:.0f}%" if unit == "percent" else f"{value:.1f}"


def value_cell(row: Row) -> Markup | str:
    """A result with its mark and its interval, or the code of what is held back."""
    if row["status"] == "c":
        return SMALL_NUMBERS
    unit = row["unit"]
    limits = f"{amount(row['lower'], unit).rstrip('%')} to {amount(row['upper'], unit)}"
    weak = f" {WEAK}" if row["status"] == "u" else ""
    return Markup('{}{} <span class="er-limits">({})</span>').format(
        amount(row["value"], unit), weak, limits
    )


def base_cell(row: Row) -> str:
    """How many answered, or the code of what is held back."""
    return SMALL_NUMBERS if pd.isna(row["base"]) else f"{row['base']:,}"
