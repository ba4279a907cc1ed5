"""waves: how many people could have been asked in each wave of the council's survey."""

import re
from pathlib import Path

import pandas as pd

from evidence_review.read.own.sheet import fixed_rows, open_sheet, typed_table
from evidence_review.read.own.words import Faults, made_a_date, shown

COLUMNS = ("wave", "eligible", "note")
EXPECTED = "a year such as 2024, a financial year such as 2024-25 or a month such as 2024-05"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def wave_of(text: str) -> str:
    """A wave as it is written in the review; the text itself where Excel has not changed it.

    Excel takes 2024-05 for the first day of that month, and saves it as 2024-05-01 or May-24.
    """
    if found := re.fullmatch(r"(\d{4}-\d\d)-01", text):
        return found[1]
    if (found := re.fullmatch(r"([A-Z][a-z]{2})-(\d\d)", text)) and found[1] in MONTHS:
        return f"20{found[2]}-{MONTHS.index(found[1]) + 1:02d}"
    return text


def forms_of(wave: str) -> frozenset[str]:
    """The forms that a wave may have: "year", "financial year", "month"; none when it is no wave.

    2010-11 may be a month or a financial year; the other waves decide.
    """
    if not re.fullmatch(r"(199\d|20\d\d)(-\d\d)?", wave, re.ASCII):
        return frozenset()
    year, _, rest = wave.partition("-")
    if not rest:
        return frozenset({"year"})
    forms = {
        "month": 1 <= int(rest) <= 12,
        "financial year": int(rest) == (int(year) + 1) % 100,
    }
    return frozenset(form for form, fits in forms.items() if fits)


def read_waves(
    path: Path, responses: pd.DataFrame | None, faults: Faults
) -> tuple[pd.DataFrame, int]:
    """The waves of a file, and its rows below the heading; what is wrong is added to `faults`.

    responses: see `responses.read_responses`; None when there are none, or they cannot be read.
    Returns wave, eligible (whole number or missing), note. Where the responses name no wave, one
    row with a blank wave may stand for all of them.
    """
    sheet = open_sheet(path, COLUMNS, faults)
    if not sheet:
        return no_waves(), 0
    counts = {} if responses is None else responses["wave"].value_counts().to_dict()
    optional, may_lack = frozenset(COLUMNS), frozenset({"eligible", "note"})
    rows: list[dict[str, object]] = []
    first: dict[str, int] = {}
    forms = frozenset({"year", "financial year", "month"})
    for wave in counts:
        forms &= forms_of(wave) or forms
    for row, cells in fixed_rows(sheet, COLUMNS, optional, faults, may_lack):
        typed = cells.get("wave", "")
        wave = wave_of(typed)
        if wave and not forms_of(wave):
            what = f"{shown(typed)} does not fit"
            faults.cell(row, "wave", what, EXPECTED, made_a_date(typed))
        elif wave and not forms_of(wave) & forms:
            what = f"{shown(typed)} has another form than the waves before it or the responses"
            faults.cell(row, "wave", what, f"{EXPECTED}, one form throughout", "Write all alike.")
        elif first.setdefault(wave, row) != row:
            what = f"{shown(wave) if wave else 'a blank wave'} already stands in row {first[wave]}"
            faults.cell(row, "wave", what, "each wave once", "Remove one of the rows.")
        elif counts and wave not in counts:
            what = f"{shown(wave)} is not a wave of the responses" if wave else "nothing is given"
            remedy = "Correct it here or there, or remove the row."
            faults.cell(row, "wave", what, "a wave that the responses name", remedy)
        else:
            forms &= forms_of(wave) or forms
        eligible = cells.get("eligible", "")
        if eligible and not re.fullmatch(r"[0-9]{1,8}", eligible):
            what = f"{shown(eligible)} does not fit"
            expected = "how many people could have been asked, a whole number, or blank"
            remedy = "Write it without commas, spaces or decimals."
            faults.cell(row, "eligible", what, expected, remedy)
        elif eligible and int(eligible) < counts.get(wave, 0):
            what = f"{shown(eligible)} is less than the responses of this wave"
            expected = "how many people could have been asked, those who answered among them"
            faults.cell(row, "eligible", what, expected, "Correct it, or clear the cell.")
        rows.append({"wave": wave, "eligible": eligible, "note": cells.get("note", "")})
    return _table([] if faults.lines() else rows), sheet.count


def no_waves() -> pd.DataFrame:
    return _table([])


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    for row in rows:
        row["eligible"] = int(str(row["eligible"])) if row["eligible"] else pd.NA
    return typed_table(rows, {"wave": "str", "eligible": "Int64", "note": "str"})
