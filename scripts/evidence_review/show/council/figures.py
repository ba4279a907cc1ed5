"""The newest figures by frame of reference, beside the comparators, as a table and a spine chart."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.comparators import NEIGHBOURS, Comparator
from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import MIN_BASE, MIN_EVENTS, WEAK
from evidence_review.read.areas import ENGLAND
from evidence_review.show.charts import Chart
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import (
    COMPARISON_SYMBOLS,
    count,
    interval,
    listing,
    number,
    sentence,
)

RECENT = YEARS[-2]  # from here on a sentence need not name the year
WEAK_RULE = (
    f"{WEAK} marks a figure of low reliability: its base is under {MIN_BASE}, it is a rate of fewer "
    f"than {MIN_EVENTS} events, or its publisher says so. It is shown and compared with nothing."
)


def mark(is_weak: bool) -> str:
    """What follows a figure of low reliability."""
    return f" {WEAK}" if is_weak else ""


def figure_text(figure: pd.Series | dict[str, Any]) -> str:
    """A figure with its unit and, where it is weak, its mark."""
    return f"{number(figure['value'], figure['unit'])}{mark(figure['weak'])}"


def with_interval(
    value: float, lower: float, upper: float, unit: str, is_weak: bool, strong: bool = False
) -> Markup:
    """A figure with its unit, its mark where it is weak, and its 95% interval or "interval [x]".

    strong: in bold, as the area's own figure stands in a table.
    """
    limits = interval(lower, upper, unit)
    if pd.isna(lower):
        limits = f"interval {limits}"
    shown = Markup("<strong>{}</strong>" if strong else "{}").format(number(value, unit))
    return Markup('{}{} <span class="er-limits">({})</span>').format(shown, mark(is_weak), limits)


def own_figure(figure: dict[str, Any]) -> Markup:
    """The area's own figure in a table."""
    value, lower, upper, unit = (figure[name] for name in ("value", "lower", "upper", "unit"))
    return with_interval(value, lower, upper, unit, figure["weak"], strong=True)


def by_chance(tests: int, noun: str) -> str:
    """A sentence, with a space before it, on how many of so many tests chance alone would make."""
    if not tests:
        return ""
    if tests < 20:
        return f" Chance alone makes about one {noun} in twenty stand out, so weigh them together."
    return f" With {count(tests, noun)}, about {round(tests / 20)} would stand out by chance alone."


def no_chart(report: CouncilReport, about: str) -> Html:
    """A sentence in place of a chart without data."""
    chosen = len(report.indicators) < len(report.review.indicators)
    return fragment(
        "prose.html",
        paragraphs=[
            f"No chart: there are no figures on {about} for {report.area.said} in the years "
            f"{'and indicators chosen' if chosen else 'shown'}."
        ],
        points=[],
    )


def no_figures(report: CouncilReport, what: str) -> Html:
    """A sentence in place of a table or chart that would be empty."""
    years = report.years[0]
    if len(report.years) > 1:
        years = f"any year from {report.years[0]} to {report.years[-1]}"
    text = f"There is {what} for {report.area.said} in {years}."
    if len(report.indicators) < len(report.review.indicators):
        text = f"There is {what} for {report.area.said} among the indicators chosen, in {years}."
    return fragment("prose.html", paragraphs=[text], points=[])


def comparison_sentence(report: CouncilReport, one: Comparator) -> str:
    """How many of the newest figures stand apart from a comparator, and which."""
    words = report.latest[f"comparison: {one.label}"]
    compared = report.latest[words.notna()]
    if compared.empty:
        return "No newest figure can be compared."
    words = words[words.notna()]
    similar = int(words.eq("similar").sum())
    held = count(len(compared), "newest figure")
    if len(compared) == 1:
        text = f"The one newest figure that can be compared is {'' if similar else 'not '}similar."
    elif similar == 0:
        text = f"Of {held} that can be compared, not one is similar."
    else:
        text = (
            f"{similar} of {held} that can be compared {'is' if similar == 1 else 'are'} similar."
        )
    parts = [
        f"{sentence(word)} on {listing(_dated(compared[words.eq(word)]))}."
        for word in ("better", "worse", "higher", "lower")
        if words.eq(word).any()
    ]
    return " ".join([text, *parts])


