"""What the chapters on groups share: charts, tables of two figures side by side, parts of sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import Image
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.older_people import Pooled
from evidence_review.show.charts import (
    ALL_COUNCILS,
    DARK_BLUE,
    INTERVAL,
    MIDDLE_HALF,
    ORANGE,
    STYLE,
    WIDTH,
    _legend_below,
    _mark,
    _mark_breaks,
    _panels,
    pairs,
    picture,
)
from evidence_review.show.council.figures import mark, two_lines
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, interval, number, signed_number

LIGHT_ORANGE = "#FAB492"  # orange half way to white, as the palette of pictures holds it
TITLE_AT = -0.45 / (WIDTH - 0.6)
SIDES = ("first", "second")


def directions(rows: pd.DataFrame, words: tuple[str, str]) -> Figure:
    """Councils counted to the left and to the right of a line, those beyond chance darker.

    rows: label, lower, higher (councils), beyond_lower, beyond_higher (of them, beyond chance).
    words: what left and right mean.
    """
    reach = max(rows["lower"].max(), rows["higher"].max()) * 1.18
    shades = (("lower", -1, DARK_BLUE, INTERVAL), ("higher", 1, ORANGE, LIGHT_ORANGE))
    with mpl.rc_context(STYLE):
        figure, (axes,) = _panels([0.5 * len(rows) + 0.15], 0.1, 0, 0.05, 2)
        for y, row in enumerate(rows.to_dict("records")):
            for side, sign, dark, light in shades:
                axes.barh(y, sign * row[side], 0.36, color=light)
                axes.barh(y, sign * row[f"beyond_{side}"], 0.36, color=dark)
                axes.text(
                    sign * (row[side] + reach * 0.015),
                    y,
                    str(row[side]),
                    ha="right" if sign < 0 else "left",
                    va="center",
                    fontsize=8.5,
                )
            axes.plot([0, 0], [y - 0.22, y + 0.22], color="black", linewidth=1.5)
            axes.text(-reach, y - 0.24, row["label"], va="bottom", fontsize=8.5)
        axes.set(xlim=(-reach, reach), ylim=(len(rows) - 0.35, -0.75), xticks=[], yticks=[])
        for x, side, word in ((-reach, "left", f"← {words[0]}"), (reach, "right", f"{words[1]} →")):
            axes.text(x, len(rows) - 0.4, word, ha=side, va="bottom", fontsize=9)
        sns.despine(ax=axes, left=True, bottom=True)
        _legend_below(
            figure,
            [
                Patch(color=shade, label=f"{word.split()[0]}, {sure}")
                for (_, _, *both), word in zip(shades, words, strict=True)
                for shade, sure in zip(both, ("beyond chance", "may be chance"), strict=True)
            ],
        )
    return figure


def spread_by_year(
    points: pd.DataFrame,
    titles: Mapping[str, str],
    years: Sequence[str],
    breaks: pd.DataFrame,
    gap: Sequence[str] = (),
) -> Figure:
    """One panel a series: all councils each year as a bar, their middle half darker, and England.

    points: series, year, basis_id, value (England), low, quarter, middle, three_quarters, high.
    titles: of each series. breaks: series, year (the first on a new basis), name. gap: years without
    any figure. A line joins England's figures on one basis.
    """
    place = {year: at for at, year in enumerate(years)}
    with mpl.rc_context(STYLE):
        figure, panels = _panels([0.95] * len(titles), 0.5, 0.62, 0.42, 2)
        for axes, (series, title) in zip(panels, titles.items(), strict=True):
            own = points[points["series"].eq(series)]
            own = own.assign(at=own["year"].map(place))
            at = own["at"]
            for low, high, colour in (
                ("low", "high", ALL_COUNCILS),
                ("quarter", "three_quarters", MIDDLE_HALF),
            ):
                axes.bar(at, own[high] - own[low], 0.5, own[low], color=colour, zorder=1)
            axes.hlines(own["middle"], at - 0.25, at + 0.25, "black", linewidth=1.5, zorder=2)
            for _, run in own.groupby("basis_id"):
                axes.plot(
                    run["at"],
                    run["value"],
                    marker="D",
                    color=ORANGE,
                    markersize=4.5,
                    linewidth=1.4,
                    markeredgecolor="white",
                    zorder=3,
                )
            _mark_breaks(axes, breaks[breaks["series"].eq(series)], place)
            if gap:
                middle = sum(place[year] for year in gap) / len(gap)
                height = (own["low"].min() + own["high"].max()) / 2
                axes.text(middle, height, "no figures", ha="center", va="center", fontsize=8)
            axes.use_sticky_edges = False  # or bars would stand on the lower edge
            axes.margins(y=0.06)
            axes.set_title(title, pad=13, x=TITLE_AT, fontsize=8.5)
            every = range(0, len(years), 2 if len(years) > 6 else 1)
            axes.set_xticks(list(every), [years[each][2:] for each in every])
            axes.set(xlabel="", ylabel="", xlim=(-0.5, len(years) - 0.5))
            axes.locator_params(axis="y", nbins=4)
            sns.despine(ax=axes)
        _legend_below(
            figure,
            [
                Patch(color=ALL_COUNCILS, label="all councils"),
                Patch(color=MIDDLE_HALF, label="middle half of them"),
                Line2D([], [], marker="D", color=ORANGE, label="England"),
                Line2D([], [], color="black", linewidth=1.5, label="middle council"),
            ],
        )
    return figure


def beside_take_up(
    rows: pd.DataFrame, line: tuple[float, float], labels: tuple[str, str]
) -> Figure:
    """Each council's difference beside its take-up, with the fitted line.

    rows: take_up, difference, lower, upper. line: where it starts (at no take-up) and its slope for
    each point of take-up. labels: of both axes.
    """
    ends = np.array([rows["take_up"].min(), rows["take_up"].max()])
    beyond = rows["lower"].gt(0) | rows["upper"].lt(0)
    with mpl.rc_context(STYLE):
        figure, (axes,) = _panels([2.6], 0.65, 0, 0.1, 3)
        axes.scatter(
            rows["take_up"],
            rows["difference"],
            s=22,
            c=[DARK_BLUE if each else "white" for each in beyond],
            edgecolors=DARK_BLUE,
            linewidths=1,
            zorder=2,
        )
        axes.plot(ends, line[0] + line[1] * ends, color=ORANGE, linewidth=2, zorder=3)
        axes.axhline(0, color="black", linestyle="--", linewidth=1.2)
        axes.set(xlabel=labels[0], ylabel=labels[1])
        sns.despine(ax=axes)
        _legend_below(
            figure,
            [
                _mark("o", DARK_BLUE, "beyond chance"),
                _mark("o", "white", "may be chance"),
                Line2D([], [], color=ORANGE, linewidth=2, label="fitted line"),
                Line2D([], [], color="black", linestyle="--", label="no difference"),
            ],
        )
    return figure


def directions_picture(rows: pd.DataFrame, words: tuple[str, str], lead: str) -> Image:
    """`directions` with its text alternative.

    rows: also said (in a sentence), councils. lead: the finding, a sentence.
    """
    values = "; ".join(
        f"{row['said']} {row['lower']} {words[0]} ({row['beyond_lower']} beyond chance), "
        f"{row['higher']} {words[1]} ({row['beyond_higher']}), of {row['councils']}"
        for row in rows.to_dict("records")
    )
    return picture(directions(rows, words), f"{lead} Councils: {values}.")


def pairs_picture(rows: pd.DataFrame, names: tuple[str, str], lead: str) -> Image:
    """England's percentages for both groups with their intervals.

    rows: label, said, year and `older_people.national`. lead: the finding, a sentence.
    """
    sides = {
        f"{side}_{what}": rows[side if what == "value" else f"{side}_{what}"]
        for side in SIDES
        for what in ("value", "lower", "upper")
    }
    values = "; ".join(
        f"{row['said']} {number(row['first'], 'percent')} and {number(row['second'], 'percent')} "
        f"in {row['year']}"
        for row in rows.to_dict("records")
    )
    return picture(
        pairs(rows.assign(**sides, first_weak=False, second_weak=False), names, (0, 103)),
        f"{lead} First {names[0]}, then {names[1]}: {values}.",
    )


def pairs_table(
    caption: str, rows: pd.DataFrame, names: tuple[str, str], group: str | None = None
) -> Html:
    """England's figures for two groups or years, each with its interval, and their difference.

    rows: name, under (smaller, below it), unit, the group's column and `older_people.national`.
    """
    shown = [
        {
            "name": two_lines(row["name"], row["under"]),
            **{
                side: value_cell(row[side], row[f"{side}_lower"], row[f"{side}_upper"], row["unit"])
                for side in SIDES
            },
            "change": change_cell(
                row["change"], row["change_lower"], row["change_upper"], row["unit"]
            ),
            "group": row[group] if group else "",
        }
        for row in rows.to_dict("records")
    ]
    columns = {"name": "Measure", "first": names[0], "second": names[1]}
    columns |= {"change": "Difference (95% interval)"}
    return table(caption, columns, shown, group="group" if group else None)


def councils_table(
    caption: str, rows: pd.DataFrame, words: tuple[str, str], group: str | None = None
) -> Html:
    """In how many councils a figure is the lower, beyond chance or not, and all of them together.

    rows: name, under, unit, the group's column and `older_people.summary`. words: as "lower",
    "higher".
    """
    shown = [
        {
            "name": two_lines(row["name"], row["under"]),
            "share": share_cell(row),
            "beyond": beyond_cell(row, words),
            "pooled": pooled_cell(row["pooled"], row["unit"]),
            "left_out": row["left_out"],
            "group": row[group] if group else "",
        }
        for row in rows.to_dict("records")
    ]
    columns = {
        "name": "Measure",
        "share": f"Councils: {words[0]}",
        "beyond": "Beyond chance",
        "pooled": "All councils together (95% interval)",
        "left_out": "Left out [u]",
    }
    return table(caption, columns, shown, ["left_out"], group="group" if group else None)


def spread_table(caption: str, rows: Sequence[Mapping[str, Any]]) -> Html:
    """England's figure and the spread of all councils, year by year.

    rows: heading, under (smaller, below the year), unit and a row of `carers.spread_by_year`; rows
    of a heading follow each other.
    """
    shown = []
    for row in rows:
        england = value_cell(row["value"], row["lower"], row["upper"], row["unit"])
        spread = {
            "middle": number(row["middle"], row["unit"]),
            "half": interval(row["quarter"], row["three_quarters"], row["unit"]),
            "all": interval(row["low"], row["high"], row["unit"]),
            "sd": f"{row['sd']:.1f}",
        }
        shown.append(
            {
                "year": two_lines(row["year"], row["under"]),
                "england": england + mark(row["weak"]),
                **(spread if row["councils"] else dict.fromkeys(spread, "[u]")),
                "councils": row["councils"],
                "left_out": row["left_out"],
                "heading": row["heading"],
            }
        )
    columns = {
        "year": "Year",
        "england": "England (95% interval)",
        "middle": "Middle council",
        "half": "Middle half",
        "all": "Lowest to highest",
        "sd": "Standard deviation",
        "councils": "Councils",
        "left_out": "Left out [u]",
    }
    numeric = ["middle", "sd", "councils", "left_out"]
    return table(caption, columns, shown, numeric, group="heading")


def spread_text(points: pd.DataFrame, names: Mapping[str, str], result: Any) -> str:
    """England and the middle half of councils in the first and last year of each series, a year on
    another basis apart."""
    said = []
    for series, name in names.items():
        own = points[points["series"].eq(series)]
        longest = own["basis_id"].mode().iloc[0]
        runs = [own[own["basis_id"].eq(longest)], own[own["basis_id"].ne(longest)]]
        parts = [
            ("apart, " if at else "") + _spread_in_words(row, row_of(result, row["indicator_id"]))
            for at, run in enumerate(runs)
            for row in run.iloc[sorted({0, len(run) - 1} if len(run) else ())].to_dict("records")
        ]
        said.append(f"{name}: {'; '.join(parts)}")
    return f"{'. '.join(said)}."


def _spread_in_words(row: Mapping[str, Any], indicator: Mapping[str, Any]) -> str:
    unit = indicator["unit"]
    text = f"in {row['year']} England {number(row['value'], unit)}{mark(row['weak'])}"
    if not row["councils"]:
        return text
    return (
        f"{text}, middle half of councils {interval(row['quarter'], row['three_quarters'], unit)}"
    )


def by_council(
    caption: str,
    rows: pd.DataFrame,
    names: tuple[str, str],
    unit: str,
    same: str = "no clear difference",
    more: Mapping[str, tuple[str, Mapping[str, str | Markup]]] | None = None,
) -> Html:
    """Each council by name, behind a heading that opens the table.

    rows: of one comparison, `older_people.side_by_side`. same: where chance may explain it. more:
    further columns: key → heading and text by area code.
    """
    others = more or {}
    shown = [
        {
            "name": linked(row["name"], row["slug"]),
            "first": number(row["first"], unit),
            "second": number(row["second"], unit),
            "change": change_cell(row["difference"], row["lower"], row["upper"], unit),
            "found": _found(row, same),
            **{key: text.get(row["area_code"], "[x]") for key, (_, text) in others.items()},
        }
        for row in rows.sort_values("name").to_dict("records")
    ]
    columns = {"name": "Council", "first": names[0], "second": names[1]}
    columns |= {"change": "Difference (95% interval)", "found": "Found"}
    columns |= {key: heading for key, (heading, _) in others.items()}
    content = table(caption, columns, shown, ["first", "second"])
    heading = f"Open the table of {count(len(shown), 'council')}, by name"
    return Html(Markup("<details>\n<summary>{}</summary>\n{}</details>\n").format(heading, content))


def _found(row: Mapping[str, Any], same: str) -> str:
    """What can be said of one council's difference."""
    if row["weak"]:
        return "[u]"
    if pd.isna(row["lower"]):
        return "[x]"
    return direction(row["lower"], row["upper"]).replace("no clear change", same)


