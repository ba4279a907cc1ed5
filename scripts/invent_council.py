"""Invent councils: official-looking figures, documents and a survey of their own, all of it made up.

The first is Norwick, the worked example in data/local. One command writes it again, byte for byte:

    .venv/bin/python scripts/invent_council.py

and one writes ten councils, a folder each, for a trial of the whole review:

    .venv/bin/python scripts/invent_council.py --to FOLDER --councils 10

Figures scatter around England's. How far, on how many people and with what interval is what most
councils of the same type have. No figure of a real council is copied. Every draw has a seed made
of the --seed, the name and the figure, so that one more year or council changes no other.
"""

import argparse
import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pandas as pd

from evidence_review.paths import DATA
from evidence_review.read.tables import Tables
from invented.figures import invent_figures, number_text
from invented.survey import survey_tables

SEED = 2017
FIRST = "Norwick"
STARTS = ("Alder", "Bramble", "Corve", "Dunner", "Elver", "Fallow", "Gannet", "Hather", "Lorn")
ENDS = ("combe", "fleet", "garth", "mere", "stow", "thwaite", "wold")
PLACE = ("East Midlands", "Unitary Authorities")  # of the first; the others are drawn

DOCUMENT_COLUMNS = (
    "kind", "title", "year", "address", "elements", "frames", "extent", "note",
)  # fmt: skip
DOCUMENTS = (
    ("local document", "Market position statement for {0} (invented)", "2024", "market-position",
     "E2.2;E4.3", "F5;F6", "part", "Which services there are too few of"),
    ("local document", "Joint strategic needs assessment: older people in {0} (invented)", "2023",
     "needs-older-people", "E1;E4.4", "F3", "part", ""),
    ("small evaluations", "Prepaid cards for direct payments in {0}: what changed (invented)",
     "2023", "prepaid-cards", "E3.1", "F1;F4", "full", "Costs before and after, 12 interviews"),
    ("case records", "Sixty support plans of {0}, read against the Care Act (invented)", "2024",
     "", "E3.4", "F2", "part", "Kept by the quality team; not online"),
    ("survey", "Asking people in {0} about their care, 2023-24 and 2025-26 (invented)", "2026",
     "survey", "E2.1;E3;E3.4", "F1;F3", "full", "The answers are in responses.csv"),
    ("local document", "Individual Service Funds in {0}: first year (invented)", "2027", "",
     "E3.3", "F1", "planned", "Due in spring"),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the folders that the command line asks for."""
    most = 1 + len(STARTS) * len(ENDS)
    parser = argparse.ArgumentParser(description="Invent councils, for examples and trials.")
    parser.add_argument("--to", type=Path, default=DATA / "local", help="data/local unless told")
    parser.add_argument("--councils", type=int, default=1, help=f"how many, 1 to {most}")
    parser.add_argument("--seed", type=int, default=SEED, help=f"{SEED} unless told")
    asked = parser.parse_args(arguments)
    if not 1 <= asked.councils <= most:
        parser.error(f"--councils {asked.councils}: expected a whole number from 1 to {most}")
    tables = Tables()
    for number, name in enumerate(_names(asked.councils, tables.councils["name"]), start=1):
        folder = asked.to / name.lower()
        write_council(folder, number, name, asked.seed, tables)
        print(f"{folder}: {name} (invented)")


def write_council(folder: Path, number: int, name: str, seed: int, tables: Tables) -> None:
    """Invent one council and write its tables to `folder`.

    number: from 1; makes its area code. name: without "(invented)", which is added.
    """
    council = invent_council(number, name, seed, tables.councils)
    figures = invent_figures(council, seed, tables)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "council.csv", tables.councils.columns, [council])
    _write(folder / "figures.csv", tables.figures.columns, figures)
    documents = [dict(zip(DOCUMENT_COLUMNS, row, strict=True)) for row in DOCUMENTS]
    for document in documents:
        document["title"] = document["title"].format(name)
        if page := document["address"]:  # .example is an ending that no website can have
            document["address"] = f"https://{name.lower()}.example/{page}"
    _write(folder / "documents.csv", DOCUMENT_COLUMNS, documents)
    levels = {
        row["indicator_id"]: float(row["value"])
        for row in figures
        if row["group"] == "total" and row["value"]  # years in order: the newest stays
    }
    for file, rows in survey_tables(name, seed, levels).items():
        _write(folder / file, list(rows[0]), rows)


def invent_council(number: int, name: str, seed: int, councils: pd.DataFrame) -> dict[str, str]:
    """Its row of data/councils.csv, with a code that no area has."""
    draw = Random(f"{seed}/{name}/council")
    like = councils.iloc[draw.randrange(len(councils))]
    region, kind = PLACE if number == 1 else (like["region"], like["council_type"])
    peers = councils[councils["council_type"].eq(kind)]
    one = councils[councils["region"].eq(region) & councils["council_type"].eq(kind)].iloc[0]
    size = math.exp(draw.uniform(-0.3, 0.3))
    deprivation = draw.uniform(*peers["imd2019_score"].quantile([0.25, 0.75]))
    return dict.fromkeys(councils.columns, "") | {
        "area_code": f"X99{number:06d}",
        "council_code": f"invented-{number}",
        "name": f"{name} (invented)",
        "slug": f"{name.lower()}-invented",
        "region": region,
        "region_code": one["region_code"],
        "council_type": kind,
        "council_type_code": one["council_type_code"],
        "pop_18_64": str(round(peers["pop_18_64"].median() * size, -1).astype(int)),
        "pop_65_plus": str(
            round(peers["pop_65_plus"].median() * size * draw.uniform(0.9, 1.1), -1).astype(int)
        ),
        "population_basis": "Invented",
        "imd2019_score": number_text(deprivation, 3),
        "imd2019_note": "Invented",
        "tile_q": "0",  # no place on the map of England, which no page of its own shows
        "tile_r": "0",
    }


# --- Names, numbers, files -----------------------------------------------------------------------


def _names(count: int, real: Iterable[str]) -> list[str]:
    """Norwick, then names put together from STARTS and ENDS that no council has."""
    made = (start + end for end in ENDS for start in STARTS)
    return [FIRST, *(name for name in made if name not in set(real))][:count]


def _write(path: Path, columns: Iterable[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
