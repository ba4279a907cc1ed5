"""A council's page: findings first, then its map, its figures, and what is missing."""

from typing import Any

import pandas as pd
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.council import MIN_BASE, CouncilReport
from evidence_review.analyse.placements import REPORT
from evidence_review.show.gap_map import LEVEL_WORDS, css_name, map_table, state_rule
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import (
    COMPARISON_SYMBOLS,
    STATE_SYMBOLS,
    STATE_WORDS,
    count,
    interval,
    listing,
    number,
    sentence,
    year_ranges,
)

ROOT = "../"  # council pages lie one folder below the top of the book
OVER_TIME = ("self-directed-support", "direct-payments", "control")


def at_a_glance(report: CouncilReport) -> Html:
    """The council's findings in a few sentences."""
    states = report.states["state"].value_counts()
    total = len(report.states)
    held, points = len(report.latest), []
    for label in report.comparators:
        points.append(_comparison_sentence(report, label))
    points.append(_missing_sentence(report))
    if report.changed:
        points.append(
            "This page does not show all that the review holds: it was made with other years or "
            "comparators, named at its end."
        )
    return fragment(
        "prose.html",
        paragraphs=[
            f"Of the {total} cells of the framework, {report.name} has official figures of its own "
            f"in {states.get('figures', 0)}. In {states.get('could be gathered', 0)} more, the report "
            "names a source that works at council level, so that evidence could be gathered. "
            f"{states.get('national only', 0)} rest on national sources only, and "
            f"{states.get('gap', 0)} are gaps: no source was found for anyone.",
            f"{held} of the {len(report.review.indicators)} indicators "
            f"{'has' if held == 1 else 'have'} at least one figure for {report.name} "
            f"between {report.years[0]} and {report.years[-1]}.",
        ],
        points=points,
    )


def _comparison_sentence(report: CouncilReport, label: str) -> str:
    compared = report.latest[report.latest[f"comparison: {label}"].notna()]
    if compared.empty:
        return f"No newest figure can be compared with {label}."
    words = compared[f"comparison: {label}"]
    similar = int(words.eq("similar").sum())
    text = (
        f"Beside {label}, {similar} of the {count(len(compared), 'newest figure')} that can be "
        f"compared {'is' if similar == 1 else 'are'} similar"
    )
    parts = [
        f"{word} on {listing(list(compared.loc[words.eq(word), 'short_name']))}"
        for word in ("better", "worse", "higher", "lower")
        if words.eq(word).any()
    ]
    return f"{text}; {'; '.join(parts)}." if parts else f"{text}."


def _missing_sentence(report: CouncilReport) -> str:
    possible = len(report.review.indicators) * len(report.years)
    absent = len(report.missing)
    return (
        f"{absent} of {possible} possible figures ({len(report.review.indicators)} indicators × "
        f"{count(len(report.years), 'year')}) are not in this review; "
        "the reasons are at the end of this page."
    )


def council_gap_map(report: CouncilReport) -> Html:
    """The council's gap map by state of cell, with the rule under it."""
    review = report.review
    states = report.states.set_index(["element_id", "frame_id"])
    latest = report.latest.set_index("indicator_id")
    placed = review.placements[review.placements["origin"].eq(REPORT)]
    by_cell = dict(list(placed.groupby(["element_id", "frame_id"], sort=False)))

    def entries(
        element_id: str, frame_id: str, state: str, held: list[str]
    ) -> list[dict[str, Any]]:
        if state == "figures":
            return [
                {
                    "text": latest.loc[indicator, "name"],
                    "href": "#figures",
                    "note": f"{number(latest.loc[indicator, 'value'], latest.loc[indicator, 'unit'])} "
                    f"{latest.loc[indicator, 'status']} in {latest.loc[indicator, 'year']}".replace(
                        "  ", " "
                    ),
                }
                for indicator in held
            ]
        if (element_id, frame_id) not in by_cell:
            return []
        sources = by_cell[(element_id, frame_id)]
        if state == "could be gathered":
            sources = sources[sources["level"].eq("council")]
        return [
            {
                "text": source["label"],
                "href": f"{ROOT}sources/{source['source_id']}.html",
                "note": f"{LEVEL_WORDS[source['level']]} level; today {source['today']}",
            }
            for source in sources.to_dict("records")
        ]

    def cell(element_id: str, frame_id: str) -> dict[str, Any]:
        row = states.loc[(element_id, frame_id)]
        state = str(row["state"])
        listed = entries(element_id, frame_id, state, row["indicators"])
        noun = "indicator" if state == "figures" else "source"
        return {
            "css": f"state-{css_name(state)}",
            "symbol": STATE_SYMBOLS[state],
            "word": STATE_WORDS[state],
            "count": count(len(listed), noun),
            "entries": listed,
        }

    figures = int(states["state"].eq("figures").sum())
    caption = (
        f"State of the evidence for {report.name}: official figures in {figures} of {len(states)} "
        "cells"
    )
    return map_table(review, caption, cell) + state_rule()


