"""From results to HTML, through templates that escape every value."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

import jinja2
from markupsafe import Markup, escape

from evidence_review.paths import BOOK

STYLES = BOOK / "_static" / "review.css"


class Html(Markup):
    """HTML that Jupyter displays, and that other templates take in without escaping it again."""

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        # Without this, a notebook would store every table twice.
        return f"HTML of {len(self)} characters"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("evidence_review.show"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken_years"] = unbroken_years
    return environment


def unbroken_years(text: Any) -> Markup:
    """Text in which no line breaks inside a year such as 2018-19; HTML is left as it is."""
    if isinstance(text, Markup):
        return text
    return Markup(
        re.sub(r"\b(\d{4}-\d\d)\b", r'<span class="er-nowrap">\1</span>', str(escape(text)))
    )


def fragment(template: str, **values: Any) -> Html:
    """HTML of a template in show/templates, with every value escaped.

    Blank lines are removed: in Markdown they would end a block of HTML.
    """
    text = _templates().get_template(template).render(**values)
    return Html("\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n")


def folded(
    summary: str, caption: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
) -> Html:
    """A table that a reader opens; see `behind`."""
    return behind(summary, table(caption, columns, rows))


def behind(summary: str, content: Html) -> Html:
    """Content that a reader opens: long, and not needed by everyone. summary: what opens it."""
    if not content:
        return Html("")
    details = '<details class="er-folded">\n<summary>{}</summary>\n{}</details>\n'
    return Html(Markup(details).format(summary, content))


def table(
    caption: str,
    columns: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    numeric: Sequence[str] = (),
    row_header: str | None = None,
    group: str | None = None,
) -> Html:
    """An accessible table: caption, column headers with scope, and a row header.

    columns: key of a value in each row → heading. numeric: keys aligned right.
    row_header: key whose cell heads the row (the first column unless given).
    group: key whose value heads the rows that share it; rows of a group must follow each other.
    """
    return fragment(
        "table.html",
        caption=caption,
        columns=columns,
        groups=[
            (heading, list(members))
            for heading, members in groupby(rows, key=lambda row: row[group] if group else "")
        ],
        numeric=set(numeric),
        row_header=row_header or next(iter(columns)),
    )


def style() -> Html:
    """The look of tables and maps, for JupyterLab; the book has it already."""
    return Html(Markup("<style>{}</style>").format(Markup(STYLES.read_text(encoding="utf-8"))))
