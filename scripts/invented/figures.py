"""Invented figures: what official statistics would say of a council that does not exist.

Figures scatter around England's. How far, on how many people and with what interval is what most
councils of the same type have. No figure of a real council is copied.
"""

import math
from collections.abc import Iterable
from random import Random

import pandas as pd

from evidence_review.analyse.statistics import rate_interval, wilson_interval
from evidence_review.read.areas import ENGLAND
from evidence_review.read.tables import Tables

AGES, SEXES = ("18-64", "65-plus"), ("female", "male")
KEY = ["indicator_id", "year", "group"]
DIGITS = {"score": 3, "mean 0 to 10": 2}  # decimals as published; 1 for every other unit
MOST = {"percent": 100.0, "score 0 to 24": 24.0, "score 0 to 12": 12.0, "mean 0 to 10": 10.0}
YEAR_OF_POPULATION = 2024
GROWTH = 0.006  # of the population a year


def invent_figures(council: dict[str, str], seed: int, tables: Tables) -> list[dict[str, str]]:
    """Its rows of data/indicators/figures.csv: those that most councils of its type have."""
    indicators = tables.indicators.set_index("indicator_id")
    peers = tables.councils[tables.councils["council_type"].eq(council["council_type"])]
    usual = typical(tables.figures, peers["area_code"])
    people = {"18-64": float(council["pop_18_64"]), "65-plus": float(council["pop_65_plus"])}
    size = sum(people.values()) / float((peers["pop_18_64"] + peers["pop_65_plus"]).median())
    rows = []
    for (indicator, year), rest in usual.groupby(["indicator_id", "year"], sort=True):
        draw = Random(f"{seed}/{council['name']}/{indicator}/{year}")
        # How the council stands beside England, in spreads of its type: the same in every year.
        lean = max(-1.5, min(1.5, Random(f"{seed}/{council['name']}/{indicator}").gauss(0, 0.8)))
        about = indicators.loc[indicator]
        shapes = {str(row["group"]): row for row in rest.to_dict("records")}
        if about["interval"] == "byar":
            ago = YEAR_OF_POPULATION - int(str(year)[:4])
            base = round(people["65-plus" if indicator == "admissions-65" else "18-64"])
            drawn = {"total": _rate(draw, shapes["total"], lean, base * (1 - GROWTH * ago))}
        elif about["interval"] == "wilson":
            drawn = _counted(draw, shapes, lean, size)
        else:
            drawn = _surveyed(draw, shapes, lean, about["unit"])
        for group, shape in sorted(shapes.items()):
            row = {"indicator_id": str(indicator), "area_code": council["area_code"]}
            row |= {"year": str(year), "group": group, "basis_id": shape["basis_id"]}
            row |= dict.fromkeys(("value", "lower", "upper", "base", "numerator"), "")
            row |= {"status": shape["status"], "file_id": "invented"}
            if shape["valued"]:
                row |= _shown(drawn[group], shape, DIGITS.get(about["unit"], 1))
            rows.append(row)
    return rows