def latest_table(report: CouncilReport) -> Html:
    """The newest figure of each indicator, with interval and base, beside the comparators."""
    if report.latest.empty:
        return fragment(
            "prose.html",
            paragraphs=[f"No official figure was published for {report.name} in these years."],
            points=[],
        )
    bases = report.review.bases.set_index("basis_id")
    columns = {
        "name": "Indicator",
        "year": "Year and source",
        "value": report.name,
        "base": "Base",
    }
    columns |= {f"value: {label}": label for label in report.comparators}
    rows = []
    for figure in report.latest.to_dict("records"):
        unit = figure["unit"]
        unit_is_said = unit == "percent" or unit in figure["name"]
        row = {
            "name": figure["name"] if unit_is_said else f"{figure['name']} ({unit})",
            "year": Markup('<span class="er-nowrap">{}</span> {}').format(
                figure["year"], bases.loc[figure["basis_id"], "short_name"]
            ),
            "value": _with_interval(figure),
            "base": f"{figure['base']:,.0f}" if pd.notna(figure["base"]) else "[x]",
        }
        for label in report.comparators:
            row[f"value: {label}"] = _compared(figure, label)
        rows.append(row)
    return table(
        f"Newest official figures for {report.name}, each with its 95% interval, beside "
        f"{listing(list(report.comparators))}",
        columns,
        rows,
        numeric=["base"],
    ) + _sources_note(bases.loc[report.latest["basis_id"].unique()], report.latest)


def _sources_note(bases: pd.DataFrame, latest: pd.DataFrame) -> Html:
    reasons = []
    if latest["status"].eq("[u]").any():
        reasons.append(
            "[u]: the publisher calls the figure unreliable, as many councils’ records do not say "
            "how a budget is paid; it is shown and not compared."
        )
    if latest["base"].lt(MIN_BASE).any():
        reasons.append(f"Too few: a base under {MIN_BASE}, which is shown and not compared.")
    named = bases.drop_duplicates("short_name")
    sources = "; ".join(
        f"{row['short_name']}: {row['name'].split(' (')[0]}, {row['publisher'].replace(';', ',')}"
        for row in named.to_dict("records")
    )
    return fragment(
        "prose.html",
        paragraphs=[
            f"Sources. {sources}. Base: people who answered or were counted; providers for care "
            "home ratings; residents for rates per 100,000.",
            *reasons,
        ],
        points=[],
    )


def _with_interval(figure: dict[str, Any]) -> Markup:
    mark = f" {figure['status']}" if figure["status"] else ""
    limits = interval(figure["lower"], figure["upper"], figure["unit"])
    if pd.isna(figure["lower"]):
        limits = f"interval {limits}"
    return Markup('<strong>{}</strong>{} <span class="er-limits">({})</span>').format(
        number(figure["value"], figure["unit"]), mark, limits
    )


def _compared(figure: dict[str, Any], label: str) -> Markup:
    value = number(figure[f"value: {label}"], figure["unit"])
    word = figure[f"comparison: {label}"]
    if pd.isna(word):
        few = pd.notna(figure["base"]) and figure["base"] < MIN_BASE
        note = Markup(' <span class="er-compared">too few</span>') if few else ""
        return Markup("{}{}").format(value, note)
    return Markup(
        '{} <span class="er-compared"><span aria-hidden="true">{}</span> {}</span>'
    ).format(value, COMPARISON_SYMBOLS[word], word)


