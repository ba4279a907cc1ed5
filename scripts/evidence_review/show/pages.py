"""Computed inserts for the pages written by hand: most take the review, all return HTML."""

from collections.abc import Collection

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.agreement import agreement as coder_agreement
from evidence_review.analyse.areas import wider_areas
from evidence_review.analyse.findings import ENGLAND, age_differences, correlation, newest_by_basis
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.read.contract import data_folder, package
from evidence_review.show.gap_map import state_rule, strength_rule
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.source import TODAY_WORDS
from evidence_review.show.words import (
    count,
    how_much,
    interval,
    number,
    sentence,
    signed,
    year_ranges,
)


def headline_findings(review: Review) -> Html:
    """What the review finds, in four sentences with year, source and interval."""
    figures, codes = review.figures, review.council_codes
    cells = review.gap_map
    found, total = int(cells["n_sources"].gt(0).sum()), len(cells)
    *_, before_last, age = age_differences(figures, codes, "control")
    link = correlation(figures, codes, "self-directed-support", "satisfaction", "salt")
    not_more = "do not " if link.lower <= 0 else ""
    payments = newest_by_basis(figures, "direct-payments", ENGLAND)
    before, now = payments.iloc[0], payments.iloc[-1]

    def share(row: pd.Series) -> str:
        return (
            f"{number(row['value'], 'percent')} in {row['year']} "
            f"(95% interval {interval(row['lower'], row['upper'], 'percent')})"
        )

    findings = [
        (
            f"Most of the framework is empty: {total - found} of {total} cells have no source",
            f"The report named {len(review.sources)} sources in 2017. Crossed by element of change and "
            f"frame of reference, they reach {found} cells.",
        ),
        (
            f"Older people reported less control in {age.lower_for_older} of {age.compared} councils",
            f"In {age.year}, {number(age.older, 'percent')} of people aged 65 and over in England had "
            "as much control over daily life as they want or adequate control, and "
            f"{number(age.younger, 'percent')} of people aged 18 to 64 (no interval is published). The year before, the older "
            f"group was lower in {before_last.lower_for_older} of {before_last.compared} councils. "
            "The newer files in this review do not split councils by age. Source: Adult Social Care "
            "Survey, of everyone with long-term support, with or without a personal budget.",
        ),
        (
            f"Councils where more people have a personal budget {not_more}have more satisfied people",
            f"Across {link.councils} councils in {link.year}, the share of people with self-directed "
            "support (the official measure of personal budgets) and overall satisfaction have a "
            f"correlation (Pearson) of {signed(link.r)}, with a 95% interval of {signed(link.lower)} to "
            f"{signed(link.upper)}. Knowing the one tells you {how_much(link.r)} about the other. "
            f"{link.at_most} of these councils report 100%, so the measure tells few of them apart. A "
            "comparison of councils cannot show what a budget does for a person. Sources: social "
            "care returns (SALT), Adult Social Care Survey.",
        ),
        (
            f"About one person in {round(100 / now['value'])} with long-term support in the community gets a direct payment",
            f"{share(now)}, from client level data. The figure of {share(before)} came from the "
            "earlier returns; the two rest on different bases and cannot be compared. This review "
            "found no open council figures for 2021-22 to 2023-24.",
        ),
    ]
    return fragment("findings.html", findings=findings)


def map_image(review: Review) -> Html:
    """The gap map in small, leading to the map itself."""
    from evidence_review.show.map_picture import alternative

    return Html(
        '<p><a href="gap-map.html"><img src="downloads/gap-map.png" width="720" height="540" '
        'alt="{}"></a></p>'
    ).format(alternative(review))


def today_words(review: Review) -> Html:
    """What each word for a source's state today means, with how many sources it holds for."""
    held = review.sources_today["status"].value_counts()
    rows = [
        {"word": word, "meaning": meaning, "sources": int(held.get(word, 0))}
        for word, meaning in TODAY_WORDS.items()
    ]
    return table(
        "Where the sources stand today",
        {"word": "Today", "meaning": "What it means", "sources": "Sources"},
        rows,
        numeric=["sources"],
    )


def council_list(review: Review, published: Collection[str]) -> Html:
    """All councils by name, with a link to each page."""
    return _area_list(
        [f"councils/{slug}" for slug in review.councils.sort_values("name")["slug"]],
        list(review.councils.sort_values("name")["name"]),
        published,
        "councils",
    )


def area_list(review: Review, published: Collection[str]) -> Html:
    """England, the regions and the types of council, with a link to each page."""
    areas = wider_areas(review.areas)
    return _area_list(
        [area.page for area in areas], [area.name for area in areas], published, "areas"
    )


def _area_list(pages: list[str], names: list[str], published: Collection[str], noun: str) -> Html:
    entries = [
        {"name": name, "href": f"../{page}.html"}
        for page, name in zip(pages, names, strict=True)
        if page in published
    ]
    absent = len(pages) - len(entries)
    return fragment("area_list.html", entries=entries, absent=absent, noun=noun)