def prose(*paragraphs: str, points: Sequence[str | Markup] = ()) -> Html:
    """Paragraphs, and a list under them."""
    return fragment("prose.html", paragraphs=list(filter(None, paragraphs)), points=list(points))


def point(heading: str, text: str) -> Markup:
    """A sentence with its heading, for a list."""
    return Markup("<strong>{}</strong> {}").format(heading, text)


def value_text(value: float, lower: float, upper: float, unit: str) -> str:
    """A figure with its interval in a sentence: "74.4% (73.9 to 74.9%)"."""
    if unit.startswith("score") and not pd.isna(lower):  # limits of scores fall between decimals
        limits = f"{lower:.2f} to {upper:.2f}"
    else:
        limits = ("interval " if pd.isna(lower) else "") + interval(lower, upper, unit)
    return f"{number(value, unit)} ({limits})"


def value_cell(value: float, lower: float, upper: float, unit: str) -> Markup | str:
    """A figure with its interval in a table, "[x]" where none was published."""
    if pd.isna(value):
        return "[x]"
    figure, limits = value_text(value, lower, upper, unit).split(" ", 1)
    return Markup('{} <span class="er-limits">{}</span>').format(figure, limits)


def side_text(row: Mapping[str, Any], side: str) -> str:
    """One side of `older_people.national` with its interval in a sentence."""
    return value_text(row[side], row[f"{side}_lower"], row[f"{side}_upper"], row["unit"])