def comparison_chart(report: CouncilReport) -> Image | Html:
    """Newest percentages with intervals, beside the comparators; unreliable ones left out."""
    from evidence_review.show.charts import dots_with_intervals, picture

    percent = report.latest[
        report.latest["unit"].eq("percent") & report.latest["status"].ne("[u]")
    ].assign(indicator=lambda t: t["short_name"].map(sentence))
    if percent.empty:
        return fragment(
            "prose.html",
            paragraphs=[f"There is no chart: no percentage was published for {report.name}."],
            points=[],
        )
    columns = ["indicator", "area", "value", "lower", "upper"]
    parts = [percent.assign(area=report.name)[columns]]
    for label in report.comparators:
        other = percent.assign(area=label, value=percent[f"value: {label}"], lower=None, upper=None)
        parts.append(other.loc[other["value"].notna(), columns[:3]])
    points = pd.concat(parts, ignore_index=True)
    figure = dots_with_intervals(
        points, [report.name, *report.comparators], "Per cent, newest year of each", (0, 100)
    )
    values = "; ".join(
        f"{row['short_name']} {number(row['value'], 'percent')} in {row['year']}"
        for row in percent.to_dict("records")
    )
    findings = " ".join(_comparison_sentence(report, label) for label in report.comparators)
    return picture(
        figure, f"Chart of {report.name}’s newest percentages. {findings} Values: {values}."
    )


def budgets_over_time(report: CouncilReport) -> Image | Html:
    """Self-directed support, direct payments and control over the years shown, with breaks."""
    from evidence_review.show.charts import lines_with_breaks, picture

    review = report.review
    indicators = review.indicators.set_index("indicator_id").loc[list(OVER_TIME)]
    codes = {report.council["area_code"]: report.name} | {
        code: label for label, code in report.comparators.items()
    }
    figures = review.figures
    points = figures[
        figures["area_code"].isin(codes)
        & figures["indicator_id"].isin(OVER_TIME)
        & figures["year"].isin(report.years)
        & figures["group"].eq("total")
        & figures["value"].notna()
    ]
    own = points[points["area_code"].eq(report.council["area_code"])]
    if own.empty:
        return fragment(
            "prose.html",
            paragraphs=[
                f"There is no chart: none of these figures was published for {report.name} "
                f"between {report.years[0]} and {report.years[-1]}."
            ],
            points=[],
        )
    held = [indicator for indicator in OVER_TIME if indicator in set(own["indicator_id"])]
    points = points[points["indicator_id"].isin(held)].assign(
        area=lambda t: t["area_code"].map(codes),
        indicator=lambda t: t["indicator_id"].map(indicators["name"]),
    )
    units = {indicators.loc[i, "name"]: "Per cent" for i in held}
    figure = lines_with_breaks(points, list(codes.values()), report.years, units)
    sentences = []
    for indicator in held:
        series = own[own["indicator_id"].eq(indicator)].sort_values("year")
        first, last = series.iloc[0], series.iloc[-1]
        name = indicators.loc[indicator, "name"]
        text = f"{name}: {number(first['value'], 'percent')} in {first['year']}"
        if len(series) > 1:
            text += f", {number(last['value'], 'percent')} in {last['year']}"
            if first["basis_id"] != last["basis_id"]:
                text += " on another basis, which cannot be compared"
        sentences.append(f"{text}.")
    return picture(
        figure,
        f"Line charts for {report.name} with 95% intervals, beside "
        f"{listing(list(report.comparators))}. {' '.join(sentences)} Dotted lines mark a new basis; "
        "no line crosses one.",
    )


def missing_table(report: CouncilReport) -> Html:
    """Every figure that is not there, with its code and the reason."""
    if report.missing.empty:
        return fragment(
            "prose.html",
            paragraphs=[f"No figure is missing for {report.name} in these years."],
            points=[],
        )
    indicators = report.review.indicators.set_index("indicator_id")["short_name"]
    # One row for each reason: the indicators that share code, reason and years stand together.
    by_indicator = report.missing.groupby(
        ["status", "reason", "indicator_id"], as_index=False, sort=False
    )["year"].agg(tuple)
    grouped = by_indicator.groupby(["status", "reason", "year"], as_index=False, sort=False)[
        "indicator_id"
    ].agg(list)
    rows = [
        {
            "names": sentence(
                "; ".join(indicators[indicator] for indicator in row["indicator_id"])
            ),
            "years": year_ranges(row["year"]),
            "status": row["status"],
            "reason": row["reason"],
        }
        for row in grouped.to_dict("records")
    ]
    return table(
        f"Figures that are missing for {report.name}, and why",
        {"names": "Indicators", "years": "Years", "status": "Code", "reason": "Reason"},
        rows,
    )


def how_to_rerun(report: CouncilReport) -> Html:
    """The one command that makes this page again, with the parameters that it was made with."""
    options = "".join(f' -p {name} "{value}"' for name, value in report.changed.items())
    changed = [f'{name} = "{value}"' for name, value in report.changed.items()]
    return fragment(
        "rerun.html",
        command=f'python3 scripts/review.py run --council "{report.name}"{options}',
        parameters=[f'council = "{report.name}"', *changed],
        changed=changed,
    )