def typical(figures: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """What most of these councils have, one row for each indicator, year and group.

    figures: data/indicators/figures.csv. codes: their area codes.
    Returns indicator_id, year, group, basis_id, status (the commonest); valued, based, bounded and
    counted (whether most have a value, a base, limits and a numerator); centre (England's value, or
    theirs in the middle), spread (their standard deviation), base (their middle, of other years
    where this one has none), reach (half the interval's width × √base, their middle).
    """
    own = figures[figures["area_code"].isin(set(codes))]
    half = (own["upper"] - own["lower"]) / 2
    own = own.assign(reach=half * own["base"].astype(float).fillna(1) ** 0.5)
    grouped = own.groupby(KEY, sort=True)
    result = grouped.agg(
        basis_id=("basis_id", lambda each: each.mode()[0]),
        status=("status", lambda each: each.mode()[0]),
        valued=("value", lambda each: each.notna().mean() > 0.5),
        based=("base", lambda each: each.notna().mean() > 0.5),
        bounded=("lower", lambda each: each.notna().mean() > 0.5),
        counted=("numerator", lambda each: each.notna().mean() > 0.5),
        middle=("value", "median"),
        spread=("value", "std"),
        base=("base", "median"),
        reach=("reach", "median"),
    ).reset_index()
    england = figures[figures["area_code"].eq(ENGLAND)].set_index(KEY)["value"]
    result["centre"] = england.reindex(pd.MultiIndex.from_frame(result[KEY])).to_numpy()
    result["centre"] = result["centre"].fillna(result["middle"])
    for column in ("base", "reach"):
        series = result[column].astype(float)
        of_other_years = result.assign(x=series).groupby(["indicator_id", "group"])["x"]
        result[column] = series.fillna(of_other_years.transform("median"))
    return result


# --- One indicator in one year: value, lower, upper, base, numerator by group --------------------

Drawn = dict[str, float]
Shape = dict[str, object]


def _centre(shape: Shape, lean: float) -> float:
    return _number(shape["centre"]) + lean * 0.7 * _number(shape["spread"])


def _surveyed(draw: Random, shapes: dict[str, Shape], lean: float, unit: str) -> dict[str, Drawn]:
    """Estimates with a margin. The total lies between the ages, and between the sexes."""
    most = MOST.get(unit, 1.0)

    def estimate(group: str) -> Drawn:
        shape = shapes[group]
        base = 5 * round(_number(shape["base"]) * math.exp(draw.gauss(0, 0.06)) / 5)
        error = _number(shape["reach"]) / 1.96 / math.sqrt(max(base, 1))
        value = _centre(shape, lean) + draw.gauss(0, error)
        return {"value": max(0.0, min(most, value)), "base": base}

    def joined(one: Drawn, two: Drawn) -> float:
        both = one["value"] * one["base"] + two["value"] * two["base"]
        return both / (one["base"] + two["base"])

    drawn: dict[str, Drawn] = {}
    if AGES[0] in shapes and shapes[AGES[0]]["valued"]:
        drawn = {group: estimate(group) for group in AGES}
        base = drawn[AGES[0]]["base"] + drawn[AGES[1]]["base"]
        total = drawn["total"] = {"value": joined(*drawn.values()), "base": base}
        women, men = (estimate(group) for group in SEXES)
        women["base"] = 5 * round(base * women["base"] / (women["base"] + men["base"]) / 5)
        men["base"] = base - women["base"]
        shift = total["value"] - joined(women, men)
        for sex, one in zip(SEXES, (women, men), strict=True):
            drawn[sex] = one | {"value": max(0.0, min(most, one["value"] + shift))}
    elif shapes["total"]["valued"]:
        drawn["total"] = estimate("total")
    for group, one in drawn.items():
        margin = _number(shapes[group]["reach"]) / math.sqrt(max(one["base"], 1))
        # Published to the value's decimals, and added to the rounded value.
        digits = DIGITS.get(unit, 1)
        value, margin = round(one["value"], digits), round(margin, digits)
        one |= {"lower": max(0.0, value - margin), "upper": min(most, value + margin)}
    return drawn


def _counted(draw: Random, shapes: dict[str, Shape], lean: float, size: float) -> dict[str, Drawn]:
    """Shares of people counted, with Wilson's interval. The total is the sum of the ages."""
    drawn: dict[str, Drawn] = {}
    for group in AGES if AGES[0] in shapes else ("total",):
        base = round(_number(shapes[group]["base"]) * size * math.exp(draw.gauss(0, 0.04)))
        share = max(0.01, min(0.995, _centre(shapes[group], lean) / 100))
        hits = round(base * share + draw.gauss(0, 1) * math.sqrt(base * share * (1 - share)))
        drawn[group] = {"base": base, "numerator": max(0, min(base, hits))}
    if "total" not in drawn:
        both = list(drawn.values())
        drawn["total"] = {c: sum(one[c] for one in both) for c in ("base", "numerator")}
    for one in drawn.values():
        one["value"] = 100 * one["numerator"] / one["base"]
        lower, upper = wilson_interval(one["numerator"], one["base"])
        one |= {"lower": 100 * float(lower), "upper": 100 * float(upper)}
    return drawn


def _rate(draw: Random, shape: Shape, lean: float, people: float) -> Drawn:
    """Events per 100,000 people, with Byar's interval."""
    base = round(people)
    expected = max(0.0, _centre(shape, lean)) * base / 100_000
    events = max(0, round(expected + draw.gauss(0, 1) * math.sqrt(expected)))
    lower, upper = rate_interval(events, base)
    one = {"base": float(base), "numerator": float(events), "value": 100_000 * events / base}
    return one | {"lower": float(lower), "upper": float(upper)}


def _shown(one: Drawn, shape: Shape, digits: int) -> dict[str, str]:
    """As it is written: no more than is published of it. Limits worked out from counts have four
    decimals, and a margin as many as its value."""
    cells = {"value": number_text(one["value"], digits)}
    if shape["bounded"]:
        fine = 4 if "numerator" in one else digits
        # Rounding may not carry the value past a limit.
        lower, value, upper = (round(one[c], d) for c, d in
                               (("lower", fine), ("value", digits), ("upper", fine)))  # fmt: skip
        cells |= {
            "lower": number_text(min(lower, value), fine),
            "upper": number_text(max(upper, value), fine),
        }
    if shape["based"]:
        cells["base"] = str(round(one["base"]))
    if shape["counted"]:
        cells["numerator"] = str(round(one["numerator"]))
    return cells


# --- Numbers ---


def _number(value: object) -> float:
    number = float(str(value))
    return 0.0 if math.isnan(number) else number


def number_text(value: float, digits: int) -> str:
    """A number as the review's tables write it: 92 rather than 92.0."""
    return f"{round(value, digits):.10g}"