def _dated(figures: pd.DataFrame) -> list[str]:
    """Short names of figures, with the year of those that are not of the newest years."""
    return [
        row["short_name"] + ("" if row["year"] >= RECENT else f" ({row['year']})")
        for row in figures.to_dict("records")
    ]


def _comparison_counts(report: CouncilReport, one: Comparator) -> str:
    """A comparison in numbers: "Beside England, of 21: 15 similar, 1 better and 5 worse."."""
    words = report.latest[f"comparison: {one.label}"].dropna()
    if words.empty:
        return f"Beside {one.said}, none can be compared."
    parts = [
        f"{int(words.eq(word).sum())} {word}"
        for word in ("similar", "better", "worse", "higher", "lower")
        if words.eq(word).any()
    ]
    return f"Beside {one.said}, of {len(words)}: {listing(parts)}."


def figures_finding(report: CouncilReport) -> Html:
    """The section's finding, and what chance alone would do."""
    held, total = len(report.latest), len(report.indicators)
    if not held:
        return no_figures(report, "no official figure")
    share = f"{held} of the {count(total, 'indicator')}"
    if held == total:
        share = "The one indicator" if total == 1 else f"All {total} indicators"
    paragraphs = [
        " ".join(
            [
                f"{share} {'has' if held == 1 else 'have'} a figure for {report.area.said}.",
                *(_comparison_counts(report, one) for one in report.comparators),
            ]
        )
    ]
    compared = sum(
        int(report.latest[f"comparison: {one.label}"].notna().sum()) for one in report.comparators
    )
    if compared:
        paragraphs.append(
            "“Similar” means not told apart: the other value lies inside the 95% interval, before "
            "rounding, which a wide interval makes easy. "
            "“Better” and “worse” follow the direction that the publisher gives a measure. Taking "
            "up a budget has none: a higher share need not be better for people."
            + by_chance(compared, "comparison")
            + (
                " A council named to compare with has a margin of its own, which is not counted: "
                "more of these would differ."
                if any(one.level == "council" for one in report.comparators)
                else ""
            )
        )
    named = [one for one in report.comparators if one.level == NEIGHBOURS]
    if named:
        areas = report.review.areas.set_index("area_code")["name"]
        names = sorted(areas[code] for code in named[0].codes)
        paragraphs.append(
            f"The 15 statistical neighbours are the councils most like {report.area.said} in "
            f"numbers of adults aged 18 to 64 and 65 and over, share aged 65 and over, and "
            f"deprivation: {listing(names)}. The rule is ours. For a very large or very small area "
            "even the nearest are not near."
        )
    return fragment("prose.html", paragraphs=paragraphs, points=[])


def figures_by_frame(report: CouncilReport) -> Html:
    """The newest figure of each indicator with interval and base, beside the comparators."""
    if report.latest.empty:
        return Html("")
    review = report.review
    frames = dict(zip(review.frames["frame_id"], review.frames["short_name"], strict=True))
    of_indicator = review.indicator_cells.groupby("indicator_id")["frame_id"].agg(
        lambda ids: sorted(set(ids))
    )
    sources = review.bases.set_index("basis_id")["short_name"]
    rows = []
    for figure in report.latest.to_dict("records"):
        first, *more = of_indicator[figure["indicator_id"]]
        others = [frames[frame].lower() for frame in more]
        row = {
            "id": f"figure-{figure['indicator_id']}",
            "order": first,
            "frame": frames[first],
            "name": two_lines(figure["name"], _where_from(figure, sources, others)),
            "value": own_figure(figure),
        }
        for one in report.comparators:
            row[one.label] = _compared(figure, one.label)
        rows.append(row)
    rows.sort(key=lambda row: row["order"])
    labels = [one.label for one in report.comparators]
    columns = {"name": "Indicator", "value": f"{report.name} (95% interval)"}
    columns |= {label: label for label in labels}
    beside = f", beside {listing([one.said for one in report.comparators])}" if labels else ""
    return table(
        f"Newest official figures for {report.area.said} by frame of reference, each with its "
        f"95% interval{beside}",
        columns,
        rows,
        group="frame",
    ) + _notes(report)


