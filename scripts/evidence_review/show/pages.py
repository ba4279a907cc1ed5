"""Computed inserts for the pages written by hand: most take the review, all return HTML."""

import re
from collections.abc import Collection
from urllib.parse import quote

from markupsafe import Markup

from evidence_review.analyse.agreement import agreement as coder_agreement
from evidence_review.analyse.areas import wider_areas
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.read.contract import data_folder, package
from evidence_review.show.gap_map import state_rule, strength_rule
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.source import TODAY_WORDS
from evidence_review.show.words import (
    count,
    sentence,
    year_ranges,
)

_COMMIT = re.compile(r"[0-9a-f]{40}")


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
            "note": _with_origin(row["note"], row["origin"]),
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


def _with_origin(note: str, origin: str) -> Html:
    """A note on a file, and where our copy comes from: a link where that is one file of a commit.

    origin: "github.com/owner/name, path, commit", or in words.
    """
    host, *more = origin.split(", ")
    before = f"{note}. " if note else ""
    if len(more) == 2 and _COMMIT.fullmatch(more[1]):
        address = f"https://{host}/blob/{more[1]}/{quote(more[0])}"
        return Html('{}Copy taken from <a href="{}">{}, {}</a>.').format(
            before, address, host, more[0]
        )
    return Html("{}Copy taken from {}.").format(before, host)


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
    "indicator_table",
    "missing_codes",
    "state_rule",
    "strength_rule",
    "today_words",
]
