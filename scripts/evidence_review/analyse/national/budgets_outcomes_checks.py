"""Many tests at once, and whether the conclusion holds when councils or methods are chosen otherwise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from evidence_review.analyse.national.budgets_outcomes_links import (
    Estimate,
    corrected,
    pearson,
    reliability,
    spearman,
)
from evidence_review.analyse.national.budgets_outcomes_models import adjusted, averages, within
from evidence_review.analyse.national.panel import LONDON
from evidence_review.analyse.statistics import Z_95

SUPPORT, PAYMENTS = "self-directed-support", "direct-payments"
JUMP = 20  # points from one year to the next, which a change in counting explains best
RETURNS, CLIENT_LEVEL = "salt", "cld"  # the bases of take-up; only the first can be followed
FEW = 0.05  # the conclusion bears this part of all correlations standing out, and no more,
STRONG = 0.5  # and none as strong as this: a quarter of the differences
PARTS = ("value", "lower", "upper", "p")
METHODS = {"holm": "holm", "bh": "fdr_bh"}
NEEDED = [
    *("area_code", "year", "share", "value", "se"),
    *("region_code", "imd2019_score", "share_65"),
]


def _flat(name: str, found: Estimate) -> dict[str, float]:
    return {f"{name}_{part}": getattr(found, part) for part in PARTS}


def survives(p: pd.Series, method: str) -> pd.Series:
    """Which p values stay below 0.05 when the number of tests is allowed for.

    p: a family of tests; those that are NaN do not count. method: "holm" (no test in the family is
    found by chance, with 95% certainty, however they depend on each other) or "fdr_bh" (of those
    found, 5% are expected to be chance).
    Source: Holm (1979), Scandinavian Journal of Statistics 6: 65-70; Benjamini and Hochberg (1995),
    Journal of the Royal Statistical Society B 57: 289-300.
    """
    result = pd.Series(False, index=p.index)
    held = p.dropna()
    # Where the smallest fails the first step of both methods nothing survives, and the library,
    # which collects garbage at each call of Holm's, is not asked.
    first_step = 0.05 / len(held) if method == "holm" and len(held) else 0.05
    if held.le(first_step).any():
        result[held.index] = multipletests(held, alpha=0.05, method=method)[0]
    return result


def _with_tests(table: pd.DataFrame, names: Sequence[str], methods: Sequence[str]) -> pd.DataFrame:
    for name in names:
        table[f"{name}_apart"] = table[f"{name}_lower"].gt(0) | table[f"{name}_upper"].lt(0)
        for method in methods:
            table[f"{name}_{method}"] = survives(table[f"{name}_p"], METHODS[method])
    return table


def _groups(pairs: pd.DataFrame, keys: list[str]) -> Iterator[tuple[Any, pd.DataFrame]]:
    """The pairs that share these keys, with the columns that statistics need."""
    return iter(pairs.groupby(keys, sort=False)[NEEDED])


def link_table(pairs: pd.DataFrame, brief: bool = False) -> pd.DataFrame:
    """How each measure of take-up goes with each outcome in each year, over councils.

    pairs: see `budgets_outcomes.pairs`, weak figures left out. brief: r and slope alone, by Holm.
    Returns one row for each take_up, outcome and year: councils; councils_adjusted; reliability of
    the outcome; and for each of r (Pearson), slope (points of outcome for 10 points of take-up,
    adjusted), beta (slope in standard deviations), rho (Spearman) and corrected (r without the
    outcome's sampling error): _value, _lower, _upper, _p. For r, slope and rho also _apart (the interval leaves out
    0), _holm and _bh (it still does when the number of tests of this kind is allowed for).
    """
    rows = []
    for (take_up, outcome, year), own in _groups(pairs, ["take_up", "outcome", "year"]):
        r, model = pearson(own["share"], own["value"]), adjusted(own)
        row = {"take_up": take_up, "outcome": outcome, "year": year, "councils": len(own)}
        row |= {"councils_adjusted": model.councils, **_flat("r", r), **_flat("slope", model.slope)}
        if not brief:
            held = reliability(own["value"], own["se"])
            row |= {
                "reliability": held,
                **_flat("rho", spearman(own["share"], own["value"])),
                **_flat("corrected", corrected(r, held)),
                **_flat("beta", model.beta),
            }
        rows.append(row)
    names, methods = (["r", "slope"], ["holm"]) if brief else (["r", "slope", "rho"], list(METHODS))
    return _with_tests(pd.DataFrame(rows), names, methods)


def change_table(pairs: pd.DataFrame, brief: bool = False) -> pd.DataFrame:
    """Between councils, averaged over years, and within them, from year to year.

    pairs, brief: as for `link_table`; only take-up from the returns of 2014-15 to 2020-21 is used.
    Returns one row for each take_up and outcome, none where there are fewer than two years: first,
    last (years), councils, figures; within (two-way fixed effects, points of outcome for 10 points
    of take-up); councils_adjusted, r (over councils' averages) and slope (the same, adjusted); each
    with the columns of `link_table`.
    """
    rows = []
    returns = pairs[pairs["basis_id"].eq(RETURNS)]
    for (take_up, outcome), own in _groups(returns, ["take_up", "outcome"]):
        if own["year"].nunique() < 2:
            continue
        inside = within(own)
        row = {"take_up": take_up, "outcome": outcome, **_flat("within", inside.slope)}
        row |= {"first": inside.years[0], "last": inside.years[1]}
        row |= {"councils": inside.councils, "figures": inside.figures}
        if not brief:
            means = averages(own)
            model = adjusted(means)
            row |= {
                "councils_adjusted": model.councils,
                **_flat("r", pearson(means["share"], means["value"])),
                **_flat("slope", model.slope),
            }
        rows.append(row)
    if not rows:
        return pd.DataFrame()
    names, methods = (["within"], ["holm"]) if brief else (["within", "r", "slope"], list(METHODS))
    return _with_tests(pd.DataFrame(rows), names, methods)


@dataclass(frozen=True)
class Tally:
    """Of so many estimates, how many have intervals that leave out 0, and still do by Holm."""

    tests: int
    apart: int
    holm: int


def tally(table: pd.DataFrame, name: str) -> Tally:
    """The tally of one kind of estimate in a table; of none where the table is empty."""
    if table.empty:
        return Tally(0, 0, 0)
    tested = table[table[f"{name}_p"].notna()]
    apart, holm = (int(tested[f"{name}_{what}"].sum()) for what in ("apart", "holm"))
    return Tally(len(tested), apart, holm)


def strongest(links: pd.DataFrame, name: str = "r") -> pd.Series:
    """The row of the correlation that is farthest from 0."""
    row: pd.Series = links.loc[links[f"{name}_value"].abs().idxmax()]
    return row


def holds(links: pd.DataFrame, name: str = "r") -> bool:
    """Whether take-up goes with outcomes hardly at all, by the rule of the chapter.

    It does where at most `FEW` of all correlations still leave out 0 when their number is allowed
    for (Holm), and none is as far from 0 as `STRONG`.
    """
    found = tally(links, name)
    return found.holm <= FEW * found.tests and abs(strongest(links, name)[f"{name}_value"]) < STRONG


def _without_small(pairs: pd.DataFrame) -> pd.DataFrame:
    least = pairs.groupby(["outcome", "year"])["base"].transform(lambda base: base.quantile(0.1))
    return pairs[pairs["base"].gt(least)]


def _without_support(reason: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Leaves out self-directed support where this column is true; direct payments stay."""
    return lambda pairs: pairs[~(pairs["take_up"].eq(SUPPORT) & pairs[reason])]


CHOICES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "Without London": lambda pairs: pairs[pairs["region_code"].ne(LONDON)],
    "Without the smallest tenth of survey bases": _without_small,
    "Without shares of 100%": lambda pairs: pairs[pairs["share"].lt(100)],
    "Without self-directed support that equals direct payments": _without_support("payments_alone"),
    f"Without self-directed support that jumped by {JUMP} points": _without_support("jumped"),
}


