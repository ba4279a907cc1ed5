"""Change over time: small multiples, and a table with the tested trend in words."""

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.read.areas import ENGLAND
from evidence_review.show.charts import Chart
from evidence_review.show.council.figures import by_chance, mark, no_chart, no_figures
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, interval, listing, number, sentence, signed_number

# What begins with a basis, as a chart has room for it.
BEGINS = {
    "ascs": "",  # the survey as before
    "ascs-2020-21": "18 councils only",
    "ascs-adjusted-from-2021-22": "new formula",
    "cld": "client level data",
    "sace": "more carers asked",
}
TREND_WORDS = {
    "increasing": "▲ Increased",
    "decreasing": "▼ Decreased",
    "no clear change": "● No clear change",
    "not enough years": "Not enough years",
}
UNITS = {
    "percent": "per cent",
    "per 100,000": "per 100,000",
    "score": "score",
    "score 0 to 24": "score from 0 to 24",
    "score 0 to 12": "score from 0 to 12",
    "mean 0 to 10": "mean from 0 to 10",
}
BUDGETS = (
    "self-directed-support",
    "direct-payments",
    "carer-self-directed-support",
    "carer-direct-payments",
)


def trends_sentence(report: CouncilReport) -> str:
    """Which figures went up or down by the trend test, and for how many it cannot be said."""
    moved = report.changes
    if moved.empty:
        return "No figure was published, so no change can be tested."
    parts = []
    for trend, word in (("increasing", "increased"), ("decreasing", "decreased")):
        some = moved[moved["trend"].eq(trend)]
        if len(some):
            names = [
                f"{row['short_name']} ({row['trend_from']} to {row['trend_to']})"
                for row in some.to_dict("records")
            ]
            parts.append(f"{word}: {listing(names)}")
    tested = int(moved["trend"].ne("not enough years").sum())
    if not tested:
        return (
            "For no figure are there five years in a row on one basis, so no trend can be tested."
        )
    untested = len(moved) - tested
    few = f" For {untested} there are not enough years in a row." if untested else ""
    if not parts:
        return (
            f"Over five years in a row, no clear trend shows in {count(tested, 'figure')} that can "
            f"be tested.{few}"
        )
    said = "; ".join(parts)
    return f"Over the latest five years in a row that can be tested, {said}.{few}"


def moves_sentence(report: CouncilReport) -> str:
    """Which figures moved beyond chance over their newest years without a break."""
    moved = report.changes
    known = moved[moved["moved"].notna()]
    if known.empty:
        return ""
    parts = []
    clear = known[known["moved"].ne("no clear change")]
    spans = clear.groupby(["last_year", "first_year", "moved"])
    for (last, first, word), group in sorted(spans, key=lambda span: span[0], reverse=True):
        names = listing(list(group["short_name"]))
        parts.append(f"{word} in {last} than in {first}: {names}")
    if not parts:
        return (
            "Over the newest years without a break, none of the figures that can be set side by "
            "side clearly changed."
        )
    same = len(known) - len(clear)
    rest = f" For {same} there is no clear change." if same else ""
    return f"Over the newest years without a break, {'; '.join(parts)}.{rest}"


def changes(report: CouncilReport) -> Html:
    """The finding in words, and how each figure moved, with the trend."""
    if report.changes.empty:
        return no_figures(report, "no figure to follow over time")
    rows = [
        {
            "name": sentence(row["short_name"]),
            "from": _from_to(row),
            "change": _change(row),
            "trend": Markup('{} <span class="er-second">{}</span>').format(
                TREND_WORDS[row["trend"]],
                f"{row['trend_from']} to {row['trend_to']}" if row["trend_from"] else "",
            ),
        }
        for row in report.changes.to_dict("records")
    ]
    paragraphs = [
        " ".join(filter(None, [moves_sentence(report), trends_sentence(report)])),
        "We test change in two ways. The first and the last of the newest years are "
        "set side by side, and their difference has a 95% interval. The trend is tested over five "
        "years in a row, more strictly (p below 0.002, and no single year may decide it)."
        + by_chance(int(report.changes["moved"].notna().sum()), "change"),
    ]
    return fragment("prose.html", paragraphs=paragraphs, points=[]) + table(
        f"How the figures for {report.area.said} moved",
        {
            "name": "Indicator",
            "from": "Newest years without a break",
            "change": "Change (95% interval)",
            "trend": f"Trend over {YEARS_OF_A_TREND} years",
        },
        rows,
    )


