"""The data contract: every table of data/, typed and checked by data/datapackage.json.

`load_table` reads one table and trusts its content as far as its types go; `check_data` holds all
tables to the whole contract. The checks run on whole columns, so that the 79,000 figures take
about a second; frictionless is asked only about the rows that fail, for the words.
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evidence_review.errors import DataError
from evidence_review.paths import DATA
from evidence_review.read.rules import MOST, RULES
from evidence_review.read.texts import shown, strict_rows, without_controls

_DTYPES = {"string": "str", "number": "float64"}
_SHAPES = {"integer": r"-?[0-9]{1,15}", "number": r"-?[0-9]{1,15}(\.[0-9]{1,15})?"}
_NOUNS = {"integer": "a whole number", "number": "a number", "string": "text"}
_BY_HAND = 1_000_000  # bytes; a larger table is made by `review ingest`, and has a checksum

MADE_BY_INGEST = frozenset({"areas", "councils", "figures", "places", "files"})
_MEND = "Mend it or restore it from version control."
CONTRACT = "datapackage.json"  # in a data folder
# Stands in the data folder while `review ingest` moves tables into place.
UNFINISHED = ".ingest-unfinished"


def data_folder(folder: Path | None = None) -> Path:
    """The data folder: the one given, or EVIDENCE_REVIEW_DATA, or data/ of this checkout."""
    return Path(folder or os.environ.get("EVIDENCE_REVIEW_DATA") or DATA)


def load_table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """One table of the review, with the types that its schema gives.

    name: a resource of datapackage.json, such as "figures" or "table1".
    Returns the table: text as `str` with blank for missing, whole numbers as `int64` (`Int64`
    where the schema lets them be missing), other numbers as `float64` with NaN for missing.
    Raises DataError when the table is missing, has other columns or a cell of the wrong type.
    """
    folder = data_folder(folder)
    descriptor = package(folder)
    resource = _resource(descriptor, name)
    path = _existing(folder, resource)
    try:
        return _read(path, resource)
    # A cell that does not fit, a row too long, text not in UTF-8; of “inf” pandas makes the last two.
    except (ValueError, OSError, OverflowError, TypeError):
        problems = list(_table_problems(folder, resource)) or [_cannot_be_read(resource)]
        raise DataError("\n".join(problems)) from None


def load_file(name: str, path: Path, free: str = "") -> pd.DataFrame:
    """A table that lies elsewhere, in the columns and types of a table of the review.

    free: a column whose cells may have another form than in the review.
    Raises DataError when it is missing, or is not as the schema of that table says: columns, types,
    constraints and key.
    """
    resource = _resource(package(), name) | {"file": path}
    fields = [
        field | {"constraints": {"required": True}} if field["name"] == free else field
        for field in resource["schema"]["fields"]
    ]
    resource["schema"] = resource["schema"] | {"fields": fields}
    if problems := list(_table_problems(path.parent, resource)):
        raise DataError("\n".join(problems))
    return _read(path, resource)


def _read(path: Path, resource: dict[str, Any]) -> pd.DataFrame:
    fields = resource["schema"]["fields"]
    numbers = [field["name"] for field in fields if field["type"] != "string"]
    content = path.read_bytes()
    if b"\0" in content:
        raise ValueError("pandas would cut the cell short here")
    if len(content) < _BY_HAND:
        # pandas fills up a short row, and takes rows into a quotation mark that is not closed.
        rows = strict_rows(content.decode("utf-8"), lambda line, what: ValueError(what))
        if any(len(row) != len(fields) for _, row in rows):
            raise ValueError("a row is torn")
    _check_header(content[: content.find(b"\n")].decode("utf-8"), resource)
    table = pd.read_csv(
        io.BytesIO(content),
        dtype={field["name"]: _dtype(field) for field in fields},
        keep_default_na=False,
        na_values={column: [""] for column in numbers},
        encoding="utf-8",
        low_memory=False,  # in one piece: the types are given, so nothing is guessed
    )
    if not isinstance(table.index, pd.RangeIndex):
        # pandas takes the first column for labels when the first row has a cell too many.
        raise ValueError("the first row is too long")
    if any(np.isinf(table[field["name"]]).any() for field in fields if field["type"] == "number"):
        raise ValueError("no number of the review is infinite")
    return table


def check_data(folder: Path | None = None) -> None:
    """Hold every table to the contract: types, constraints, keys, lists of ids, and the rules
    that reach across columns and tables.

    Raises DataError with all problems, one line each: file, row (the header is row 1), column,
    what is wrong, what was expected.
    """
    folder = data_folder(folder)
    if (folder / UNFINISHED).is_file():
        raise DataError(
            "data/: an ingest was cut off while it wrote. `review ingest --undo` brings the tables"
            " back as they were."
        )
    descriptor = package(folder)
    problems: list[str] = []
    for resource in descriptor["resources"]:
        problems += _table_problems(folder, resource)
    if not problems:
        tables = {r["name"]: load_table(r["name"], folder) for r in descriptor["resources"]}
        for resource in descriptor["resources"]:
            problems += _reference_problems(resource, tables, descriptor)
        for rule in RULES:
            for name, row, column, words in rule(tables):
                problems.append(f"{_place(_resource(descriptor, name), row, column)}: {words}")
        for resource in descriptor["resources"]:
            problems += _checksum_problems(folder, resource)
    if problems:
        raise DataError("\n".join(problems))


def check_unaltered(folder: Path | None = None) -> None:
    """Raise DataError when a table that `review ingest` made is not as it left it."""
    folder = data_folder(folder)
    for resource in package(folder)["resources"]:
        if "hash" in resource:
            _existing(folder, resource)
            if problems := list(_checksum_problems(folder, resource)):
                raise DataError(problems[0])


# --- The package and its files -----------------------------------------------------------------


def package(folder: Path | None = None) -> dict[str, Any]:
    """The contract itself: the content of datapackage.json in the data folder.

    Raises DataError when it is missing or is not valid JSON.
    """
    path = data_folder(folder) / CONTRACT
    if not path.is_file():
        raise DataError(f"{path}: not found. Restore it from version control.")
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)  # every table asks for it
def _parsed(path: Path, changed: int) -> dict[str, Any]:
    try:
        descriptor: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        resources = {resource["name"]: resource["path"] for resource in descriptor["resources"]}
    except json.JSONDecodeError as error:
        raise DataError(
            f"data/datapackage.json, row {error.lineno}: not valid JSON ({error.msg}). {_MEND}"
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"data/datapackage.json: byte {error.start + 1:,} is not UTF-8. {_MEND}"
        ) from None
    except (KeyError, TypeError):
        resources = {}
    if not resources:
        raise DataError(
            "data/datapackage.json: expected a Frictionless data package, whose “resources” each"
            f" have a name and a path. {_MEND}"
        )
    return descriptor


def _resource(descriptor: dict[str, Any], name: str) -> dict[str, Any]:
    for resource in descriptor["resources"]:
        if resource["name"] == name:
            found: dict[str, Any] = resource
            return found
    names = ", ".join(resource["name"] for resource in descriptor["resources"])
    raise DataError(f"no table is called “{name}”. Expected one of {names}.")


def _existing(folder: Path, resource: dict[str, Any]) -> Path:
    path = Path(resource.get("file") or folder / resource["path"])
    if not path.is_file():
        if "file" in resource:
            raise DataError(f"{path}: not found. Expected a table like data/{resource['path']}.")
        made = resource["name"] in MADE_BY_INGEST
        remedy = "Make it with `review ingest`" if made else "Restore it from version control"
        raise DataError(f"{_where(resource)}: not found. {remedy}.")
    return path


def _where(resource: dict[str, Any]) -> str:
    return str(resource.get("file") or f"data/{resource['path']}")


def _cannot_be_read(resource: dict[str, Any]) -> str:
    return (
        f"{_where(resource)}: cannot be read. Expected a CSV file in UTF-8 that you may open."
        " Restore it from version control."
    )


def _place(resource: dict[str, Any], row: int | None, column: str) -> str:
    line = "" if row is None else f", row {row + 2}"
    return f"{_where(resource)}{line}, column “{column}”"


# --- One table at a time -----------------------------------------------------------------------


def _dtype(field: dict[str, Any]) -> str:
    if field["type"] == "integer":
        return "int64" if _constraints(field).get("required") else "Int64"
    return _DTYPES[field["type"]]


def _constraints(field: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = field.get("constraints", {})
    return found


def _check_header(line: str, resource: dict[str, Any]) -> None:
    found = line.lstrip("\ufeff").rstrip("\r\n").split(",")
    expected = [field["name"] for field in resource["schema"]["fields"]]
    for position, column in enumerate(expected):
        if found[position : position + 1] != [column]:
            there = shown(found[position]) if position < len(found) else "nothing"
            raise DataError(
                f"{_where(resource)}, row 1, column “{column}”: found {there} in its place."
                f" Expected the columns {', '.join(expected)}, in this order."
            )
    if len(found) > len(expected):
        raise DataError(
            f"{_where(resource)}, row 1, column {shown(found[len(expected)])}: not known."
            f" Expected the columns {', '.join(expected)}; describe a new one in"
            " data/datapackage.json."
        )


def _table_problems(folder: Path, resource: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one table, taken by itself."""

    def refused(line: int, what: str) -> DataError:
        return DataError(f"{_where(resource)}, row {line}: {what}")

    try:
        text = _existing(folder, resource).read_bytes().decode("utf-8-sig")
        _check_header(text.partition("\n")[0], resource)
        # As a row counts which holds nothing: it is torn.
        widths = pd.Series([len(row) for _, row in strict_rows(text, refused, blank=True)][1:])
    except DataError as error:
        yield str(error)
        return
    except UnicodeDecodeError:
        yield f"{_where(resource)}: not in UTF-8. Expected UTF-8; save it anew in that encoding."
        return
    except OSError:
        yield _cannot_be_read(resource)
        return
    columns = [field["name"] for field in resource["schema"]["fields"]]
    torn = widths[widths != len(columns)]
    for row, width in torn.head(MOST).items():
        yield (
            f"{_where(resource)}, row {int(str(row)) + 2}: found {width} cells. Expected"
            f" {len(columns)}, one for each column; is there a comma too many or too few?"
        )
    if not torn.empty:
        return
    texts = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    fields = resource["schema"]["fields"]
    key = resource["schema"]["primaryKey"]
    key = [key] if isinstance(key, str) else key
    misfits = {field["name"]: _misfits(texts[field["name"]], field) for field in fields}
    bad = pd.Series(False, index=texts.index)
    for mask in misfits.values():
        bad |= mask
    yield from _say_misfits(texts[bad], misfits, resource)
    twice = texts[texts.duplicated(key)]
    for row in twice.index[:MOST]:
        values = ", ".join(map(without_controls, texts.loc[row, key]))
        first = texts.index[(texts[key] == texts.loc[row, key]).all(axis=1)][0]
        yield (
            f"{_place(resource, row, ', '.join(key))}: {values} stands here a second time (first in"
            f" row {first + 2}). Expected one row for each; remove the one that is wrong."
        )


