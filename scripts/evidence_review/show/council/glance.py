"""At a glance: the findings of a report in a few sentences."""

from markupsafe import Markup

from evidence_review.analyse.areas import councils_of
from evidence_review.analyse.comparators import NEIGHBOURS
from evidence_review.analyse.council import CouncilReport
from evidence_review.show.council.change import moves_sentence
from evidence_review.show.council.figures import comparison_sentence
from evidence_review.show.council.own_survey import survey_finding
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import count, listing, year_ranges

# Kinds of data/council_places.csv that a reader is told of.
PLACE_LABELS = {
    "district": "Districts",
    "former district": "Former districts",
    "place": "Towns and other places, among them",
}


def at_a_glance(report: CouncilReport) -> Html:
    """Cells by state, where the area stands apart, what has changed, what cannot be said and why."""
    points = []
    if report.is_invented:
        points.append(
            Markup("<strong>{}</strong> {}").format(
                "Invented.",
                "There is no such council. Its figures, documents and answers are made up, to "
                "show what a report looks like and to try one on.",
            )
        )
    if report.changed:
        made = [
            f"{name.replace('_', ' ')} {value}"
            for name, value in report.changed.items()
            if name != "own_evidence"
        ]
        with_own = ["evidence of its own"] if "own_evidence" in report.changed else []
        points.append(
            Markup("<strong>{}</strong> {}").format(
                "Not the published page.", f"It was made with {listing([*with_own, *made])}."
            )
        )
    points.append(Markup("<strong>{}</strong> {}").format("Evidence.", _cells_sentence(report)))
    for one in report.comparators:
        if one.level in ("england", NEIGHBOURS):
            points.append(
                Markup("<strong>Compared with {}.</strong> {}").format(
                    "England" if one.level == "england" else "its neighbours",
                    comparison_sentence(report, one),
                )
            )
    if found := survey_finding(report):
        points.append(Markup("<strong>{}</strong> {}").format("Own survey.", found))
    points.append(Markup("<strong>{}</strong> {}").format("Change.", _change(report)))
    points.append(Markup("<strong>{}</strong> {}").format("Not known.", _missing_sentence(report)))
    return fragment("prose.html", paragraphs=[], points=points)


def _change(report: CouncilReport) -> str:
    tested = report.changes[report.changes["trend"].ne("not enough years")]
    up, down = (int(tested["trend"].eq(word).sum()) for word in ("increasing", "decreasing"))
    if tested.empty:
        test = "No figure has five years in a row on one basis, so no trend can be tested."
    else:
        ends = year_ranges(list(tested["trend_to"].unique()))
        test = (
            f"By the stricter test of earlier trends, over five years that end in {ends}, "
            f"{up or 'none'} of {count(len(tested), 'figure')} rose and {down or 'none'} fell."
        )
    return " ".join(filter(None, [moves_sentence(report), test]))


def _cells_sentence(report: CouncilReport) -> str:
    states = report.states["state"].value_counts()
    own = states.get("own evidence", 0)
    lodged = "this page holds no evidence of its own"
    if own:
        lodged = f"its own evidence fills {own} more"
    elif len(report.own.documents):
        lodged = "documents of its own speak to cells that hold figures, or are planned"
    who = "by the council" if report.area.level == "council" else "by councils"
    return (
        f"Official figures for {report.area.said} fill {states.get('figures', 0)} of the "
        f"{len(report.states)} cells of the framework; {lodged}. In "
        f"{states.get('could be gathered', 0)} more, evidence could be gathered {who}; "
        f"{states.get('national only', 0)} rest on national sources only, and "
        f"{states.get('gap', 0)} are gaps, for which no source was found anywhere."
    )


def _missing_sentence(report: CouncilReport) -> str:
    possible = len(report.indicators) * len(report.years)
    beyond = "No figure shows how a person’s budget is held or what it achieved for them."
    never = int(report.missing["status"].eq("[z]").sum())
    rest = len(report.missing) - never
    return (
        f"Of {count(possible, 'figure')} ({count(len(report.indicators), 'indicator')}, "
        f"{count(len(report.years), 'year')}), {never or 'none'} could not exist, as a survey or "
        f"measure did not run, and {rest or 'none'} {'was' if rest < 2 else 'were'} not published "
        f"or not found. The last sections say which and why. {beyond}"
    )


def councils_here(report: CouncilReport) -> Html:
    """The councils of a region or type, each leading to its page; the places in a council."""
    if report.area.level == "council":
        return _places_here(report)
    own = councils_of(report.area, report.review.councils)
    if own.empty:
        return Html("")
    of = "of this type" if report.area.level == "council type" else "in this region"
    entries = [
        {"name": row["name"], "href": f"../councils/{row['slug']}.html"}
        for row in own.to_dict("records")
    ]
    heading = fragment(
        "prose.html", paragraphs=[f"The {len(own)} councils {of}, by name:"], points=[]
    )
    return heading + fragment("area_list.html", entries=entries, absent=0, noun="councils")


def _places_here(report: CouncilReport) -> Html:
    """The districts and places in a council, for whoever wonders whether this is their council."""
    places = report.review.council_places
    own = places[places["slug"].eq(report.area.slug)]
    parts = [
        Markup("<p>{}: {}.</p>").format(
            label, listing(list(own.loc[own["kind"].eq(kind), "place"]))
        )
        for kind, label in PLACE_LABELS.items()
        if own["kind"].eq(kind).any()
    ]
    if not parts:
        return Html("")
    summary = f"Places in {report.area.said}"
    return Html(
        Markup(
            '<details class="er-folded er-prose"><summary>{}</summary>\n{}\n</details>\n'
        ).format(summary, Markup("\n").join(parts))
    )