def _where_from(figure: dict[str, Any], sources: pd.Series, others: list[str]) -> str:
    """Year, source and base of a figure, and the other frames it speaks to."""
    parts = [str(figure["year"]), str(sources[figure["basis_id"]])]
    parts.append("base [x]" if pd.isna(figure["base"]) else f"base {figure['base']:,.0f}")
    if others:
        parts.append(f"also under {listing(others)}")
    return ", ".join(parts)


def two_lines(first: str, second: str) -> Markup:
    """A cell's text, and in smaller letters below it what belongs to it."""
    if not second:
        return Markup("{}").format(first)
    return Markup('{} <span class="er-second">{}</span>').format(first, second)


def _notes(report: CouncilReport) -> Html:
    bases = report.review.bases.set_index("basis_id").loc[report.latest["basis_id"].unique()]
    sources = "; ".join(
        f"{row['short_name']}: {row['name'].split(' (')[0]}, {row['publisher'].replace(';', ',')}"
        for row in bases.drop_duplicates("short_name").to_dict("records")
    )
    weak = [WEAK_RULE] if report.latest["weak"].any() else []
    return fragment(
        "prose.html",
        paragraphs=[
            f"Sources. {sources}. Base: people who answered or were counted; providers for care "
            "home ratings; residents for rates per 100,000.",
            *weak,
        ],
        points=[],
    )


def compared_word(word: str) -> Markup:
    """A comparison in shape and word."""
    return Markup('<span class="er-compared"><span aria-hidden="true">{}</span> {}</span>').format(
        COMPARISON_SYMBOLS[word], word
    )


def _compared(figure: dict[str, Any], label: str) -> Markup:
    value = number(figure[f"value: {label}"], figure["unit"])
    value += mark(figure[f"weak value: {label}"] is True)
    word = figure[f"comparison: {label}"]
    if pd.isna(word):
        return Markup("{}").format(value)
    return Markup("{} {}").format(value, compared_word(word))


def spine_chart(report: CouncilReport) -> Chart | Html:
    """The newest figures against the spread of all councils and England; the table as a picture."""
    from evidence_review.show.charts import picture, spine

    rows = report.latest[report.latest[["england", "low"]].notna().all(axis=1)]
    if rows.empty:
        return no_chart(report, "what England has figures on too")
    own = report.area.code == ENGLAND
    rows = rows.assign(
        label=rows["short_name"].map(sentence),
        value_text=[f"{figure_text(r)} in {r['year']}" for r in rows.to_dict("records")],
        word="similar" if own else rows["beside_england"].fillna("not compared"),
    )
    values = "; ".join(
        f"{row['short_name']} {row['value_text']}"
        + ("" if own else f" (England {number(row['england'], row['unit'])}, {row['word']})")
        for row in rows.to_dict("records")
    )
    apart = int((~rows["word"].isin(["similar", "not compared"])).sum())
    finding = (
        f"Bars of the spread of all councils around England, for {count(len(rows), 'indicator')}."
        if own
        else f"On {apart or 'none'} of {count(len(rows), 'indicator')}, the figure for {report.area.said} "
        "stands apart from England by its 95% interval; bars show the spread of all councils."
    )
    return picture(spine(rows), f"{finding} {values}.")