def indicator_table(review: Review) -> Html:
    """All indicators: what, from which collection, which years, and what breaks the series."""
    codes = set(review.councils["area_code"])
    held = review.figures
    held = held[held["group"].eq("total") & held["value"].notna() & held["area_code"].isin(codes)]
    years = held.groupby("indicator_id")["year"].unique()
    rows = [
        {
            "name": row["name"],
            "collection": row["collection"],
            "unit": row["unit"],
            "better": "no direction" if row["better"] == "neither" else row["better"],
            "years": year_ranges(years.get(row["indicator_id"], [])) or "none",
            "breaks": row["breaks"],
        }
        for row in review.indicators.to_dict("records")
    ]
    return table(
        f"The {len(rows)} indicators and the years with figures for councils",
        {
            "name": "Indicator",
            "collection": "Collection",
            "unit": "Unit",
            "better": "Better when",
            "years": "Years",
            "breaks": "Breaks and limits",
        },
        rows,
    )


def bases_table(review: Review) -> Html:
    """The bases on which figures rest; a change of basis is a break."""
    rows = [
        {
            "name": row["name"],
            "years": row["first_year"]
            if row["first_year"] == row["last_year"]
            else f"{row['first_year']} to {row['last_year']}",
            "note": row["comparability"],
        }
        for row in review.bases.to_dict("records")
    ]
    return table(
        "Collections that the figures rest on",
        {"name": "Collection", "years": "Years", "note": "What it can be compared with"},
        rows,
    )


def files_table(review: Review) -> Html:
    """The publishers' files that the figures came from."""
    used = review.figures["file_id"].value_counts()
    rows = [
        {
            "title": row["title"],
            "publisher": row["publisher"],
            "figures": f"{int(used.get(row['file_id'], 0)):,}",
            "licence": row["licence"],
            "note": f"{row['note']}. Copy taken from {row['origin'].split(',')[0]}."
            if row["note"]
            else f"Copy taken from {row['origin'].split(',')[0]}.",
            "checksum": Markup("<code>{}</code>").format(row["sha256"][:16]),
        }
        for row in review.files.to_dict("records")
    ]
    return table(
        "The publishers’ files, how many figures each gave, and its checksum (first 16 digits)",
        {
            "title": "Publication",
            "publisher": "Publisher",
            "figures": "Figures",
            "licence": "Licence",
            "note": "What to know about it",
            "checksum": "SHA-256",
        },
        rows,
        numeric=["figures"],
    )


def figures_summary(review: Review) -> Html:
    """How much the table of figures holds."""
    figures = review.figures
    codes = review.council_codes
    with_value = figures["value"].notna()
    ever = figures.loc[with_value & figures["area_code"].isin(codes), "area_code"].nunique()
    return Html(
        "<p>The table holds {} for {}, {} and {} to {}: {} of its rows have a value, and {} say why "
        "there is none. {} councils appear in it, those abolished since 2014 included.</p>"
    ).format(
        count(len(figures), "row"),
        count(figures["indicator_id"].nunique(), "indicator"),
        count(figures["area_code"].nunique(), "area"),
        figures["year"].min(),
        figures["year"].max(),
        f"{int(with_value.sum()):,}",
        f"{int((~with_value).sum()):,}",
        ever,
    )


def missing_codes() -> Html:
    """What each code for a missing value means."""
    return table(
        "Codes for figures that are missing or weak",
        {"code": "Code", "meaning": "Meaning"},
        [{"code": code, "meaning": sentence(text)} for code, text in STATUS_MEANINGS.items()],
    )


def agreement(review: Review) -> Html:
    """How well the two coders agreed, and how their differences were settled."""
    decisions = len(review.sources) * len(review.elements) * len(review.frames)
    found = coder_agreement(review.coder_a, review.coder_b, decisions)
    kept = int(review.settled["settled"].eq("yes").sum())
    return Html(
        "<p>The two coders agreed well: Cohen’s kappa is {:.3f} and positive agreement {:.3f}, over "
        "{:,} yes or no decisions. Both made the same {} placements of a source in a cell; {} came from "
        "one coder alone. The third reading kept {} of those and dropped {}.</p>"
    ).format(
        found.kappa,
        found.positive,
        found.decisions,
        found.both,
        found.only_a + found.only_b,
        kept,
        len(review.settled) - kept,
    )


def downloads(review: Review) -> Html:
    """Every table as a CSV file, from the data contract."""
    rows = [
        {
            "title": Markup('<a href="data/{}">{}</a>').format(resource["path"], resource["title"]),
            "description": resource["description"].replace("`", ""),
            "rows": f"{len(getattr(review, resource['name'])):,}",
        }
        for resource in package(data_folder())["resources"]
    ]
    return table(
        f"The {len(rows)} tables of the review, as CSV",
        {"title": "Table", "description": "What it holds", "rows": "Rows"},
        rows,
        numeric=["rows"],
    )


__all__ = [
    "agreement",
    "bases_table",
    "council_list",
    "downloads",
    "figures_summary",
    "files_table",
    "headline_findings",
    "indicator_table",
    "map_image",
    "missing_codes",
    "state_rule",
    "strength_rule",
    "today_words",
]
