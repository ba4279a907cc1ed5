"""The chapter on all councils at once: the finding, the table of all figures, and its limits."""

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.all_councils import (
    BY_CHANCE,
    NO_ENGLAND,
    NO_INTERVAL,
    NOT_COMPARED,
    SURVEY,
    AllCouncils,
    apart_beyond_chance,
    apart_by_base,
    sensitivity,
    spread_of_differences,
)
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.council.figures import WEAK_RULE, two_lines
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.national.tile_map import (
    cell_html,
    cells,
    choices_of_columns,
    columns,
    sets_of_columns,
    tile_map,
)
from evidence_review.show.words import count, listing, number, sentence

__all__ = ["by_indicator", "finding", "limits", "rug", "sensitive", "tile_map"]

OPENING = "F1"  # the columns that the script shows first: the frame Experience
# How the intervals of an indicator are made tells how its figures came about.
KINDS = {
    SURVEY: "surveys of people who use care and of carers",
    "wilson": "records",
    "byar": "records",
    "published limits": "a survey of all residents",
}


def percent(part: int, whole: int) -> str:
    """A share in whole per cent: "60%"."""
    return f"{100 * part / whole:.0f}%"


def finding(result: AllCouncils) -> Html:
    """For how many indicators most councils are similar to England, and what is not compared."""
    held = result.compared
    if held.empty:
        return _prose(
            "No figure in these years can be compared with England."
            if len(result.places)
            else "There is no official figure of any council in these years."
        )
    similar = int((~held["apart"]).sum())
    kinds = held["indicator_id"].map(result.indicators.set_index("indicator_id")["interval"])
    by_kind = (~held["apart"]).groupby(kinds.map(KINDS), sort=False).agg(["sum", "size"])
    parts = [f"{percent(s, n)} of {n:,} from {kind}" for kind, s, n in by_kind.itertuples()]
    return _prose(
        _mainly_similar(result),
        _point(
            "All comparisons.",
            f"{similar:,} of {len(held):,} ({percent(similar, len(held))}) are similar: "
            f"{listing(parts)}.",
        ),
        _point("Similar throughout.", _throughout(result)),
        _point("Not compared.", _not_compared(result)),
    )


def _mainly_similar(result: AllCouncils) -> str:
    most = result.by_indicator[result.by_indicator["most"]]
    others = most[~most["mainly_similar"]]
    if most.empty:
        return "On no indicator can most councils be compared with England."
    text = (
        f"On {len(most) - len(others)} of the {count(len(most), 'indicator')} for which most "
        "councils can be compared, more than half of those compared are similar to England."
    )
    if others.empty:
        return text
    kind = ""
    if others["interval"].map(KINDS).eq("records").all():
        kind = ", counted from records, where intervals are narrow"
    verb = "The other is" if len(others) == 1 else f"The other {len(others)} are"
    return f"{text} {verb} {listing(list(others['short_name']))}{kind}."


def _prose(first: str, *points: str | Markup) -> Html:
    return fragment("prose.html", paragraphs=[first], points=list(points))


def _point(heading: str, text: str) -> Markup:
    return Markup("<strong>{}</strong> {}").format(heading, text)


def _throughout(result: AllCouncils) -> str:
    councils = result.by_council
    possible = councils[councils["compared"].gt(0)]
    every = possible[possible["similar"].eq(possible["compared"])]
    middle = (
        f"Half of councils are similar on {possible['similar'].median():.0f} or more; most can "
        f"be compared on {possible['compared'].mode().max()}."
    )
    if every.empty:
        return f"No council is similar on all that can be compared. {middle}"
    named = [f"{council.name} (on {council.compared})" for council in every.itertuples()]
    who = listing(named) if len(named) <= 5 else f"on {every['compared'].min()} or more"
    return (
        f"{count(len(every), 'council is', 'councils are')} similar on all that can be compared: "
        f"{who}. {middle}"
    )


def _not_compared(result: AllCouncils) -> str:
    said = result.places["said"].value_counts()
    missing = int(result.places["value"].isna().sum())
    reasons = [
        (int(said.get(WEAK, 0)), f"of low reliability {WEAK}"),
        (int(said.get(NO_INTERVAL, 0)), "without an interval"),
        (int(said.get(NO_ENGLAND, 0)), "of a year in which England has no figure"),
        (missing, "missing"),
    ]
    parts = [f"{n} {why}" for n, why in reasons if n]
    left = len(result.places) - len(result.compared)
    whole = f"{len(result.places):,} figures that {len(result.councils)} councils could have"
    if not left:
        return f"All of the {whole} are compared."
    few = result.by_indicator.loc[~result.by_indicator["most"], "short_name"]
    tail = f" Hardly any council can be compared on {listing(list(few))}." if len(few) else ""
    return f"{left} of the {whole} are not compared: {listing(parts)}.{tail}"