def change_text(change: float, lower: float, upper: float, unit: str, decimals: int = 0) -> str:
    """A difference with its interval in a sentence: "−8.2 points (95% interval −8.9 to −7.5)".

    decimals: for small ones, such as points a year; otherwise those of the unit.
    """
    if decimals:
        value = signed_text(change, decimals, "+") + (" points" if unit == "percent" else "")
        limits = " to ".join(signed_text(limit, decimals, "+") for limit in (lower, upper))
    else:
        value, limits = signed_number(change, unit), interval(lower, upper, unit, points=True)
    return f"{value} ({'interval' if pd.isna(lower) else '95% interval'} {limits})"


def signed_text(value: float, decimals: int = 2, plus: str = "") -> str:
    """A number with a true minus sign, and none where it rounds to 0."""
    rounded = round(value, decimals) + 0.0
    sign = "" if rounded == 0 else plus
    return f"{rounded:{sign}.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def change_cell(
    change: float, lower: float, upper: float, unit: str, decimals: int = 0
) -> Markup | str:
    """A difference with its interval in a table."""
    if pd.isna(change):
        return "[x]"
    value, limits = change_text(change, lower, upper, unit, decimals).split(" (", 1)
    return Markup('{} <span class="er-limits">({}</span>').format(
        value, limits.removeprefix("95% interval ")
    )


