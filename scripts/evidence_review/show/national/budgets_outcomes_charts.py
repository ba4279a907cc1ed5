"""Take-up and outcomes as pictures: forest plots over the years, and each council as a dot."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evidence_review.analyse.national.budgets_outcomes import BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import (
    PAYMENTS,
    SUPPORT,
    tally,
)
from evidence_review.show.charts import (
    DARK_BLUE,
    GREY,
    INTERVAL,
    ORANGE,
    STYLE,
    WIDTH,
    Chart,
    legend_below,
    legend_mark,
    picture,
    stacked_panels,
)
from evidence_review.show.html import Html
from evidence_review.show.national.budgets_outcomes_words import (
    SATISFACTION,
    TAKE_UP,
    few,
    named,
    nothing_to_show,
    short_name,
    with_interval,
)
from evidence_review.show.national.variation_words import prose
from evidence_review.show.words import count, listing, sentence

ROW = 0.27  # inches for a year
GAP = 0.5  # rows between the returns and the client level data
KINDS = (("r", "o", DARK_BLUE, -0.17), ("beta", "D", ORANGE, 0.2))


def payments_chart(result: BudgetsAndOutcomes) -> Chart | Html:
    """Direct payments and each outcome, year by year."""
    return _forest_picture(result, PAYMENTS)


def support_chart(result: BudgetsAndOutcomes) -> Chart | Html:
    """Self-directed support and each outcome, year by year."""
    return _forest_picture(result, SUPPORT)


def _forest_picture(result: BudgetsAndOutcomes, take_up: str) -> Chart | Html:
    rows = result.links[result.links["take_up"].eq(take_up)]
    if rows.empty:
        return nothing_to_show(take_up)
    titles = {
        outcome: sentence(short_name(result, outcome)) for outcome in rows["outcome"].unique()
    }
    apart = result.client_level_years(take_up)
    found = tally(rows, "r")
    beyond = [named(result, row) for row in rows[rows["r_apart"]].to_dict("records")]
    ranges = []
    for outcome, same in rows.groupby("outcome", sort=False):
        ends = [f"{end:.2f}" for end in (same["r_value"].min(), same["r_value"].max())]
        ranges.append(f"{short_name(result, str(outcome))} {' to '.join(dict.fromkeys(ends))}")
    said = few(found.apart, "leaves", "leave", count(found.tests, "interval"))
    alt = (
        f"Correlations of {TAKE_UP[take_up]} with {count(len(titles), 'outcome')} in "
        f"{count(rows['year'].nunique(), 'year')}, over councils: {said} out 0"
        f"{f': {listing(beyond)}' if beyond else ''}. Lowest to highest: {'; '.join(ranges)}."
    )
    return picture(_forest(rows, titles, apart), alt.replace(" -", " \N{MINUS SIGN}"))


def _newest(result: BudgetsAndOutcomes) -> pd.DataFrame:
    """The newest correlation of each take-up with satisfaction, or the first outcome chosen."""
    links = result.links
    if links["outcome"].eq(SATISFACTION).any():
        links = links[links["outcome"].eq(SATISFACTION)]
    else:
        links = links[links["outcome"].eq(links["outcome"].iloc[0])]
    newest = links[links.groupby("take_up")["year"].transform("max").eq(links["year"])]
    return newest.sort_values("year", ascending=False, kind="stable")


def dots_finding(result: BudgetsAndOutcomes) -> Html:
    """What the dots show, and the same by rank, which a few councils far out cannot sway."""
    points = [
        f"{sentence(named(result, row))}; by rank {with_interval(row, 'rho')}; "
        f"{count(row['councils'], 'council')}."
        for row in _newest(result).to_dict("records")
    ]
    text = "A steep line with dots close to it would be a strong link. Newest year of each measure:"
    return prose(text, points=points)


def dots(result: BudgetsAndOutcomes) -> Chart:
    """Every council as a dot: take-up and one outcome, satisfaction where it is chosen."""
    known = result.outcomes.set_index("indicator_id")
    panels, parts = [], []
    for row in _newest(result).to_dict("records"):
        keys = ["take_up", "outcome", "year"]
        same = result.pairs[keys].eq([row[key] for key in keys]).all(axis=1)
        name, outcome = TAKE_UP[row["take_up"]], row["outcome"]
        unit = "%" if known["unit"][outcome] == "percent" else "score"
        up = f"{sentence(short_name(result, outcome))} ({unit})"
        panels.append(
            (f"{sentence(name)}, {row['year']}", f"% with {name}", up, result.pairs[same])
        )
        parts.append(f"{named(result, row)}, {count(row['councils'], 'council')}")
    alt = f"Each council as a dot, and a line of best fit. Correlation of {'; of '.join(parts)}."
    return picture(_dots(panels), alt)


def _forest(rows: pd.DataFrame, titles: Mapping[str, str], apart: Sequence[str]) -> Figure:
    """One panel an outcome, one line a year: the correlation, and the adjusted slope on the same scale.

    rows: outcome, year; r and beta, each with _value, _lower, _upper. titles: title of each
    panel. apart: years on another basis; a dotted line sets them off.
    """
    years = sorted(rows["year"].unique())
    at = {year: place + (GAP if year in apart else 0) for place, year in enumerate(years)}
    limits = rows[[f"{kind}_{end}" for kind, *_ in KINDS for end in ("lower", "upper")]]
    reach = max(0.5, np.ceil(10 * float(np.nanmax(limits.abs().to_numpy()))) / 10)
    with mpl.rc_context(STYLE):
        height = ROW * (max(at.values()) + 1)
        figure, panels = stacked_panels([height] * len(titles), 0.65, 0.55, 0.25, 4)
        for axes, (outcome, title) in zip(panels, titles.items(), strict=True):
            own = rows[rows["outcome"].eq(outcome)]
            axes.axvline(0, color="black", linewidth=1.2, zorder=1)
            for kind, marker, colour, shift in KINDS:
                for row in own[own[f"{kind}_value"].notna()].to_dict("records"):
                    ends = row[f"{kind}_lower"], row[f"{kind}_upper"]
                    y = at[row["year"]] + shift
                    axes.plot(ends, [y, y], color=colour, linewidth=1.6, zorder=2)
                    hollow = ends[0] <= 0 <= ends[1]
                    axes.plot(
                        row[f"{kind}_value"],
                        y,
                        marker=marker,
                        markersize=5.5 if kind == "r" else 4.5,
                        color=colour,
                        markerfacecolor="white" if hollow else colour,
                        zorder=3,
                    )
            for year in apart:
                if year in at and at[year] > 1:
                    axes.axhline(at[year] - 0.75, color=GREY, linestyle=":", linewidth=1.3)
            axes.set_title(title, x=-0.55 / (WIDTH - 0.75), fontsize=8.5, pad=4)
            axes.set(
                xlim=(-reach, reach), ylim=(max(at.values()) + 0.5, -0.5), xlabel="", ylabel=""
            )
            axes.set_yticks(list(at.values()), years)
            axes.grid(visible=False, axis="y")
            axes.set_xticks([-0.5, 0, 0.5], ["\N{MINUS SIGN}0.5", "0", "0.5"])
            axes.tick_params(axis="both", labelsize=8.5)
            sns.despine(ax=axes, left=True)
        panels[-1].set_xlabel("Correlation, 0 is none")
        filled: dict[str, Any] = {"marker": "s", "linestyle": "", "color": GREY, "markersize": 6}
        legend_below(
            figure,
            [
                legend_mark("o", DARK_BLUE, "correlation and 95% interval"),
                legend_mark("D", ORANGE, "deprivation, age and region held equal", ORANGE),
                Line2D([], [], label="filled: the interval leaves out 0", **filled),
                Line2D([], [], label="hollow: it does not", markerfacecolor="white", **filled),
            ],
            1,
        )
    return figure


def _dots(panels: Sequence[tuple[str, str, str, pd.DataFrame]]) -> Figure:
    """Each council as a dot, with the line of best fit.

    panels: title, words of the horizontal axis, words of the vertical one, pairs (share, value).
    """
    with mpl.rc_context(STYLE):
        figure, places = stacked_panels([1.9] * len(panels), 0.55, 0.8, 0.25, 2)
        for axes, (title, across, up, pairs) in zip(places, panels, strict=True):
            axes.plot(
                pairs["share"],
                pairs["value"],
                linestyle="",
                marker="o",
                markersize=4,
                color=DARK_BLUE,
                markerfacecolor=INTERVAL,
            )
            slope, start = np.polyfit(pairs["share"], pairs["value"], 1)
            ends = np.array([pairs["share"].min(), pairs["share"].max()])
            axes.plot(ends, start + slope * ends, color=ORANGE, linewidth=2.2, linestyle="dashed")
            axes.set_title(title, x=-0.45 / (WIDTH - 0.65), fontsize=8.5)
            axes.set(xlabel=across, ylabel=up)
            axes.locator_params(nbins=5)
            sns.despine(ax=axes)
        legend_below(
            figure,
            [
                legend_mark("o", INTERVAL, "a council"),
                Line2D([], [], color=ORANGE, linestyle="dashed", label="line of best fit"),
            ],
        )
    return figure
