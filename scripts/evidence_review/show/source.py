"""A source's page: where the report puts it, what it speaks to and why, where it stands today."""

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.names import find_source
from evidence_review.analyse.review import Review
from evidence_review.show.gap_map import EXTENT_WORDS, LEVEL_WORDS, element_label
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, listing, sentence, year_ranges

TODAY_WORDS = {
    "live": "Live: still produced or kept up",
    "published": "Published once: it stands as evidence of its date",
    "replaced": "Replaced by something else",
    "ended": "Ended",
    "unknown": "Unknown: we looked and could not tell, which is not the same as ended",
}
FOLLOWS_WORDS = {
    "yes": "yes",
    "no": "no",
    "before and after": "it compares people before and after",
    "not stated": "the documents do not say",
}
BASIS_WORDS = {"table1": "Table 1", "table2": "Table 2", "text": "the text"}


def _frame_names(review: Review) -> dict[str, str]:
    return dict(zip(review.frames["frame_id"], review.frames["short_name"], strict=True))


def _element_names(review: Review) -> dict[str, str]:
    return {
        element["element_id"]: element_label(element) for _, element in review.elements.iterrows()
    }


def _text(value: Any, otherwise: str = "not stated") -> str:
    return str(value) if pd.notna(value) and value != "" else otherwise


def full_name(source: pd.Series) -> str:
    """The name with its abbreviation: "Personal Outcomes Evaluation Tool (POET)"; alone where it has
    none, or holds it already."""
    name, short = str(source["name"]), _text(source["abbreviation"], "")
    if all(re.search(rf"\b{re.escape(one)}\b", name) for one in short.split("; ") if one):
        return name
    return f"{name} ({short})"


def source_summary(review: Review, source: str) -> Html:
    """What the source is, in sentences."""
    row = find_source(review.sources, source)
    cells = review.cells[review.cells["source_id"].eq(row["source_id"])]
    full = int(cells["extent"].eq("full").sum())
    tables = listing([f"Table {number}" for number in str(row["in_table"]).split(";")])
    mandatory = (
        "Councils or the NHS must produce it"
        if row["mandatory"] == "yes"
        else "It is not mandatory"
    )
    speaks = count(len(cells), "cell")
    extent = (
        "all of them in full"
        if full == len(cells)
        else "none of them in full"
        if full == 0
        else f"{full} of them in full"
    )
    if len(cells) == 1:
        extent = "in full" if full else EXTENT_WORDS[cells["extent"].iloc[0]]
    return fragment(
        "prose.html",
        paragraphs=[
            f"{full_name(row)} speaks to {speaks} of the gap map, {extent}. "
            f"The report names it in {tables}."
        ],
        points=[
            f"Kind: {row['kind']}.",
            f"Publisher: {row['publisher']}.",
            f"Level: {LEVEL_WORDS[row['level']]}. {mandatory}.",
            f"Follows the same people over time: {FOLLOWS_WORDS[row['follows_people']]}.",
            f"In 2017: {row['status_in_2017']}.",
        ],
    )


def source_tables(review: Review, source: str) -> Html:
    """Where Tables 1 and 2 of the report put the source, to what extent, with what caveat."""
    source_id = find_source(review.sources, source)["source_id"]
    elements, frames = _element_names(review), _frame_names(review)
    rows = [
        {
            "table": table_name,
            "row": names[entry[key]],
            "extent": entry["extent"],
            "caveat": _text(entry["caveat"], "none stated"),
        }
        for table_name, entries, key, names in (
            ("Table 1", review.table1, "element_id", elements),
            ("Table 2", review.table2, "frame_id", frames),
        )
        for entry in entries[entries["source_id"].eq(source_id)].to_dict("records")
    ]
    return table(
        "Where the report's two tables name this source (2017)",
        {
            "row": "Row",
            "table": "Table",
            "extent": "Extent as the table words it",
            "caveat": "Caveat",
        },
        rows,
    )


