"""The book as a Research Object Crate: what it holds and from what, in a form that machines read.

RO-Crate 1.1 with the properties of Process Run Crate 0.5, one action a notebook that was run.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.data_entity import DataEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from evidence_review.paths import ROOT
from evidence_review.publish.provenance import JSON_FILE, Provenance
from evidence_review.publish.runs import Run
from evidence_review.read.contract import package
from evidence_review.show.reuse.csvw import ENDING as METADATA
from evidence_review.show.reuse.workbook import WORKBOOK

MIT = "https://spdx.org/licenses/MIT"
PROCESS_RUN = "https://w3id.org/ro/wfrun/process/0.5"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SOURCES = "_sources"  # where the book keeps the notebooks that its pages show


def crate_of(html: Path, told: Provenance, published: Sequence[Run]) -> ROCrate:
    """The crate of a finished book: the tables, the publishers' files that they came from, the
    notebooks and their runs. Only files that are there are named."""
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    crate = ROCrate(version="1.1")
    crate.name = about["title"]
    crate.description = package()["description"]
    # Of the release, not of the build: two builds give the same bytes.
    crate.datePublished = about["date-released"].isoformat()
    crate.license = _context(crate, MIT, "CreativeWork", name="MIT License")
    crate.root_dataset["version"] = str(told.revision)
    crate.root_dataset["conformsTo"] = _context(
        crate, PROCESS_RUN, "CreativeWork", name="Process Run Crate", version="0.5"
    )
    crate.root_dataset["author"] = [
        _context(crate, f"#{name.replace(' ', '-')}", "Organization", name=name)
        for name in (author["name"] for author in about["authors"])
    ]
    files = _publishers_files(crate, told)
    tables = [
        _file(crate, html, f"data/{one['path']}", one["title"], "text/csv", one["description"])
        for one in package()["resources"]
    ]
    for one, table in zip(package()["resources"], tables, strict=True):
        if table:
            [licence] = one["licenses"]
            title, address = licence["title"], {"MIT": MIT}.get(licence["name"], licence["path"])
            table["license"] = _context(crate, address, "CreativeWork", name=title)
            _metadata(crate, html, table, one["title"])
            if table.id == "data/indicators/figures.csv":
                table["isBasedOn"] = files
    _file(crate, html, JSON_FILE, "Provenance of every page and figure", "application/json")
    _file(crate, html, "data/datapackage.json", "Contract of the tables", "application/json")
    _file(crate, html, f"data/{WORKBOOK}", "The tables as a spreadsheet", SPREADSHEET)
    notebooks = {name: _notebook(crate, name) for name in told.notebooks}
    for run in published:
        read = told.notebooks[run.notebook.name]
        used = [one for one in tables if one and one.id in read]
        _run(crate, html, run, notebooks[run.notebook.name], used)
    return crate


def _context(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    known = crate.dereference(identifier)
    return known or crate.add(
        ContextEntity(crate, identifier, properties={"@type": kind, **properties})
    )


def _file(
    crate: ROCrate, html: Path, name: str, title: str, kind: str, description: str = ""
) -> DataEntity | None:
    path = html / name
    if not path.is_file():
        return None
    about = {"name": title, "encodingFormat": kind, "contentSize": str(path.stat().st_size)}
    if description:
        about["description"] = description
    return crate.add(File(crate, dest_path=name, properties=about))


def _metadata(crate: ROCrate, html: Path, table: DataEntity, title: str) -> None:
    """The description of a table for CSV on the Web, where it lies beside the table."""
    name = f"Metadata of {title} (CSV on the Web)"
    if described := _file(crate, html, f"{table.id}{METADATA}", name, "application/csvm+json"):
        described["about"] = table


def _publishers_files(crate: ROCrate, told: Provenance) -> list[ContextEntity]:
    """What the figures came from; the files themselves are not in the crate."""
    return [
        _context(
            crate,
            f"#{one['file_id']}",
            "CreativeWork",
            name=one["title"],
            publisher=_context(
                crate,
                f"#{one['publisher'].replace(' ', '-')}",
                "Organization",
                name=one["publisher"],
            ),
            sha256=one["sha256"],
            alternateName=one["file"],
            comment=one["origin"],
        )
        for one in told.files
    ]


def _notebook(crate: ROCrate, name: str) -> ContextEntity:
    return _context(
        crate, f"#notebook-{name}", ["SoftwareSourceCode", "SoftwareApplication"],  # type: ignore[arg-type]
        name=name, programmingLanguage="Python",
    )  # fmt: skip


def _run(
    crate: ROCrate,
    html: Path,
    run: Run,
    notebook: ContextEntity,
    tables: Sequence[DataEntity],
) -> None:
    made = [
        _file(crate, html, f"{SOURCES}/{run.page}.ipynb", run.title, "application/x-ipynb+json"),
        _file(crate, html, f"{run.page}.html", run.title, "text/html"),
    ]
    values = [
        _context(crate, f"#{run.page}-{name}", "PropertyValue", name=name, value=str(value))
        for name, value in run.parameters.items()
    ]
    crate.add(
        ContextEntity(
            crate,
            f"#run-{run.page}",
            properties={
                "@type": "CreateAction",
                "name": f"Run of {run.notebook.name} for {run.page}",
                "instrument": notebook,
                "object": [*tables, *values],
                "result": [one for one in made if one],
            },
        )
    )