def _misfits(texts: pd.Series, field: dict[str, Any]) -> pd.Series:
    """Which cells of a column do not fit its type and constraints (one boolean per row)."""
    rules = _constraints(field)
    blank = texts == ""
    bad = blank & bool(rules.get("required"))
    if rules.get("required") and field["type"] == "string" and not {"enum", "pattern"} & set(rules):
        bad |= texts.str.strip() == ""
    if field["type"] != "string":
        shaped = texts.str.fullmatch(_SHAPES[field["type"]])
        numbers = pd.to_numeric(texts.where(shaped), errors="coerce")
        bad |= ~blank & ~shaped
        bad |= (numbers < rules.get("minimum", -float("inf"))).fillna(False)
        bad |= (numbers > rules.get("maximum", float("inf"))).fillna(False)
    if "enum" in rules:
        bad |= ~blank & ~texts.isin(rules["enum"])
    if "pattern" in rules:
        # Few different texts stand in a long column: match each of them once.
        different = pd.Series(texts.unique())
        bad |= ~blank & ~texts.isin(different[different.str.fullmatch(rules["pattern"])])
    if rules.get("unique"):
        bad |= ~blank & texts.duplicated()
    return bad


def _say_misfits(
    rows: pd.DataFrame, misfits: dict[str, pd.Series], resource: dict[str, Any]
) -> Iterator[str]:
    """One line for each cell that does not fit, with the reason that frictionless gives."""
    if rows.empty:
        return
    first = rows.head(MOST)
    reasons = _frictionless_reasons(first, resource)
    for field in resource["schema"]["fields"]:
        column = field["name"]
        for row in first.index[misfits[column][first.index]]:
            cell = str(first[column][row])
            found = "the cell is blank" if not cell.strip() else f"{shown(cell)} does not fit"
            reason = reasons.get((row, column), "")
            yield (
                f"{_place(resource, row, column)}: {found}{f' ({reason})' if reason else ''}."
                f" Expected {_expected(field)}."
            )
    if len(rows) > MOST:
        yield f"{_where(resource)}: {len(rows) - MOST:,} more rows do not fit. Mend these first."