def source_cells(review: Review, source: str) -> Html:
    """The cells that the source speaks to, on what basis, and the coders' reason."""
    source_id = find_source(review.sources, source)["source_id"]
    elements, frames = _element_names(review), _frame_names(review)
    key = ["source_id", "element_id", "frame_id"]
    reasons = {
        coder: coding.set_index(key)["reason"].to_dict()
        for coder, coding in (("a", review.coder_a), ("b", review.coder_b))
    }
    rows = []
    for cell in review.cells[review.cells["source_id"].eq(source_id)].to_dict("records"):
        place = tuple(cell[column] for column in key)
        coder = "b" if cell["coded_by"] == "b" else "a"
        bases = dict.fromkeys(
            (BASIS_WORDS[cell["element_basis"]], BASIS_WORDS[cell["frame_basis"]])
        )
        rows.append(
            {
                "cell": f"{elements[cell['element_id']]} × {frames[cell['frame_id']]}",
                "extent": EXTENT_WORDS[cell["extent"]],
                "confidence": cell["confidence"],
                "basis": listing(list(bases)),
                "locator": cell["locator"],
                "reason": _text(reasons[coder].get(place)),
            }
        )
    return table(
        f"{sentence(count(len(rows), 'cell'))} of the gap map, and why this source is in each",
        {
            "cell": "Element × frame",
            "extent": "Extent",
            "confidence": "Confidence of the coding",
            "basis": "Basis",
            "locator": "Where it says so",
            "reason": "Reason",
        },
        rows,
    )


def source_today(review: Review, source: str) -> Html:
    """Where the source stands now, with an address and the date of what was read there."""
    source_id = find_source(review.sources, source)["source_id"]
    row = review.sources_today.set_index("source_id").loc[source_id]
    address = Markup('<a href="{0}">{0}</a>').format(row["evidence_url"])
    return fragment(
        "prose.html",
        paragraphs=[f"{sentence(row['status_now'])}."],
        points=[
            f"In short, {TODAY_WORDS[row['status']].replace(':', ',').lower()}.",
            f"Successor: {_text(row['successor'])}.",
            f"Latest release: {_text(row['latest_release'])}.",
            f"Unit: {_text(row['unit'])}. Open data: {_text(row['open_data'])}.",
            f"What it bears on: {_text(row['bears_on'])}.",
            f"Take care: {_text(row['caution'])}.",
            Markup("Where this was read: {} (date there: {}; our confidence: {}).").format(
                address, _text(row["evidence_date"], "none"), row["confidence"]
            ),
        ],
    )


def source_indicators(review: Review, source: str) -> Html:
    """The source's indicators, and for how many councils the newest year holds a figure."""
    source_id = find_source(review.sources, source)["source_id"]
    indicators = review.indicators[review.indicators["source_id"].eq(source_id)]
    if indicators.empty:
        return fragment(
            "prose.html",
            paragraphs=["No council-level indicator in this review comes from this source."],
            points=[],
        )
    councils = set(review.councils["area_code"])
    figures = review.figures
    held = figures[
        figures["group"].eq("total")
        & figures["value"].notna()
        & figures["area_code"].isin(councils)
    ]
    rows = []
    for indicator in indicators.to_dict("records"):
        own = held[held["indicator_id"].eq(indicator["indicator_id"])]
        newest = own["year"].max()
        rows.append(
            {
                "name": indicator["name"],
                "years": year_ranges(own["year"].unique()),
                "newest": newest,
                "councils": f"{own.loc[own['year'].eq(newest), 'area_code'].nunique()} of {len(councils)}",
            }
        )
    return table(
        "Indicators in this review that come from this source",
        {
            "name": "Indicator",
            "years": "Years with figures for councils",
            "newest": "Newest year",
            "councils": "Councils with a figure in that year",
        },
        rows,
        numeric=["councils"],
    )