def by_indicator(result: AllCouncils) -> Html:
    """In how many councils each indicator is similar to England, better, worse, or not compared."""
    if result.indicators.empty:
        return Html("")
    sources = result.review.bases.set_index("basis_id")["short_name"]
    said = result.places.groupby("indicator_id")["said"].value_counts()
    rows = []
    for row in result.by_indicator.to_dict("records"):
        directed = row["better"] in ("higher", "lower")
        up, down = ("better", "worse") if directed else ("higher", "lower")
        own = said[row["indicator_id"]]
        gone = [(own.get(why, 0), why) for why in (*NOT_COMPARED, *STATUS_MEANINGS)]
        rows.append(
            {
                "group": sentence(f"from {KINDS[row['interval']]}"),
                "name": two_lines(
                    sentence(row["short_name"]), f"{row['year']}, {sources[row['basis_id']]}"
                ),
                "england": number(row["england"], row["unit"]),
                "similar": f"{row['n_similar']} of {row['n_compared']}",
                "up": f"{row[f'n_{up}']} {up}",
                "down": f"{row[f'n_{down}']} {down}",
                "not": "; ".join(f"{n} {why}" for n, why in dict.fromkeys(gone) if n) or "none",
            }
        )
    headings = {"name": "Indicator", "england": "England"}
    headings |= {
        "similar": "Similar, of those compared",
        "up": "Better or higher",
        "down": "Worse or lower",
    }
    return table(
        "How many councils are similar to England, by indicator (newest figures)",
        headings | {"not": "Not compared"},
        rows,
        numeric=["england", "similar", "up", "down"],
        group="group",
    )


def rug(result: AllCouncils) -> Html:
    """The newest figure of every council and indicator, beside England in shape and word.

    A script adds search, filters, a choice of columns, and an order by name, region or type.
    """
    if result.indicators.empty:
        return Html("")
    shown, held = columns(result), cells(result)
    within = sets_of_columns(result)
    rows = [
        (council, [cell_html(held[council["area_code"]][c["id"]], c["year"]) for c in shown])
        for council in result.councils.to_dict("records")
    ]
    n, of = len(result.councils), len(result.indicators)
    return fragment(
        "rug.html",
        caption=f"The newest figure of {n} councils on {count(of, 'indicator')}, beside England",
        regions=sorted(result.councils["region"].unique()),
        types=sorted(result.councils["council_type"].unique()),
        sets=choices_of_columns(result),
        opening=OPENING,
        columns=[{**column, "sets": " ".join(within[column["id"]])} for column in shown],
        rows=rows,
        status=f"All {n} councils and {len(shown)} columns are shown, in the order of names.",
    ) + _codes_used(result)


def _codes_used(result: AllCouncils) -> Html:
    """The codes that the table holds, and what they mean."""
    used = set(result.places.loc[result.places["value"].isna(), "said"])
    meanings = [f"{code} {STATUS_MEANINGS[code]}" for code in STATUS_MEANINGS if code in used]
    missing = f" Without a figure: {listing(meanings)}." if meanings else ""
    weak = f" {WEAK_RULE}" if result.places["said"].eq(WEAK).any() else ""
    return _prose(
        "A year stands beside a figure that is not of the year of its column; it is held against "
        f"England in its own year.{missing}{weak}"
    )


def sensitive(result: AllCouncils) -> Html:
    """The finding without London and without the smallest bases, and whether it holds."""
    if result.compared.empty:
        return Html("")
    found = sensitivity(result)
    rows = [
        {
            "name": f"Without {row['without']}" if row["without"] else "All councils",
            "councils": row["councils"],
            "comparisons": f"{row['comparisons']:,}",
            "similar": f"{100 * row['similar']:.0f}%",
            "mainly": f"{len(row['mainly_similar'])} of {row['indicators']}",
            "all": row["all_similar"],
        }
        for row in found.to_dict("records")
    ]
    ids = [set(ids) for ids in found["mainly_similar"]]
    moved = set().union(*ids) - set.intersection(*ids)
    names = result.indicators.set_index("indicator_id")["short_name"]
    verdict = (
        f"The finding holds for all indicators but {listing(sorted(names[i] for i in moved))}."
        if moved
        else "The finding holds: the same indicators have more than half of councils similar."
    )
    return table(
        "The finding without London, and without the smallest bases",
        {
            "name": "Selection",
            "councils": "Councils",
            "comparisons": "Comparisons",
            "similar": "Similar",
            "mainly": "Indicators with more than half of councils similar",
            "all": "Councils similar on all that can be compared",
        },
        rows,
        numeric=["councils", "comparisons", "similar", "mainly", "all"],
    ) + _prose(
        f"{verdict} The smallest bases are the lowest tenth of each indicator; figures without a "
        "base stay. No correlation enters the finding."
    )


def limits(result: AllCouncils) -> Html:
    """What a table of so many comparisons cannot show."""
    held = result.compared
    if held.empty:
        return Html("")
    apart = int(held["apart"].sum())
    kept = apart_beyond_chance(result)
    ratio = spread_of_differences(result)
    spread = (
        " Councils vary in how many survey measures set them apart from England; the variance is "
        f"{ratio:.1f} times what independent measures would give."
        if pd.notna(ratio)
        else ""
    )
    small, large = apart_by_base(result)
    sizes = ""
    if pd.notna([small, large]).all():
        sizes = (
            f" In surveys, {100 * small:.0f}% of figures on the smallest tenth of bases stand apart "
            f"from England, and {100 * large:.0f}% on the largest tenth."
        )
    return _prose(
        "A table of this kind shows where to ask, not what the answer is.",
        _point(
            "Chance.",
            f"Were every council the same as England, about {BY_CHANCE * len(held):.0f} of "
            f"{len(held):,} comparisons would still differ: one in twenty. {apart:,} do. With the "
            f"share of false differences held to one in twenty, {kept:,} would be left "
            "(Benjamini and Hochberg 1995). The table cannot tell which these are.",
        ),
        _point(
            "Not independent.",
            "The same people answer all questions of a survey, so a council that differs in one "
            f"column tends to differ in the next.{spread}",
        ),
        _point(
            "Similar is not the same.",
            "A figure on few answers has a wide interval, which holds England’s value easily. A "
            "count of many records has a narrow one, so that even a small difference stands "
            f"out.{sizes}",
        ),
    )