def _frictionless_reasons(
    rows: pd.DataFrame, resource: dict[str, Any]
) -> dict[tuple[int, str], str]:
    """What frictionless says of these rows, by row and column. Nothing is fetched: the rows and
    the schema are both handed over."""
    import frictionless  # takes a third of a second to import, and is only needed for bad news

    fields = resource["schema"]["fields"]
    schema = frictionless.Schema.from_descriptor({"fields": fields, "missingValues": [""]})
    header = [field["name"] for field in fields]
    cells = [header, *rows.values.tolist()]
    report = frictionless.Resource(data=cells, schema=schema).validate()
    reasons: dict[tuple[int, str], str] = {}
    for row_number, column, note in report.flatten(["rowNumber", "fieldName", "note"]):
        if row_number is not None and column:
            reasons.setdefault((rows.index[row_number - 2], column), str(note))
    return reasons


def _expected(field: dict[str, Any]) -> str:
    rules = _constraints(field)
    if "enum" in rules:
        what = f"one of {', '.join(rules['enum'])}"
    elif "pattern" in rules:
        what = f"text of the form {rules['pattern']}"
    else:
        what = _NOUNS[field["type"]]
        if "minimum" in rules:
            what += f", {rules['minimum']} or more"
        if "maximum" in rules:
            what += f", {rules['maximum']} or less"
    if rules.get("unique"):
        what += ", different in every row"
    return what if rules.get("required") else f"{what}, or blank"


