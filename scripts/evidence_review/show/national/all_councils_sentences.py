"""What the chapter on all councils finds, in words, and what its table cannot show."""

import pandas as pd

from evidence_review.analyse.national.all_councils import (
    NO_ENGLAND,
    NO_INTERVAL,
    SURVEY,
    AllCouncils,
)
from evidence_review.analyse.national.all_councils_checks import (
    BY_CHANCE,
    apart_beyond_chance,
    apart_by_base,
    spread_of_differences,
)
from evidence_review.analyse.reliability import WEAK
from evidence_review.show.html import Html
from evidence_review.show.national.variation_words import headed, prose
from evidence_review.show.words import count, listing

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
        return prose(
            "No figure in these years can be compared with England."
            if len(result.places)
            else "There is no official figure of any council in these years."
        )
    similar = int((~held["apart"]).sum())
    kinds = held["indicator_id"].map(result.indicators.set_index("indicator_id")["interval"])
    by_kind = (~held["apart"]).groupby(kinds.map(KINDS), sort=False).agg(["sum", "size"])
    parts = [f"{percent(s, n)} of {n:,} from {kind}" for kind, s, n in by_kind.itertuples()]
    return prose(
        _mainly_similar(result),
        points=[
            headed(
                "All comparisons.",
                f"{similar:,} of {len(held):,} ({percent(similar, len(held))}) are similar: "
                f"{listing(parts)}.",
            ),
            headed("Council by council.", _throughout(result)),
            headed("Not compared.", _not_compared(result)),
        ],
    )


def _mainly_similar(result: AllCouncils) -> str:
    most = result.by_indicator[result.by_indicator["most"]]
    if most.empty:
        return "On no indicator can most councils be compared with England."
    used = result.compared[result.compared["indicator_id"].isin(most["indicator_id"])]["year"]
    years = used.min() if used.min() == used.max() else f"{used.min()} to {used.max()}"
    means = "cannot be told apart from England’s, and the difference may be chance"
    if len(most) == 1:
        row = most.iloc[0]
        return (
            f"On {row['short_name']} ({years}), {row['n_similar']} of the {row['n_compared']} "
            f"councils that can be compared are similar to England: their figures {means}."
        )
    others = most[~most["mainly_similar"]]
    text = (
        f"On {len(most) - len(others) or 'none'} of {len(most)} indicators, most councils are "
        f"similar to England. “Similar” means that their newest figures ({years}) {means}."
    )
    if others.empty:
        return text
    names = listing(list(others["short_name"]))
    one = len(others) == 1
    text += f" On the other{'' if one else f' {len(others)}'}, at least half of councils stand apart: {names}."
    if others["interval"].map(KINDS).eq("records").all():
        text += (
            f" {'It is' if one else 'These are'} counted from records. Chance plays a smaller part "
            "there than in a survey, so smaller differences show."
        )
    return text


def _throughout(result: AllCouncils) -> str:
    councils = result.by_council
    possible = councils[councils["compared"].gt(0)]
    every = possible[possible["similar"].eq(possible["compared"])]
    if every.empty:
        text = "Every council stands apart from England on one indicator at least."
    elif len(every) <= 5:
        named = [
            f"{council.name} (on {count(council.compared, 'indicator')})"
            for council in every.itertuples()
        ]
        text = f"Only {listing(named)} {'is' if len(every) == 1 else 'are'} similar throughout."
    else:
        text = (
            f"{len(every)} of {count(len(possible), 'council')} are similar on all that can be "
            f"compared, on {every['compared'].min()} or more."
        )
    if possible["compared"].max() == 1:
        return text
    # Whole numbers that half of councils reach.
    reached = [int(possible[name].median()) for name in ("compared", "similar")]
    return (
        f"{text} Half of councils can be compared on {count(reached[0], 'indicator')} or more, and "
        f"half are similar on {reached[1]} or more."
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
    few = result.by_indicator[~result.by_indicator["most"]]
    named = [
        f"{name} ({count(n, 'council') if n else 'none'})"
        for name, n in zip(few["short_name"], few["n_compared"], strict=True)
    ]
    tail = f" On {listing(named)}, too few councils can be compared for the count above."
    return f"{left} of the {whole} are not compared: {listing(parts)}.{tail if len(few) else ''}"


def limits(result: AllCouncils) -> Html:
    """What a table of so many comparisons cannot show."""
    held = result.compared
    if held.empty:
        return Html("")
    apart, kept = int(held["apart"].sum()), apart_beyond_chance(result)
    kept_always = apart_beyond_chance(result, method="by")
    ratio = spread_of_differences(result)
    spread = (
        " Councils vary in the number of survey measures that set them apart from England. The "
        f"variance of that number is {ratio:.1f} times what it would be if each measure stood for "
        "itself; that large councils ask more people adds to it."
        if pd.notna(ratio)
        else ""
    )
    small, large = apart_by_base(result)
    sizes = ""
    if pd.notna([small, large]).all():
        sizes = (
            f" In surveys, {100 * small:.0f}% of the figures that rest on the fewest answers (the "
            f"lowest tenth) stand apart from England, and {100 * large:.0f}% of those that rest on "
            "the most."
        )
    return prose(
        "A table of this kind shows where to ask, not what the answer is.",
        points=[
            headed(
                "Chance.",
                f"Were every council the same as England, about {BY_CHANCE * len(held):.0f} of "
                f"{len(held):,} comparisons would still stand apart: one in twenty. {apart:,} do. If "
                f"no more than one in twenty of those named were to be false, {kept:,} would stay "
                f"(Benjamini and Hochberg 1995), or {kept_always:,} by a stricter rule that holds "
                "however the comparisons hang together (Benjamini and Yekutieli 2001). The table "
                "does not mark these, and no rule can tell which of them are false.",
            ),
            headed(
                "Not independent.",
                "The same people answer all questions of a survey, so a council that differs in one "
                f"column tends to differ in the next.{spread}",
            ),
            headed(
                "Similar is not the same.",
                "A figure on few answers has a wide interval, which holds England’s value easily. A "
                "count of many records has a narrow one, so that even a small difference stands "
                f"out.{sizes}",
            ),
        ],
    )