def checks(
    pairs: pd.DataFrame,
    links: pd.DataFrame,
    changes: pd.DataFrame,
    by_age: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
) -> pd.DataFrame:
    """The chapter's conclusion worked out again, one row for each choice of councils or method.

    pairs, links, changes: of all councils; see `link_table` and `change_table`. by_age: name of an
    age → its own links and changes.
    Returns name; fewest, most (councils); links, adjusted, within (each a `Tally`); take_up,
    outcome, year and r_value, r_lower, r_upper of the strongest correlation; left (take_up and year
    of those that remain when their number is allowed for, each once); holds (see `holds`).
    The row of Spearman's correlation has neither adjusted nor within estimates, a single year none
    within (None).
    """
    rows = [
        _check("All councils", links, "r", tally(links, "slope"), _inside(changes)),
        _check("By rank (Spearman’s correlation)", links, "rho", None, None),
    ]
    chosen = {name: choose(pairs) for name, choose in CHOICES.items()}
    tables = {
        name: (link_table(own, brief=True), change_table(own, brief=True))
        for name, own in chosen.items()
        if len(own)
    }
    for name, (table, inside) in (tables | dict(by_age)).items():
        rows.append(_check(name, table, "r", tally(table, "slope"), _inside(inside)))
    return pd.DataFrame(rows)


def _inside(changes: pd.DataFrame) -> Tally | None:
    return None if changes.empty else tally(changes, "within")


def _check(
    name: str, links: pd.DataFrame, kind: str, model: Tally | None, inside: Tally | None
) -> dict[str, object]:
    top = strongest(links, kind)
    left = links.loc[links[f"{kind}_holm"], ["take_up", "year"]].drop_duplicates()
    return {
        "name": name,
        "fewest": int(links["councils"].min()),
        "most": int(links["councils"].max()),
        "links": tally(links, kind),
        "adjusted": model,
        "within": inside,
        **{key: top[key] for key in ("take_up", "outcome", "year")},
        **{f"r_{part}": top[f"{kind}_{part}"] for part in ("value", "lower", "upper")},
        "left": list(left.sort_values(["take_up", "year"]).itertuples(index=False, name=None)),
        "holds": holds(links, kind),
    }


def smallest_told(councils: int) -> float:
    """How far from 0 a correlation over so many councils must be for its interval to leave 0 out."""
    return float(np.tanh(Z_95 / np.sqrt(councils - 3)))