# --- References between tables -----------------------------------------------------------------


def _reference_problems(
    resource: dict[str, Any], tables: dict[str, pd.DataFrame], descriptor: dict[str, Any]
) -> Iterator[str]:
    """Foreign keys, and lists of ids (`listOf`, joined by semicolons), that lead nowhere."""
    table = tables[resource["name"]]
    for key in resource["schema"].get("foreignKeys", []):
        column, target = key["fields"], key["reference"]["resource"] or resource["name"]
        known = set(tables[target][key["reference"]["fields"]])
        for row in table.index[(table[column] != "") & ~table[column].isin(known)]:
            yield _dangling(resource, row, column, str(table.at[row, column]), target, descriptor)
    for field in resource["schema"]["fields"]:
        if "listOf" not in field:
            continue
        column = field["name"]
        targets = [target.split(".") for target in field["listOf"].split(":")]
        for row, text in table[column].items():
            items = text.split(";") if text else []
            for item in items:
                parts = item.split(":")
                if len(parts) != len(targets):
                    form = ":".join(name for _, name in targets)
                    yield (
                        f"{_place(resource, row, column)}: {shown(item)} does not have the form {form}."
                        " Expected items of that form, joined by semicolons."
                    )
                    continue
                for part, (target, name) in zip(parts, targets, strict=True):
                    if part not in set(tables[target][name]):
                        yield _dangling(resource, row, column, part, target, descriptor)
            if len(items) != len(set(items)):
                yield (
                    f"{_place(resource, row, column)}: {shown(text)} names something twice. Expected"
                    " each id once."
                )


def _dangling(
    resource: dict[str, Any],
    row: Any,
    column: str,
    value: str,
    target: str,
    descriptor: dict[str, Any],
) -> str:
    there = _where(_resource(descriptor, target))
    return (
        f"{_place(resource, row, column)}: {shown(value)} is not in {there}. Expected an id that stands"
        " there; mend this cell or add the row."
    )


def _checksum_problems(folder: Path, resource: dict[str, Any]) -> Iterator[str]:
    """Tables that `review ingest` made must be as it left them."""
    if "hash" not in resource:
        return
    found = "sha256:" + hashlib.sha256((folder / resource["path"]).read_bytes()).hexdigest()
    if found != resource["hash"]:
        yield (
            f"{_where(resource)}: not as `review ingest` wrote it (its checksum differs from"
            " data/datapackage.json). Expected no change by hand; run `review ingest` or restore it"
            " from version control."
        )
