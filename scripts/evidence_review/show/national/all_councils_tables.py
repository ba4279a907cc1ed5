"""The tables of the chapter on all councils: by indicator, council by council, and selections."""

from evidence_review.analyse.national.all_councils import NOT_COMPARED, AllCouncils
from evidence_review.analyse.national.all_councils_checks import sensitivity
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.council.change import UNITS
from evidence_review.show.council.figures import WEAK_RULE, two_lines
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.national.all_councils_cells import (
    cell_html,
    cells,
    choices_of_columns,
    columns,
    england,
    sets_of_columns,
)
from evidence_review.show.national.all_councils_sentences import KINDS
from evidence_review.show.national.variation_words import prose
from evidence_review.show.words import count, listing, sentence

OPENING = "F1"  # the columns that the script shows first: the frame Experience


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
        beside = {
            "similar": f"{row['n_similar']} of {row['n_compared']}",
            "up": f"{row[f'n_{up}']} {up}",
            "down": f"{row[f'n_{down}']} {down}",
        }
        if not row["n_compared"]:
            beside = dict.fromkeys(beside, "[z]")
        unit = "" if row["unit"] == "percent" else f", {UNITS[row['unit']]}"
        rows.append(
            {
                "group": sentence(f"from {KINDS[row['interval']]}"),
                "name": two_lines(
                    sentence(row["short_name"]), f"{row['year']}, {sources[row['basis_id']]}{unit}"
                ),
                "england": england(row),
                **beside,
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
    ) + prose(_sources(result))


def _sources(result: AllCouncils) -> str:
    """What the short names of sources stand for."""
    bases = result.review.bases.set_index("basis_id").loc[result.indicators["basis_id"].unique()]
    names = [
        f"{row['short_name']}: {row['name'].split(',')[0]}, {row['publisher'].replace(';', ',')}"
        for row in bases.drop_duplicates("short_name").to_dict("records")
    ]
    return (
        f"Sources. {'; '.join(names)}. The year is that of most councils’ newest figure. The codes "
        "of the last column are explained below the table of all councils."
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
    ) + prose(_codes_used(result))


def _codes_used(result: AllCouncils) -> str:
    """The codes that the table holds, and what they mean."""
    used = set(result.places.loc[result.places["value"].isna(), "said"])
    meanings = [f"{code} {STATUS_MEANINGS[code]}" for code in STATUS_MEANINGS if code in used]
    missing = f" Without a figure: {listing(meanings)}." if meanings else ""
    weak = f" {WEAK_RULE}" if result.places["said"].eq(WEAK).any() else ""
    return (
        "A year stands beside a figure that is not of the year of its column; it is held against "
        f"England in its own year.{missing}{weak}"
    )


def sensitive(result: AllCouncils) -> Html:
    """Whether the finding holds without London and without the smallest bases, and a table of it."""
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
        else "No: on the same indicators most councils are similar, with or without them."
    )
    drawn = table(
        "The finding without London, and without the smallest bases",
        {
            "name": "Selection",
            "councils": "Councils",
            "comparisons": "Comparisons",
            "similar": "Similar",
            "mainly": "Indicators on which most councils are similar",
            "all": "Councils similar on all that can be compared",
        },
        rows,
        numeric=["councils", "comparisons", "similar", "mainly", "all"],
    )
    note = (
        "The smallest bases are the tenth of each indicator’s figures that rest on the fewest people "
        "or care homes. Figures without a base stay."
    )
    return prose(verdict) + drawn + prose(note)
