"""The chapter on older people, section by section: ages 65 and over beside 18 to 64."""

from evidence_review.analyse.national.older_people import OlderPeople, older_people
from evidence_review.show.council.figures import two_lines
from evidence_review.show.council.groups import AGES
from evidence_review.show.html import Html, behind, style, table
from evidence_review.show.national import groups_tables as tables
from evidence_review.show.national import groups_words as words
from evidence_review.show.national import older_people_sentences as said
from evidence_review.show.national.older_people_charts import (
    councils_chart,
    england_chart,
    take_up_chart,
    years_chart,
)
from evidence_review.show.national.older_people_sensitivity import sensitivity
from evidence_review.show.words import count, sentence

__all__ = [
    "by_council",
    "councils",
    "councils_chart",
    "england",
    "england_chart",
    "finding",
    "older_people",
    "sensitivity",
    "style",
    "take_up",
    "take_up_chart",
    "years",
    "years_chart",
]


def finding(result: OlderPeople) -> Html:
    """What the chapter finds: in plain words, then point by point."""
    return words.prose(
        said.opening(result),
        points=[
            words.point("How large.", said.how_large(result)),
            words.point("How sure in one council.", said.how_sure(result)),
            words.point("Other measures.", said.others(result)),
            words.point("Over the years.", said.over_the_years(result)),
            words.point("Beside direct payments.", said.beside_payments(result)),
        ],
    )


def england(result: OlderPeople) -> Html:
    """England's figures for both ages, newest year with intervals for both."""
    rows = said.newest(result)
    caption = "England: 65 and over beside 18 to 64, newest year with intervals (95%)"
    none = rows[rows["change"].isna()]
    note = "".join(
        f"Where [x] stands, the file of {row['year']} has no figure of England by age on "
        f"{row['said']}. "
        for row in none.to_dict("records")
    )
    return tables.pairs_table(caption, rows, AGES, "heading") + words.prose(note.strip())


def councils(result: OlderPeople) -> Html:
    """In how many councils the older group is lower, and the difference over all of them."""
    caption = "65 and over beside 18 to 64 in all councils, newest year with intervals"
    row, sides = said.main_row(result), ("lower", "higher")
    return tables.councils_table(
        caption, said.newest(result), sides, "heading"
    ) + tables.how_to_read(
        row, f"{row['said']} in {row['year']}", sides, "the older group’s figure"
    )


def years(result: OlderPeople) -> Html:
    """Whether the difference narrows: its first and last year, and the change a year; every year."""
    names = said.newest(result).set_index("indicator_id")
    by_year = result.by_year.set_index(["indicator_id", "year"])
    rows = []
    for trend in said.moves(result).to_dict("records"):
        row = names.loc[trend["indicator_id"]]
        ends = {}
        for end in ("first_year", "last_year"):
            held = by_year.loc[(trend["indicator_id"], trend[end])]
            ends[end] = tables.change_cell(
                held["mean"], held["mean_lower"], held["mean_upper"], row["unit"]
            )
        rows.append(
            {
                "name": tables.named(
                    row["name"],
                    f"{trend['first_year']} to {trend['last_year']}, {trend['councils']} councils",
                ),
                **ends,
                "slope": two_lines(
                    tables.change_cell(
                        trend["slope"], trend["lower"], trend["upper"], row["unit"], 2
                    ),
                    sentence(trend["move"]),
                ),
            }
        )
    if not rows:
        return words.prose(
            "There are not three years on one basis to follow a difference over."
        ) + _every_year(result)
    columns = {
        "name": "Measure and years",
        "first_year": "Mean difference, first year",
        "last_year": "Mean difference, last year",
        "slope": "Change a year (95% interval)",
    }
    caption = "The difference between the ages over the years"
    by_chance = (
        f"Of {count(len(rows), 'measure')}, chance alone would move "
        f"{'fewer than one' if len(rows) < 20 else f'about {len(rows) / 20:.0f}'}."
    )
    return table(caption, columns, rows) + words.prose(by_chance) + _every_year(result)


def _every_year(result: OlderPeople) -> Html:
    """Every measure and year: England's difference, and the councils'."""
    names = said.newest(result)[["indicator_id", "name", "unit"]]
    rows = [
        {
            "measure": row["name"],
            "year": row["year"],
            "change": tables.england_cell(row),
            "share": f"{row['lower']} of {row['councils']}",
            "beyond": f"{row['beyond_lower']} and {row['beyond_higher']}"
            if row["tested"]
            else "[x]",
            "mean": tables.change_cell(
                row["mean"], row["mean_lower"], row["mean_upper"], row["unit"]
            ),
        }
        for row in names.merge(result.by_year, on="indicator_id").to_dict("records")
    ]
    columns = {
        "year": "Year",
        "change": "England, difference (95% interval)",
        "share": "Councils: lower",
        "beyond": "Beyond chance, lower and higher",
        "mean": "Mean difference of councils (95% interval)",
    }
    caption = "65 and over less 18 to 64, every measure and year"
    return behind(
        "Open the table of every measure and year", table(caption, columns, rows, group="measure")
    )


def take_up(result: OlderPeople) -> Html:
    """How the difference goes with take-up, in the newest year."""
    names = said.newest(result).set_index("indicator_id")
    rows = [
        {
            "take_up": f"Take-up: {words.row_of(result, row['take_up'])['short_name']}",
            "name": tables.named(names.loc[row["indicator_id"], "name"], row["year"]),
            "slope": tables.change_cell(
                row["slope"], row["lower"], row["upper"], names.loc[row["indicator_id"], "unit"], 2
            ),
            **{name: tables.r_cell(row, name) for name in tables.CORRELATIONS},
            "councils": row["councils"],
        }
        for row in said.take_up_links(result).to_dict("records")
        if row["year"] == result.newest[row["indicator_id"]]
    ]
    if not rows:
        return words.prose("No take-up of the same years can be set beside these measures.")
    columns = {
        "name": "Difference on, and year",
        "slope": "For each 10 points more take-up (95% interval)",
        **{name: f"{heading}’s correlation" for name, heading in tables.CORRELATIONS.items()},
        "councils": "Councils",
    }
    caption = "The difference between the ages beside take-up, across councils"
    return table(caption, columns, rows, ["councils"], group="take_up")


def by_council(result: OlderPeople) -> Html:
    """Every council's difference on the main measure, and in how many years it is the same way."""
    row = said.main_row(result)
    every = result.rows[result.rows["indicator_id"].eq(result.main) & ~result.rows["weak"]]
    lower = {
        str(code): f"{int(own.lt(0).sum())} of {count(len(own), 'year')}"
        for code, own in every.groupby("area_code")["difference"]
    }
    weak = result.rows.loc[result.rows["weak"], "area_code"]
    lower = dict.fromkeys(weak, "[u]") | lower
    caption = f"{row['name']}, {row['year']}: 65 and over beside 18 to 64, council by council"
    more = {"years": ("Years in which 65 and over is lower", lower)}
    return tables.by_council(caption, said.main_rows(result), AGES, row["unit"], more=more)
