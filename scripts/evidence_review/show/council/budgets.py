"""Personal budgets: who has one and who takes it as a direct payment, beside the neighbours."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import weak
from evidence_review.show.charts import Chart
from evidence_review.show.council.change import BUDGETS, years_chart
from evidence_review.show.council.figures import (
    WEAK_RULE,
    figure_text,
    mark,
    no_figures,
    own_figure,
    two_lines,
)
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import number

COLLECTIONS = {"salt": "Councils’ returns (SALT)", "cld": "Client level data (CLD)"}
EVERYWHERE_WEAK = (
    "Self-directed support of 2024-25 is so marked by its publisher for every area, England "
    "included, as many records do not say how a budget is paid."
)
SAID = {"salt": "councils’ returns", "cld": "client level data"}


def newest_of_each_basis(report: CouncilReport) -> pd.DataFrame:
    """The newest figure of each budget measure on each basis, in the order of `BUDGETS`."""
    own = report.figures[
        report.figures["indicator_id"].isin(BUDGETS) & report.figures["value"].notna()
    ]
    newest = own.sort_values("year").groupby(["indicator_id", "basis_id"], sort=False).tail(1)
    order = newest["indicator_id"].map(list(BUDGETS).index)
    columns = ["indicator_id", "name", "short_name", "unit"]
    return (
        newest.assign(order=order, weak=weak)
        .sort_values(["order", "year"])
        .merge(report.indicators[columns], on="indicator_id", validate="m:1")
    )


def budgets(report: CouncilReport) -> Html:
    """The finding, and the newest figure on each basis beside the comparators."""
    newest = newest_of_each_basis(report)
    if newest.empty:
        return no_figures(report, "no figure on personal budgets")
    key = ["indicator_id", "year", "basis_id"]
    beside = {}
    for one in report.comparators:
        near = report.beside[one.label]
        held_there = near[near["indicator_id"].isin(BUDGETS)].to_dict("records")
        beside[one.label] = {tuple(held[name] for name in key): held for held in held_there}
    rows = []
    for figure in newest.to_dict("records"):
        at = tuple(figure[name] for name in key)
        row: dict[str, Any] = {
            "name": two_lines(figure["name"], figure["year"]),
            "basis": COLLECTIONS[figure["basis_id"]],
            "value": own_figure(figure),
        }
        for one in report.comparators:
            row[one.label] = _beside(beside[one.label].get(at))
        rows.append(row)
    points = [
        f"{name}: {', and '.join(_said(figure) for figure in group.to_dict('records'))}."
        for name, group in newest.groupby("name", sort=False)
    ]
    paragraphs = [
        f"Take-up in {report.area.said}. The two collections count people in different ways, so "
        "figures from one cannot be set against those from the other."
        + (f" {WEAK_RULE} {EVERYWHERE_WEAK}" if newest["weak"].any() else "")
    ]
    columns = {"name": "Measure and year", "value": f"{report.name} (95% interval)"}
    columns |= {one.label: one.label for one in report.comparators}
    return fragment("prose.html", paragraphs=paragraphs, points=points) + table(
        f"Personal budgets in {report.area.said}: newest figure from each collection",
        columns,
        sorted(rows, key=lambda row: list(COLLECTIONS.values()).index(row["basis"])),
        group="basis",
    )


def _beside(held: dict[Any, Any] | None) -> Markup | str:
    if held is None:
        return "[x]"
    text = f"{number(held['value'], 'percent')}{mark(held['weak'])}"
    if held["areas"] == 1:
        return text
    return Markup('{} <span class="er-second">{} to {} in {}</span>').format(
        text, number(held["low"], "percent"), number(held["high"], "percent"), int(held["areas"])
    )


def _said(figure: dict[str, Any]) -> str:
    return f"{figure_text(figure)} in {figure['year']} by {SAID[figure['basis_id']]}"


def budgets_chart(report: CouncilReport) -> Chart | Html:
    """Take-up over the years, with the break."""
    shown = [i for i in BUDGETS if i in set(report.indicators["indicator_id"])]
    return years_chart(report, shown, "personal budgets")


def budgets_limits(report: CouncilReport) -> Html:
    """What these figures cannot tell."""
    return fragment(
        "prose.html",
        paragraphs=["What these figures cannot tell:"],
        points=[
            "The kind of budget, other than a direct payment. A budget that the council manages, "
            "and an Individual Service Fund that a provider manages, are one and the same here.",
            "The size of a budget, what it was spent on, or whether it was enough.",
            "Whether people were offered a choice, and how setting up went.",
            "How people with a budget fared: no survey figure is split by whether someone has one.",
            "The years 2021-22 to 2023-24: this review found no open file of councils’ figures for "
            "them.",
        ],
    )