def pooled_cell(found: Pooled | None, unit: str) -> Markup | str:
    """The mean over councils with its interval, and where a further council would lie."""
    if found is None:
        return "[x]"
    return change_cell(found.mean, found.lower, found.upper, unit) + Markup(
        ' <span class="er-second">95% of councils: {}</span>'
    ).format(interval(found.low, found.high, unit, points=True))


def beyond_cell(row: Mapping[str, Any], words: tuple[str, str]) -> Markup | str:
    """In how many councils the difference is beyond chance, each way."""
    if not row["tested"]:
        return "[x]"
    text = '{} {}, {} {}, of {} <span class="er-second">after correction {} and {}</span>'
    return Markup(text).format(
        row["beyond_lower"],
        words[0],
        row["beyond_higher"],
        words[1],
        row["tested"],
        row["kept_lower"],
        row["kept_higher"],
    )


def share_cell(row: Mapping[str, Any]) -> Markup:
    """In how many councils the figure is the lower: the share with its interval, the sign test."""
    return Markup('{} of {} <span class="er-second">{} ({}), p {}</span>').format(
        row["lower"],
        row["councils"],
        number(row["share"], "percent"),
        interval(row["share_lower"], row["share_upper"], "percent"),
        p_text(row["p"]),
    )


def p_text(p: float) -> str:
    """A p-value as it is written: "0.021", "below 0.001"."""
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def linked(name: str, slug: Any) -> Markup | str:
    """A council's name, leading to its page where it has one."""
    if pd.isna(slug):
        return name
    return Markup('<a href="../councils/{}.html">{}</a>').format(slug, name)


def row_of(result: Any, indicator: str) -> dict[str, Any]:
    """An indicator's row of the indicators table. result: anything with a review."""
    table = result.review.indicators
    return dict(table[table["indicator_id"].eq(indicator)].iloc[0])


def holds_text(same: Sequence[bool], what: str) -> str:
    """Whether a conclusion is the same in every row of a table of sensitivity."""
    if all(same):
        return f"{what} holds in every row."
    return f"{what} does not hold in {count(len(same) - sum(same), 'row')} of {len(same)}."
