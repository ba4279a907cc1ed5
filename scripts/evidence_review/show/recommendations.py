"""The report's recommendations, and what this review does towards each, in figures."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from evidence_review.analyse.gap_map import SYNTHESIS
from evidence_review.analyse.placements import REPORT
from evidence_review.analyse.questions import cells_reached
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.read.contract import data_folder, package
from evidence_review.show.evidence import some_of
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, listing, sentence

SURVEYS = ("ASCS", "SACE")  # what people and carers themselves were asked


@dataclass(frozen=True)
class Step:
    """What this review does towards a recommendation; nothing yet, unless `done`."""

    done: bool
    text: str


def _does(text: str) -> Step:
    return Step(True, text)


def _nothing(text: str = "") -> Step:
    return Step(False, f"Nothing yet. {text}".strip())


def steps(review: Review) -> dict[str, Step]:
    """What this review does towards each recommendation, by its number; all counts from data."""
    sources, added, figures = review.sources, review.new_sources, review.figures
    councils = set(review.councils["area_code"])
    ours = review.totals[review.totals["area_code"].isin(councils)]
    valued = ours[ours["value"].notna()]
    years = sorted(figures["year"].unique())
    possible = len(review.indicators) * len(years) * len(councils)
    asked = review.indicators["collection"].isin(SURVEYS)
    must = sources["mandatory"].eq("yes")
    must_council = sources.loc[must & sources["level"].eq("council"), "source_id"]
    held = valued.groupby("indicator_id")
    wellbeing = review.indicators.loc[review.indicators["people"].eq("population"), "indicator_id"]
    wellbeing_years = valued.loc[valued["indicator_id"].isin(wellbeing), "year"]
    wellbeing_councils = max(held["area_code"].nunique()[wellbeing])
    abolished = review.areas["level"].eq("council") & review.areas["last_year"].ne("")
    regions = review.councils["region_code"].nunique()
    kinds = review.kinds.set_index("kind")["family"]
    drawn = int(added["kind"].map(kinds).eq(SYNTHESIS).sum())
    wider = _under(review, "E4")
    return {
        "1.1": _does(
            f"Every table is open to download under one contract: {len(_resources())} tables, with "
            f"{len(figures):,} rows of figures from {count(len(review.files), 'file')} of the "
            "publishers, joined by area and year."
        ),
        "1.2": _nothing(
            "Only those who run the collections can do it. Of the report’s "
            f"{count(len(sources), 'source')}, {len(must_council)} at council level are mandatory."
        ),
        "1.3": _does(
            "Guidance on use: how to read an interval, a comparison and the "
            f"{count(len(STATUS_MEANINGS), 'code')} for missing figures, and how a council’s "
            "analysts run their own page again. On how to collect evidence, nothing yet."
        ),
        "1.4": _does(
            f"{count(len(review.indicators), 'indicator')} over {count(len(years), 'year')} for "
            f"{count(len(councils), 'council')}: {len(valued):,} of {possible:,} possible figures "
            "exist, each with its comparators. They show variation; they seldom explain it."
        ),
        "2.1": _does(
            f"A list to start from: {int(asked.sum())} of the "
            f"{count(len(review.indicators), 'indicator')} rest on questions that national surveys "
            "already put to people and carers. Agreement is for people and partners to reach."
        ),
        "2.2": _nothing("The notebooks are made for councils."),
        "3.1": _does(
            f"{count(len(added), 'source')} since 2017 are listed with an address, {drawn} of them "
            "evaluations or reviews. Two people have yet to code them, so they add to no strength."
        ),
        "3.2": _nothing(
            "The map shows the need: NHS personalisation has a source in "
            f"{_found(review, ['E4.2'])}, community capacity in {_found(review, ['E4.1'])}."
        ),
        "3.3": _does(
            f"On personal budgets and how they are run, {_sources_on(review, _under(review, 'E3'))}, "
            "each with a page or an address."
        ),
        "3.4": _does(
            f"On markets, {_sources_on(review, ['E2.2'])}. The review points to them; it describes "
            "no model of care."
        ),
        "3.5": _does(
            f"One table of areas: {count(len(councils), 'council')} of today in "
            f"{count(regions, 'region')}, and {count(int(abolished.sum()), 'abolished council')} "
            "with a history of their own."
        ),
        "4.1": _nothing("The figures describe councils, year by year. They follow no person."),
        "4.2": _nothing(
            f"Wellbeing has a source in {_found(review, ['E1'])}. Beside it stand figures for all "
            f"residents, whether they use care or not, in {wellbeing_councils} councils up to "
            f"{wellbeing_years.max()}."
        ),
        "4.3": _nothing(),
        "4.4": _nothing("No indicator of the review follows the same people over time."),
        "4.5": _nothing(f"The newest figures are those of {years[-1]}."),
        "4.6": _does(
            f"The register says what is mandatory: {some_of(int(must.sum()), len(sources), 'source')}. "
            f"The {len(must_council)} at council level reach {_reached(review, must_council)} of "
            f"{len(review.gap_map)} cells. What should be mandatory is for others to say."
        ),
        "4.7": _does(
            f"The map asks about the whole system: its wider parts have a source in "
            f"{_found(review, wider)}. It shows where evidence is, and is no model of change."
        ),
    }


def summary(review: Review) -> Html:
    """Towards how many recommendations the review does anything."""
    made = steps(review)
    rows = review.recommendations.assign(
        done=[made[r].done for r in review.recommendations["rec_id"]]
    )
    themes = rows.groupby("theme", sort=False)["done"].agg(["sum", "size"])
    done = int(rows["done"].sum())
    return fragment(
        "prose.html",
        paragraphs=[
            Markup("<strong>{}</strong> {}").format(
                f"This review does something towards {done} of the {len(rows)} recommendations, "
                f"and nothing yet towards {len(rows) - done}.",
                "Something is not all: each line says how far it goes.",
            )
        ],
        points=[
            f"{sentence(str(theme))}: {row['sum'] or 'none'} of {row['size']}."
            for theme, row in themes.iterrows()
        ],
    )


def themes(review: Review) -> list[tuple[str, Html]]:
    """Each theme's heading, and its recommendations with what this review does towards them."""
    made = steps(review)
    found = []
    for theme, own in review.recommendations.groupby("theme", sort=False):
        rows = [
            {
                "number": row["rec_id"],
                "recommendation": row["recommendation"],
                "step": made[row["rec_id"]].text,
            }
            for row in own.to_dict("records")
        ]
        columns = {
            "number": "Number",
            "recommendation": "Recommendation",
            "step": "What this review does",
        }
        heading = sentence(str(theme))
        found.append((heading, table(f"Recommendations: {heading.lower()}", columns, rows)))
    return found


def _resources() -> list[dict[str, str]]:
    found: list[dict[str, str]] = package(data_folder())["resources"]
    return found


def _under(review: Review, element_id: str) -> list[str]:
    """An element and those below it."""
    own = review.elements[
        review.elements["element_id"].eq(element_id) | review.elements["parent_id"].eq(element_id)
    ]
    return list(own["element_id"])


def _found(review: Review, elements: list[str]) -> str:
    """How many cells of the elements have a source: "2 of 6 cells"."""
    own = review.gap_map[review.gap_map["element_id"].isin(elements)]
    return some_of(int(own["n_sources"].gt(0).sum()), len(own), "cell")


def _sources_on(review: Review, elements: list[str]) -> str:
    own = review.placements[review.placements["element_id"].isin(elements)]
    ids = own.drop_duplicates("source_id")["origin"].eq(REPORT)
    return listing(
        [f"{count(int(ids.sum()), 'source')} of the report", f"{int((~ids).sum())} since 2017"]
    )


def _reached(review: Review, source_ids: Iterable[str]) -> int:
    own = review.placements[review.placements["source_id"].isin(list(source_ids))]
    return len(cells_reached(review.gap_map, own))
