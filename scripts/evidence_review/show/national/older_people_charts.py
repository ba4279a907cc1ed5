"""Charts of the chapter on older people."""

from evidence_review.analyse.national.older_people import OlderPeople
from evidence_review.analyse.national.older_people_links import beside_take_up, link
from evidence_review.show.charts import Chart, picture
from evidence_review.show.council.change import UNITS
from evidence_review.show.council.groups import AGES
from evidence_review.show.html import Html
from evidence_review.show.national import groups_charts as charts
from evidence_review.show.national import groups_words as words
from evidence_review.show.national import older_people_sentences as said
from evidence_review.show.words import count, signed_number

POINTS = UNITS | {"percent": "points"}


def england_chart(result: OlderPeople) -> Chart | Html:
    """England's percentages for both ages; people who use care."""
    rows = said.newest(result)
    rows = rows[rows["unit"].eq("percent") & rows["kind"].ne("SACE") & rows["first"].notna()]
    if rows.empty:
        return Html("")
    lower = int(rows["change_upper"].lt(0).sum())
    lead = (
        f"In England, {lower} of {count(len(rows), 'percentage')} {'is' if lower == 1 else 'are'} "
        "lower beyond chance at ages 65 and over than at 18 to 64."
    )
    return charts.pairs_picture(rows, AGES, lead)


def councils_chart(result: OlderPeople) -> Chart:
    """Councils counted by which age has the lower figure."""
    row = said.main_row(result)
    lead = (
        f"On {row['said']} the figure for ages 65 and over is lower than for 18 to 64 in "
        f"{row['lower']} of {row['councils']} councils in {row['year']}."
    )
    return charts.directions_picture(
        said.newest(result), ("lower at 65 and over", "higher at 65 and over"), lead
    )


def years_chart(result: OlderPeople) -> Chart | Html:
    """The mean difference of all councils year by year, of what people who use care say."""
    names = said.newest(result)
    names = names[names["kind"].eq("ASCS")].set_index("indicator_id")
    shown = result.by_year[result.by_year["indicator_id"].isin(names.index)].sort_values("year")
    if shown.empty:
        return Html("")
    area = "mean of councils, 65 and over less 18 to 64"
    points = shown[["indicator_id", "year"]].assign(
        area=area, value=shown["mean"], lower=shown["mean_lower"], upper=shown["mean_upper"]
    )
    values = []
    for indicator, row in names.iterrows():
        own = points[points["indicator_id"].eq(indicator)]
        ends = own.iloc[sorted({0, len(own) - 1})]
        values.append(
            f"{row['said']} "
            + " and ".join(
                f"{signed_number(value, row['unit'])} in {year}"
                for year, value in zip(ends["year"], ends["value"], strict=True)
            )
        )
    titles = {
        str(one): f"{row['name']}, {POINTS.get(row['unit'], row['unit'])}"
        for one, row in names.iterrows()
    }
    years = [year for year in result.years if shown["year"].min() <= year <= shown["year"].max()]
    figure = charts.lines(points, titles, years, [area], "0: no difference")
    return picture(
        figure, f"{said.over_the_years(result)} Mean difference of councils: {'; '.join(values)}."
    )


def take_up_chart(result: OlderPeople) -> Chart | Html:
    """Each council's difference on the main measure beside its take-up of direct payments."""
    rows = beside_take_up(result.review, said.main_rows(result), said.PAYMENTS)
    if rows.empty:
        return Html("")
    row, found = said.main_row(result), link(rows)
    unit = POINTS.get(row["unit"], row["unit"])
    figure = charts.beside_take_up(
        rows,
        (found["start"], found["slope"] / 10),
        (f"Direct payments, per cent, {row['year']}", f"65 and over less 18 to 64, {unit}"),
    )
    slope = words.change_text(found["slope"], found["lower"], found["upper"], row["unit"])
    return picture(
        figure,
        f"The difference between the ages on {row['said']} is {said.take_up_word(result, found)} "
        f"where take-up of direct payments is higher, in {found['councils']} councils in "
        f"{row['year']}: {slope} for each 10 points more take-up, Pearson’s correlation "
        f"{words.r_text(found, 'pearson')}, Spearman’s {words.r_text(found, 'spearman')}.",
    )