def _from_to(row: dict[str, Any]) -> str:
    last = f"{number(row['last_value'], row['unit'])}{mark(row['last_weak'])} in {row['last_year']}"
    if row["years"] == 1:
        return f"{last} only"
    first = f"{number(row['first_value'], row['unit'])}{mark(row['first_weak'])}"
    return f"{first} in {row['first_year']} to {last}"


def _change(row: dict[str, Any]) -> Markup | str:
    if row["years"] == 1:
        return "[z]"
    change = signed_number(row["change"], row["unit"])
    if pd.isna(row["moved"]):
        why = WEAK if row["first_weak"] or row["last_weak"] else "interval [x]"
        return Markup('{} <span class="er-second">{}</span>').format(change, why)
    return Markup(
        '{} <span class="er-limits">({})</span> <span class="er-second">{}</span>'
    ).format(
        change,
        interval(row["lower"], row["upper"], row["unit"], points=True),
        row["moved"],
    )


def change_people(report: CouncilReport) -> Chart | Html:
    """What people who use care say, year by year."""
    return _of_collection(report, ("ASCS",), "what people who use care say")


def change_carers(report: CouncilReport) -> Chart | Html:
    """What carers say, survey by survey."""
    return _of_collection(report, ("SACE",), "what carers say")


def change_others(report: CouncilReport) -> Chart | Html:
    """What was counted or rated, and how all residents feel, year by year."""
    rest = set(report.indicators["collection"]) - {"ASCS", "SACE"}
    return _of_collection(report, rest, "support, care homes and residents")


def _of_collection(report: CouncilReport, collections: Collection[str], about: str) -> Chart | Html:
    shown = report.indicators[report.indicators["collection"].isin(list(collections))]
    return years_chart(report, [i for i in shown["indicator_id"] if i not in BUDGETS], about)


def years_chart(report: CouncilReport, indicators: list[str], about: str) -> Chart | Html:
    """Small multiples of these indicators: the area with its intervals, and England.

    about: what they are of, for the text alternative.
    """
    from evidence_review.show.charts import picture
    from evidence_review.show.year_panels import small_multiples

    codes = dict.fromkeys([report.area.code, ENGLAND])
    runs = report.runs[report.runs["indicator_id"].isin(indicators)]
    own = runs[runs["area_code"].eq(report.area.code)]
    figures = own.to_dict("records")
    series = {
        indicator: list(members)
        for indicator, members in groupby(figures, key=itemgetter("indicator_id"))
    }
    held = [indicator for indicator in indicators if indicator in series]
    if not held:
        return no_chart(report, about)
    names = {report.area.code: report.name, ENGLAND: "England"}
    table_of = {row["indicator_id"]: row for row in report.indicators.to_dict("records")}
    points = runs[runs["indicator_id"].isin(held)].assign(area=lambda t: t["area_code"].map(names))
    titles = {
        indicator: f"{sentence(table_of[indicator]['short_name'])}, "
        f"{UNITS[table_of[indicator]['unit']]}"
        for indicator in held
    }
    found = breaks(report, held)
    figure = small_multiples(points, titles, report.years, found, [names[code] for code in codes])
    said = [_series_sentence(series[indicator], table_of[indicator]) for indicator in held]
    beside = "" if report.area.code == ENGLAND else ", beside England"
    return picture(
        figure,
        f"Charts over the years of {about} in {report.area.said}, with 95% intervals{beside}. "
        f"{' '.join(said)} Dotted lines mark a new basis; no line crosses one.",
    )


def breaks(report: CouncilReport, indicators: list[str]) -> pd.DataFrame:
    """The first year on each new basis of these indicators.

    Returns indicator_id, year, name (what begins there, in a few words).
    """
    series = report.bases[report.bases["indicator_id"].isin(indicators)]
    before = series.groupby("indicator_id")["basis_id"].shift()
    new = series[before.notna() & before.ne(series["basis_id"])]
    return new.assign(name=new["basis_id"].map(BEGINS))[["indicator_id", "year", "name"]]


def _series_sentence(series: list[dict[Any, Any]], indicator: dict[Any, Any]) -> str:
    last_run = [figure for figure in series if figure["run"] == series[-1]["run"]]
    first, last = last_run[0], last_run[-1]
    text = (
        f"{sentence(indicator['short_name'])}: {number(last['value'], indicator['unit'])}"
        f"{mark(last['weak'])} in {last['year']}"
    )
    if len(last_run) > 1:
        text += f", from {number(first['value'], indicator['unit'])} in {first['year']}"
    return f"{text}."
