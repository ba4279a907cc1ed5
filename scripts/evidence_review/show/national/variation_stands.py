"""Whether the conclusions of the chapter "How far councils differ" stand in other ways."""

import pandas as pd

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_sensitivity import (
    ALL,
    NO_LONDON,
    NO_SMALL,
    OTHER_METHOD,
    OTHER_SCALE,
    Conclusion,
)
from evidence_review.analyse.national.variation_years import GROWING, SHRINKING
from evidence_review.show.html import Html, table
from evidence_review.show.national.variation_words import prose, sd_cell, share_text
from evidence_review.show.words import count, listing, sentence

WAYS = {
    ALL: ("All councils, as in this chapter", "with all councils"),
    NO_LONDON: ("Without London", "without London"),
    NO_SMALL: ("Without the smallest bases (the lowest tenth)", "without the smallest bases"),
    OTHER_METHOD: ("Variance by DerSimonian and Laird", "by DerSimonian and Laird"),
    OTHER_SCALE: ("Shares and rates not transformed", "without a transformation"),
}


def stands(result: Variation) -> str:
    """Which conclusions stand in every way of working them out."""
    said = (_differ(result), _changes(result), _regions(result), _year_after_year(result))
    return " ".join(f"{one}." for one in said if one)


def _differ(result: Variation) -> str:
    if all(one.differ == one.measures for one in result.conclusions):
        return "That councils differ by more than chance stands in every way of working it out"
    said = [f"{one.differ} of {one.measures} {WAYS[one.label][1]}" for one in result.conclusions]
    return f"Councils differ by more than chance on {listing(said)}"


def _touched(result: Variation) -> tuple[Conclusion, list[Conclusion]]:
    """The chapter's own conclusion, and the ways that also work out changes and regions."""
    own, *others = result.conclusions
    return own, [one for one in others if one.tested is not None]


def _changes(result: Variation) -> str:
    own, others = _touched(result)
    moved = [
        f"{_moved(result, one)} {WAYS[one.label][1]}"
        for one in others
        if (one.growing, one.shrinking) != (own.growing, own.shrinking)
    ]
    if moved:
        return (
            f"What clearly grew or shrank does not: {_moved(result, own)} {WAYS[ALL][1]}, "
            f"{listing(moved)}"
        )
    return "What clearly grew or shrank stands in every way too" if own.tested else ""


def _regions(result: Variation) -> str:
    own, others = _touched(result)
    if not any(one.regions for one in (own, *others)):
        return "In no way do regions differ clearly"
    changed = [
        f"{len(one.regions or ()) or 'none'} {WAYS[one.label][1]}"
        for one in others
        if one.regions != own.regions
    ]
    if changed:
        return (
            "How many indicators differ clearly between regions does not stand: "
            f"{len(own.regions or ()) or 'none'} {WAYS[ALL][1]}, {listing(changed)}"
        )
    return "The same indicators differ clearly between regions in every way"


def _year_after_year(result: Variation) -> str:
    own, others = _touched(result)
    named = own.persistent or frozenset()
    kept = [
        f"{len(named & one.persistent) or 'none'} {WAYS[one.label][1]}"
        for one in others
        if one.persistent is not None and not named <= one.persistent
    ]
    if not kept:
        return ""
    return (
        f"Of {len(named)} series outside the limits year after year, there remain {listing(kept)}"
    )


def _moved(result: Variation, one: Conclusion) -> str:
    parts = []
    for word, ids in ((GROWING, one.growing), (SHRINKING, one.shrinking)):
        names = sorted(str(result.indicator(each)["short_name"]) for each in ids or ())
        parts += [f"{listing(names)} ({word})"] if names else []
    return " and ".join(parts) or "nothing"


def sensitivity(result: Variation) -> Html:
    """The chapter's conclusion, worked out in other ways, and whether it stands."""
    about = result.indicator(result.funnel.indicator_id)
    rows = []
    for one in result.conclusions:
        sd = {
            "unit": about["unit"],
            "sd": one.sd,
            "sd_lower": one.sd_lower,
            "sd_upper": one.sd_upper,
        }
        shares = (one.i2_survey, one.i2_counts)
        rows.append(
            {
                "way": WAYS[one.label][0],
                "differ": f"{one.differ} of {one.measures}",
                "i2": "; ".join("[z]" if pd.isna(s) else share_text(s) for s in shares),
                "sd": "[z]" if pd.isna(one.sd) else sd_cell(sd),
                "moved": "[z]" if one.tested is None else sentence(_moved(result, one)),
                "regions": "[z]" if one.regions is None else len(one.regions),
                "outside": "[z]" if one.persistent is None else len(one.persistent),
            }
        )
    note = (
        "This chapter uses no correlation, so the estimator of the variance and the scale are "
        f"exchanged instead. Clear differences between regions are out of "
        f"{count(result.conclusions[0].measures, 'indicator')}. [z]: the way does not touch this "
        "column, or there is no such indicator."
    )
    columns = {
        "way": "Way",
        "differ": "Indicators beyond chance",
        "i2": "Median I²: surveys; counts",
        "sd": f"Standard deviation, {about['short_name']} {result.funnel.year} (95% interval)",
        "moved": "Clear changes",
        "regions": "Indicators with clear differences between regions",
        "outside": "Series outside the limits year after year",
    }
    return prose(stands(result), note) + table("The conclusions in other ways", columns, rows)
