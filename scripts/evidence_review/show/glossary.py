"""The glossary: its page, and the terms that other pages explain where they first mention them."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.review import Review
from evidence_review.errors import DataError
from evidence_review.paths import BOOK
from evidence_review.show.html import Html, fragment

PAGE = "glossary"
DIGITS = "0 to 9"  # the heading of terms that begin with no letter
TABLE = "data/framework/glossary.csv"


@dataclass(frozen=True)
class Term:
    """A term as pages show it.

    forms: how it is written in sentences. only_on: the pages on which it is looked for, with * for
    any letters; all pages when empty.
    """

    term_id: str
    forms: tuple[str, ...]
    only_on: tuple[str, ...]
    definition: str

    def is_looked_for_on(self, page: str) -> bool:
        return not self.only_on or any(fnmatchcase(page, pattern) for pattern in self.only_on)


def terms(review: Review) -> list[Term]:
    """The terms that are marked on pages.

    Raises DataError for a form that is blank, and when two terms claim the same form: then nobody
    could tell which one is meant.
    """
    found, owners = [], dict[str, int]()
    for position, row in enumerate(review.glossary.to_dict("records")):
        forms = tuple(row["forms"].split(";")) if row["forms"] else ()
        for form in forms:
            if not form or form != form.strip():
                raise DataError(
                    f"{TABLE}, row {position + 2}, column “forms”: “{row['forms']}” has a form that is"
                    " blank or begins or ends with a space. Expected forms with ; alone between them."
                )
            if form in owners:
                raise DataError(
                    f"{TABLE}, row {position + 2}, column “forms”: “{form}” stands in row"
                    f" {owners[form]} too. Expected each form once; remove the one that is wrong."
                )
            owners[form] = position + 2
        if forms:
            pages = tuple(row["only_on"].split(";")) if row["only_on"] else ()
            found.append(Term(row["term_id"], forms, pages, row["definition"]))
    return found


def anchor(term_id: str) -> str:
    """The place of a term on the glossary's page. It stays, so that others can lead there."""
    return f"term-{term_id}"


# --- The page --------------------------------------------------------------------------------------


def by_letter(review: Review) -> list[tuple[str, Html]]:
    """The terms in alphabetical order: each first letter with its terms, definitions and sources."""
    rows = sorted(review.glossary.to_dict("records"), key=lambda row: row["term"].lower())
    names = dict(zip(review.sources["source_id"], review.sources["name"], strict=True))
    entries = [
        {
            "anchor": anchor(row["term_id"]),
            "term": row["term"],
            "also": row["also"],
            "definition": row["definition"],
            "source": _reference(row) if row["address"] else "",
            "page": row["page"],
            "page_title": _title(row["page"], names),
        }
        for row in rows
    ]
    return [
        (letter, fragment("glossary.html", entries=list(members)))
        for letter, members in groupby(entries, key=lambda entry: _letter(entry["term"]))
    ]


def _letter(term: str) -> str:
    return term[0].upper() if term[0].isalpha() else DIGITS


def _reference(row: dict[str, Any]) -> Markup:
    year = "" if pd.isna(row["year"]) else f", {row['year']}"
    return Markup('{}{}: <a href="{}">{}</a>').format(
        row["publisher"], year, row["address"], row["title"]
    )


def _title(page: str, sources: dict[str, str]) -> str:
    """What a page of the book is called."""
    folder, _, name = page.rpartition("/")
    if folder == "sources" and name in sources:
        return sources[name]
    written = BOOK / f"{page}.md"
    text = written.read_text(encoding="utf-8") if written.is_file() else ""
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    return heading[1] if heading else name.replace("-", " ").capitalize()
