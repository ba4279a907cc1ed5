"""Metadata of each table for CSV on the Web (W3C, "Model for Tabular Data and Metadata on the Web"
and "Metadata Vocabulary for Tabular Data", 2015), from the data contract."""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any

from evidence_review.analyse.review import Review
from evidence_review.read.citation import citation
from evidence_review.read.contract import package

ENDING = "-metadata.json"  # where readers look for it: after the name of the table
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
TYPES = {"string": "string", "integer": "integer", "number": "decimal"}
Resource = Mapping[str, Any]


def csvw_files(review: Review) -> dict[str, bytes]:
    """A metadata file for each table of the contract: place beside the table → content.

    Each describes its table and those that its foreign keys lead to, as CSVW asks. CSVW knows no key
    that may be blank and none inside a list; there the description of the column says where its
    values stand.
    """
    resources = {one["name"]: one for one in package()["resources"]}
    published = _publishers_files(review)
    files = {}
    for name, resource in resources.items():
        folder = posixpath.dirname(resource["path"])
        group = {
            "@context": CONTEXT,
            "tables": [
                _table(resources[one], resources, folder, published)
                for one in _with_referenced(name, resources)
            ],
        }
        text = json.dumps(group, ensure_ascii=False, indent=1) + "\n"
        files[f"{resource['path']}{ENDING}"] = text.encode()
    return files


def _publishers_files(review: Review) -> list[str]:
    """The files that official figures came from, each as a source to name."""
    return [
        f"{one['publisher']}: {one['title']} ({one['published']})"
        if one["published"] == one["published"]
        else f"{one['publisher']}: {one['title']}"
        for one in review.files.to_dict("records")
    ]


def _with_referenced(name: str, resources: Mapping[str, Resource]) -> list[str]:
    """The table, and those that its keys lead to, and theirs."""
    found = [name]
    for one in found:
        for key in _keys(resources[one]):
            if key["reference"]["resource"] not in found:
                found.append(key["reference"]["resource"])
    return found


def _keys(resource: Resource, blank: bool = False) -> list[dict[str, Any]]:
    """The foreign keys of a table whose cells are never blank; or those whose cells may be."""
    never = {
        field["name"]
        for field in resource["schema"]["fields"]
        if field.get("constraints", {}).get("required")
    }
    keys = resource["schema"].get("foreignKeys", [])
    return [key for key in keys if (key["fields"] not in never) == blank]


def _table(
    resource: Resource,
    resources: Mapping[str, Resource],
    folder: str,
    published: Sequence[str],
) -> dict[str, Any]:
    """One table. folder: that addresses start at."""

    def address(one: Resource) -> str:
        return posixpath.relpath(one["path"], folder or ".")

    schema, cited = resource["schema"], citation()
    sources = [
        title
        for source in resource["sources"]
        for title in (published if "path" in source else [source["title"]])
    ]
    leads = {
        key["fields"]: f"{key['reference']['resource'] or resource['name']}."
        f"{key['reference']['fields']}"
        for key in _keys(resource, blank=True)
    }
    described: dict[str, Any] = {
        "columns": [_column(field, leads.get(field["name"])) for field in schema["fields"]],
        "primaryKey": schema["primaryKey"],
    }
    if keys := _keys(resource):
        described["foreignKeys"] = [
            {
                "columnReference": key["fields"],
                "reference": {
                    "resource": address(resources[key["reference"]["resource"]]),
                    "columnReference": key["reference"]["fields"],
                },
            }
            for key in keys
        ]
    return {
        "url": address(resource),
        "dc:title": resource["title"],
        "dc:description": resource["description"],
        "dc:license": {"@id": resource["licenses"][0]["path"]},
        "dc:creator": cited.author,
        "dc:source": sources,
        "dc:bibliographicCitation": f"{cited} Table: {resource['title']}.",
        "dialect": {"encoding": "utf-8"},
        "tableSchema": described,
    }


def _column(field: Mapping[str, Any], leads: str | None) -> dict[str, Any]:
    """One column. leads: the column that its values stand in, where no key says so."""
    said = field["description"]
    if leads or "listOf" in field:
        said += f". Stands in {leads or field['listOf']}"
    rules = field.get("constraints", {})
    datatype: dict[str, Any] = {"base": TYPES[field["type"]]}
    datatype |= {key: rules[key] for key in ("minimum", "maximum") if key in rules}
    if "enum" in rules:
        datatype["format"] = "|".join(map(re.escape, rules["enum"]))
    elif "pattern" in rules:
        datatype["format"] = rules["pattern"]
    column: dict[str, Any] = {
        "name": field["name"],
        "titles": field["name"],  # as the heading in the file: readers compare the two
        "dc:description": said,
        "datatype": datatype if len(datatype) > 1 else datatype["base"],
    }
    if rules.get("required"):
        column["required"] = True
    if "listOf" in field:
        column["separator"] = ";"
    return column
