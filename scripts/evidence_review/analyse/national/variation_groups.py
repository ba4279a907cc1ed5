"""How much of the differences lies between regions and between types of council, and how much within."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.multitest import multipletests

from evidence_review.analyse.national.variation_between import (
    Numbers,
    between,
    generalised_q,
    jackknife_error,
    leave_one_out,
    paule_mandel,
    sd_in_unit,
)
from evidence_review.analyse.national.variation_years import measurable
from evidence_review.analyse.statistics import Z_95

GROUPINGS = ("region", "council_type")
FEWEST = 3  # councils in a group


def shares_between(
    figures: pd.DataFrame, newest: pd.DataFrame, groupings: Sequence[str] = GROUPINGS
) -> pd.DataFrame:
    """Of each indicator's differences beyond chance, the share that lies between groups.

    figures: those of `scaled`. newest: indicator_id, basis_id, year of the years to take.
    groupings: columns of the panel.
    Returns one row for each indicator and grouping ("region", "council_type"): indicator_id,
    basis_id, year, grouping, groups, councils, left_out (councils without a group: abolished ones
    have no type), share, share_lower, share_upper (0 to 1), within (standard deviation within
    groups, in the indicator's unit), p (Wald test that all groups have one mean), p_holm (corrected
    for the rows of the grouping) and clear (p_holm below 0.05).

    share = 1 - tau² within groups / tau², both by Paule and Mandel, set to 0 where it falls below;
    the interval around it is the jackknife's over councils, cut off at 0 and 1.
    Source: Raudenbush (2009), in Cooper and others, The handbook of research synthesis;
    Viechtbauer (2010), Journal of Statistical Software 36 (3), meta-regression.
    """
    keys = newest[["indicator_id", "basis_id", "year"]]
    held = measurable(figures).merge(keys, on=list(keys.columns))
    by_indicator = dict(list(held.groupby("indicator_id")))
    rows = []
    for key in keys.to_dict("records"):
        for grouping in groupings:
            if row := _share(by_indicator[key["indicator_id"]], grouping):
                rows.append({**key, "grouping": grouping, **row})
    columns = [*keys.columns, "grouping", "groups", "councils", "left_out", "share"]
    columns += ["share_lower", "share_upper", "within", "p"]
    result = pd.DataFrame(rows, columns=columns)
    p_holm = pd.Series(np.nan, index=result.index)
    for _, p in result.groupby("grouping")["p"]:
        p_holm[p.index] = multipletests(p, method="holm")[1]
    return result.assign(p_holm=p_holm, clear=p_holm.lt(0.05))


def _share(held: pd.DataFrame, grouping: str) -> dict[str, Any] | None:
    sizes = held[grouping].map(held[grouping].value_counts())
    grouped = held[sizes.ge(FEWEST)]
    codes, names = pd.factorize(grouped[grouping], sort=True)
    y, v = grouped["y"].to_numpy(), grouped["v"].to_numpy()
    one: Any = np.zeros(y.size, dtype=int)
    if len(names) < 2:
        return None
    tau2, mean = paule_mandel(y, v, one)
    if not tau2:
        return None
    within, _ = paule_mandel(y, v, codes)
    each, _ = leave_one_out(y, v, one, tau2)
    each_within, _ = leave_one_out(y, v, codes, within)
    if not each.all():
        return None
    share = max(1 - within / tau2, 0.0)
    error = jackknife_error(each_within / each)
    lower, upper = np.clip([share - Z_95 * error, share + Z_95 * error], 0, 1)
    wald = generalised_q(within, y, v, one) - generalised_q(within, y, v, codes)
    return {
        "groups": len(names),
        "councils": y.size,
        "left_out": len(held) - y.size,
        "share": share,
        "share_lower": float(lower),
        "share_upper": float(upper),
        "within": float(sd_in_unit(mean, within, held["made_by"].iloc[0])),
        "p": float(chi2.sf(wald, len(names) - 1)),
    }


def by_group(own: pd.DataFrame) -> pd.DataFrame:
    """One indicator in one year, group by group, in the order of the names.

    own: figures of that indicator and year; see `scaled`. Those that are not `measurable` are left
    out.
    Returns grouping, group, councils, quarter, middle, three_quarters (of their values), sd,
    sd_lower, sd_upper (standard deviation beyond chance between the councils of the group, with
    its 95% limits, in the indicator's unit; NaN with fewer than `FEWEST` councils).
    """
    sound = measurable(own)
    rows = []
    for grouping in GROUPINGS:
        for name, part in sound.groupby(grouping, sort=True):
            quarter, middle, three_quarters = part["value"].quantile([0.25, 0.5, 0.75])
            row = {
                "grouping": grouping,
                "group": name,
                "councils": len(part),
                "quarter": quarter,
                "middle": middle,
                "three_quarters": three_quarters,
                "sd": np.nan,
                "sd_lower": np.nan,
                "sd_upper": np.nan,
            }
            if len(part) >= FEWEST:
                y: Numbers = part["y"].to_numpy()
                found = between(y, part["v"].to_numpy())
                interval = part["made_by"].iloc[0]
                row |= {
                    column: float(sd_in_unit(found.mean, getattr(found, source), interval))
                    for column, source in (
                        ("sd", "tau2"),
                        ("sd_lower", "tau2_lower"),
                        ("sd_upper", "tau2_upper"),
                    )
                }
            rows.append(row)
    return pd.DataFrame(rows)
