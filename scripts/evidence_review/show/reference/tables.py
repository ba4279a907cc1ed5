"""Every table of the contract, with its columns."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from evidence_review.analyse.review import Review
from evidence_review.read.contract import package
from evidence_review.show.html import Html, table
from evidence_review.show.reference.marked import marked
from evidence_review.show.words import count, listing

TYPES = {"string": "text", "integer": "whole number", "number": "number"}


def tables(review: Review) -> str:
    """All tables as Markdown, each with a heading, what it holds and a table of its columns."""
    return "\n".join(_part(review, resource) for resource in package()["resources"])


def _part(review: Review, resource: Mapping[str, Any]) -> str:
    schema, path = resource["schema"], resource["path"]
    keys = schema["primaryKey"]
    keys = [keys] if isinstance(keys, str) else keys
    leads = {
        one["fields"]: f"{one['reference']['resource'] or resource['name']}."
        f"{one['reference']['fields']}"
        for one in schema.get("foreignKeys", [])
    }
    rows = [
        {
            "name": Markup("<code>{}</code>").format(field["name"]),
            "type": TYPES[field["type"]],
            "meaning": marked(field["description"]),
            "allowed": allowed(field, leads.get(field["name"])),
        }
        for field in schema["fields"]
    ]
    columns = {
        "name": "Column",
        "type": "Type",
        "meaning": "Meaning",
        "allowed": "What it may hold",
    }
    said = Html(
        "<p>{}</p>\n<p>It has {}, one for each {}. In notebooks: <code>review.{}</code>. Licence: {}."
        ' File: <a href="data/{}">{}</a>.</p>'
    ).format(
        marked(resource["description"]),
        count(len(getattr(review, resource["name"])), "row"),
        Markup(listing([Markup("<code>{}</code>").format(key) for key in keys])),
        resource["name"],
        resource["licenses"][0]["title"],
        path,
        path,
    )
    shown = table(f"Columns of {resource['name']}", columns, rows)
    return f"## {resource['title']}\n\n{said}\n\n{shown}"


def allowed(field: Mapping[str, Any], leads: str | None) -> Markup:
    """What a column may hold, beside its type. leads: the column that its values stand in."""
    rules = field.get("constraints", {})
    parts: list[str] = []
    if "enum" in rules:
        parts.append(Markup("one of {}").format(", ".join(rules["enum"])))
    if "pattern" in rules:
        parts.append(Markup("of the form <code>{}</code>").format(rules["pattern"]))
    if "minimum" in rules:
        parts.append(f"{rules['minimum']} or more")
    if "maximum" in rules:
        parts.append(f"{rules['maximum']} or less")
    if rules.get("unique"):
        parts.append("different in every row")
    if leads:
        parts.append(Markup("stands in <code>{}</code>").format(leads))
    if "listOf" in field:
        parts.append(Markup("each stands in <code>{}</code>").format(field["listOf"]))
    parts.append("never blank" if rules.get("required") else "may be blank")
    return Markup("; ").join(parts)
