"""Charts of the chapter on carers."""

import pandas as pd

from evidence_review.analyse.national.carers import BASIS, FIRST_BASIS, TAKE_UP, Carers
from evidence_review.show.charts import Chart, picture
from evidence_review.show.council.change import BEGINS, UNITS
from evidence_review.show.council.groups import SIDES
from evidence_review.show.html import Html
from evidence_review.show.national import carers_sentences as said
from evidence_review.show.national import groups_charts as charts
from evidence_review.show.national import groups_words as words
from evidence_review.show.words import number, sentence


def _title(name: str, unit: str) -> str:
    return f"{name}, {UNITS.get(unit, unit)}"


def surveys_chart(result: Carers) -> Chart:
    """All councils and England, survey by survey."""
    rows = result.indicators.to_dict("records")
    names = {row["indicator_id"]: sentence(row["short_name"]) for row in rows}
    titles = {row["indicator_id"]: _title(names[row["indicator_id"]], row["unit"]) for row in rows}
    points = result.surveys.assign(series=result.surveys["indicator_id"])
    breaks = points[
        points["basis_id"].eq(BASIS)
        & points["series"].isin(points.loc[points["basis_id"].eq(FIRST_BASIS), "series"])
    ]
    breaks = breaks.groupby("series", as_index=False)["year"].min().assign(name=BEGINS[BASIS])
    held = points["year"]
    years = [year for year in result.years if held.min() <= year <= held.max()]
    figure = charts.spread_by_year(points, titles, years, breaks)
    return picture(figure, f"{said.down_and_up(result)} {words.spread_text(points, names, result)}")


def beside_people_chart(result: Carers) -> Chart | Html:
    """England's carers and people who use care over the years of the survey of carers."""
    rows = said.beside(result)
    if rows.empty:
        return Html("")
    columns = ["indicator_id", "area", "year", "value", "lower", "upper"]
    people, carers = (
        pd.DataFrame(
            {
                "indicator_id": rows["indicator_id"],
                "area": area,
                "year": rows["year"],
                "value": rows[side],
                "lower": rows[f"{side}_lower"],
                "upper": rows[f"{side}_upper"],
            }
        )
        for side, area in zip(("first", "second"), SIDES, strict=True)
    )
    points = pd.concat([carers, people])[columns]
    titles = {
        row["indicator_id"]: _title(row["heading"], row["unit"]) for row in rows.to_dict("records")
    }
    years = [year for year in result.years if rows["year"].min() <= year <= rows["year"].max()]
    figure = charts.lines(points, titles, years, [SIDES[1], SIDES[0]])
    values = "; ".join(
        f"{row['said']} in {row['year']} {number(row['second'], row['unit'])} of carers and "
        f"{number(row['first'], row['unit'])} of people who use care"
        for row in rows.to_dict("records")
    )
    lower = int(rows["change_upper"].lt(0).sum())
    return picture(
        figure,
        f"In England, carers’ figure is lower beyond chance than that of people who use care in "
        f"{lower} of {len(rows)} pairs of figures. {sentence(values)}.",
    )


def changes_chart(result: Carers) -> Chart | Html:
    """Councils counted by whether the figure went down or up, first survey to last."""
    rows = said.whole(result)
    if rows.empty:
        return Html("")
    main = dict(rows[rows["indicator_id"].eq(result.main)].iloc[0])
    lead = (
        f"From {main['span']} the figure for {main['said']} went down in {main['lower']} of "
        f"{main['councils']} councils."
    )
    return charts.directions_picture(rows, ("down", "up"), lead)


def take_up_chart(result: Carers) -> Chart | Html:
    """All councils and England: take-up by carers."""
    points = result.take_up[result.take_up["indicator_id"].isin(TAKE_UP)]
    if points.empty:
        return Html("")
    points = points.assign(series=points["indicator_id"])
    names = {i: sentence(words.row_of(result, i)["short_name"]) for i in TAKE_UP}
    titles = {i: _title(name, "percent") for i, name in names.items()}
    figure = charts.spread_by_year(points, titles, sorted(points["year"].unique()))
    return picture(figure, f"{said.take_up(result)} {words.spread_text(points, names, result)}")
