"""How good the figures are: what is missing and why, small bases, revisions, boundaries."""

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import MIN_BASE, weak
from evidence_review.show.council.figures import WEAK_RULE
from evidence_review.show.html import Html, folded, fragment
from evidence_review.show.words import count, listing, sentence, year_ranges


def quality(report: CouncilReport) -> Html:
    """The finding, and what to know of these figures."""
    held = report.figures[report.figures["value"].notna()]
    small = int(held["base"].lt(MIN_BASE).sum())
    marked = int(weak(held).sum())
    without = int(held["lower"].isna().sum())
    possible = len(report.indicators) * len(report.years)
    verb = "is" if marked == 1 else "are"
    finding = (
        f"{len(held)} of {possible} possible figures are here. Of these, {marked or 'none'} {verb} "
        f"of low reliability ({small or 'none'} on a base under {MIN_BASE}), and for "
        f"{without or 'none'} no interval can be given."
    )
    return fragment("prose.html", paragraphs=[finding], points=_points(report)) + _bases(report)


def _bases(report: CouncilReport) -> Html:
    """What each source's years can be compared with, its revisions included."""
    held = report.figures[report.figures["value"].notna()]
    bases = report.review.bases
    used = bases[bases["basis_id"].isin(held["basis_id"])]
    if used.empty:
        return Html("")
    years = held.groupby("basis_id")["year"].unique()
    rows = [
        {
            "name": row["name"],
            "years": year_ranges(list(years[row["basis_id"]])),
            "comparability": f"{row['comparability']}.",
        }
        for row in used.to_dict("records")
    ]
    return folded(
        "What may be compared, by source",
        f"What the figures for {report.area.said} rest on, and what may be compared",
        {"name": "Source", "years": "Years here", "comparability": "Breaks and revisions"},
        rows,
    )


def _points(report: CouncilReport) -> list[str]:
    points = [WEAK_RULE, *_boundaries(report)]
    if report.area.level == "council":
        known = report.review.absences
        own = known[known["area_code"].eq(report.area.code) & known["year"].isin(report.years)]
        names = report.review.bases.drop_duplicates("short_name").set_index("short_name")["name"]
        points += [
            f"{names[row['collection']]}, {row['year']}: {row['reason']}"
            for row in own.to_dict("records")
        ]
    held = report.figures[report.figures["value"].notna()]
    without = held[held["lower"].isna()]
    if len(without):
        points.append(
            "No interval can be given where a file holds neither counts nor margins of error: "
            f"{year_ranges(list(without['year'].unique()))}."
        )
    return points


def _boundaries(report: CouncilReport) -> list[str]:
    """What happened to the area's territory, if anything did."""
    areas = report.review.areas
    if report.is_invented:
        return []
    own = areas[areas["area_code"].eq(report.area.code)].iloc[0]
    points = []
    before = areas[
        areas["successors"].fillna("").str.split(";").map(lambda codes: report.area.code in codes)
    ]
    same = before[before["note"].str.contains("same territory")]
    former = before[~before["area_code"].isin(same["area_code"])]
    if len(same):
        points.append(
            f"Boundaries: {report.area.said} has the same territory as under its former code "
            f"{listing(list(same['area_code']))}, so its figures are one series."
        )
    elif len(former):
        names = listing(
            [f"{n} ({c})" for n, c in zip(former["name"], former["area_code"], strict=True)]
        )
        points.append(
            f"Boundaries: {sentence(report.area.said)} began as a council in {own['first_year']}. "
            f"The figures of those before it ({names}) stand under their own codes and are not "
            "shown as its own."
        )
    note = ""
    if report.area.council is not None:
        note = report.area.council["imd2019_note"] or ""
        basis = report.area.council["population_basis"]
        if "ONS" in basis:
            points.append(f"Population, for the choice of neighbours: {basis}.")
    if note:
        points.append(f"Deprivation, for the choice of neighbours: {note[:1].lower() + note[1:]}.")
    return points


def missing_table(report: CouncilReport) -> Html:
    """Every figure that is not there, with its code and the reason."""
    if report.missing.empty:
        return fragment(
            "prose.html",
            paragraphs=[f"No figure is missing for {report.area.said} in these years."],
            points=[],
        )
    indicators = report.indicators.set_index("indicator_id")["short_name"]
    # One row for each reason: the indicators that share code, reason and years stand together.
    by_indicator = report.missing.groupby(
        ["status", "reason", "indicator_id"], as_index=False, sort=False
    )["year"].agg(tuple)
    grouped = by_indicator.groupby(["status", "reason", "year"], as_index=False, sort=False)[
        "indicator_id"
    ].agg(list)
    rows = [
        {
            "names": sentence("; ".join(indicators[i] for i in row["indicator_id"])),
            "years": year_ranges(row["year"]),
            "status": row["status"],
            "reason": row["reason"],
        }
        for row in grouped.to_dict("records")
    ]
    return folded(
        "The missing figures, with reasons",
        f"Figures that are missing for {report.area.said}, and why "
        f"({count(len(report.missing), 'figure')})",
        {"names": "Indicators", "years": "Years", "status": "Code", "reason": "Reason"},
        rows,
    )
