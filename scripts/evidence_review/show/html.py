"""From results to HTML, through templates that escape every value."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup


class Html(Markup):
    """HTML that Jupyter displays, and that other templates take in without escaping it again."""

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        # Without this, a notebook would store every table twice.
        return f"HTML of {len(self)} characters"


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("evidence_review.show"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fragment(template: str, **values: Any) -> Html:
    """HTML of a template in show/templates, with every value escaped.

    Blank lines are removed: in Markdown they would end a block of HTML.
    """
    text = _templates().get_template(template).render(**values)
    return Html("\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n")


def table(
    caption: str,
    columns: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    numeric: Sequence[str] = (),
    row_header: str | None = None,
) -> Html:
    """An accessible table: caption, column headers with scope, and a row header.

    columns: key of a value in each row → heading. numeric: keys aligned right.
    row_header: key whose cell heads the row (the first column unless given).
    """
    return fragment(
        "table.html",
        caption=caption,
        columns=columns,
        rows=rows,
        numeric=set(numeric),
        row_header=row_header or next(iter(columns)),
    )
