"""Every reader on thousands of damaged files: the right figures, or words that say what is wrong.

EVIDENCE_REVIEW_DAMAGED_FILES says how many; 2,200 unless it is set. A fault is said with the number
of its damage, which makes the same file again.
"""

import csv
import gzip
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from tests.read.damage import (
    BYTES,
    Damage,
    Rows,
    as_csv,
    damaged_csv,
    damaged_gzip,
    each_column,
    each_number,
)
from tests.read.damaged_workbooks import as_ods, as_xlsx, damaged_book
from tests.read.good_files import (
    EXTRACT,
    OPEN_DATA,
    OWN,
    OWN_KEYS,
    OWN_NUMBERS,
    WELLBEING,
    extract,
    open_data,
    series,
    wellbeing,
)
from tests.read.held import (
    COUNTED,
    FILES,
    SEED,
    Case,
    Found,
    Place,
    assert_both,
    cells_of,
    faults,
    number,
    unclear,
)

from evidence_review.analyse.combine import settle_areas
from evidence_review.errors import ReviewError
from evidence_review.paths import DATA
from evidence_review.read import (
    ascof_extract_2019_20,
    ascof_open_data,
    ascof_time_series,
    contract,
    ons_wellbeing,
)
from evidence_review.read.council_reference import councils_table
from evidence_review.read.figures import KEY, Reading
from evidence_review.read.measures import BY_SHEET
from evidence_review.read.own import examine, invented_council

AREAS, COUNCILS = contract.load_table("areas"), contract.load_table("councils")
TABLES = {resource["name"]: resource for resource in contract.package()["resources"]}


def none(said: list[str]) -> bool:
    """Whether there is no fault; else the first thirty are shown."""
    assert not said, "\n".join([f"{len(said)} faults", *said[:30]])
    return True


# --- The review's own tables -------------------------------------------------------------------


def first_rows(path: Path, most: int = 12) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for _, row in zip(range(most + 1), csv.reader(file), strict=False)]


def table_case(name: str, data: Path, checked: bool) -> tuple[Case, list[int]]:
    """A table of the review in a data folder that holds nothing else; its columns of numbers.

    checked: whether it is held to the contract before it is loaded, or only loaded.
    """
    resource = TABLES[name]
    key = resource["schema"]["primaryKey"]
    key = [key] if isinstance(key, str) else key
    rows = first_rows(DATA / resource["path"])
    path = data / resource["path"]
    path.parent.mkdir(parents=True, exist_ok=True)

    def read(content: bytes) -> Found:
        path.write_bytes(content)
        problems = list(contract._table_problems(data, resource)) if checked else []
        table = contract.load_table(name, data)
        if problems:
            raise ReviewError("\n".join(problems))
        return Found(cells_of(table, key), len(table))

    at = [rows[0].index(column) for column in key]
    keys: list[set[Place]] = [set()]
    keys += [{tuple(row[i] for i in at)} for row in rows[1:]]
    fields = resource["schema"]["fields"]
    numbers = [i for i, field in enumerate(fields) if field["type"] != "string"]
    return Case(path.name, rows, read, keys, exact=True, trusts=not checked), numbers


@pytest.mark.parametrize("checked", [True, False])
def test_tables_of_the_review(checked: bool, tmp_path: Path) -> None:
    shutil.copy(DATA / "datapackage.json", tmp_path)
    said: list[str] = []
    tally = Counter[str]()
    names = sorted(TABLES)
    each = FILES // 8 // len(names) + 1
    for position, name in enumerate(names):
        case, numbers = table_case(name, tmp_path, checked)
        files = range(position * each, (position + 1) * each)
        damages = (damaged_csv(SEED, n, case.rows, numbers) for n in files)
        said += faults(case, as_csv(case.rows).encode(), damages, tally)
    assert_both(tally)
    assert none(said)


def test_the_whole_data_folder(tmp_path: Path) -> None:
    """What a table alone cannot tell: ids that lead nowhere, and rules across tables."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("local"))
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource.pop("hash", None)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for name in ("figures", "places"):
        path = folder / TABLES[name]["path"]
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table[table["area_code"].isin(["E92000001", "E09000007"])].to_csv(path, index=False)
    small = [name for name in TABLES if name not in ("figures", "places", "councils", "areas")]
    said: list[str] = []
    for count in range(FILES // 110):
        path = folder / TABLES[small[count * 5 % len(small)]]["path"]
        good = path.read_bytes()
        damage = damaged_csv(SEED, count, first_rows(path, 10_000))
        path.write_bytes(damage.content)
        try:
            contract.check_data(folder)
        except contract.DataError as error:
            wrong = unclear(str(error), ("data/",))
            said += [f"{path.name}, {damage.name}: {words}" for words in wrong]
        path.write_bytes(good)
    assert none(said)


# --- A council's own evidence ------------------------------------------------------------------


def own_case(name: str, ending: str, folder: Path) -> Case:
    rows, file = OWN[name], f"{name}.{ending}"
    review = [contract.load_table(t) for t in ("elements", "frames", "kinds", "survey_items")]
    if name == "responses":
        (folder / "questions.csv").write_text(as_csv(OWN["questions"]), encoding="utf-8")

    def read(content: bytes) -> Found:
        (folder / file).write_bytes(content)
        found, problems = examine(folder, *review)
        if problems:
            raise ReviewError("\n".join(problems))
        table = getattr(found, name).drop(columns="row", errors="ignore")
        listed = {"documents": len(found.unfilled), "responses": len(found.rejected)}
        assert found.rows[file] == len(table) + listed.get(name, 0)
        texts = table.map(lambda cell: cell if isinstance(cell, int | float) else str(cell))
        texts = texts.map(lambda cell: str(cell) if isinstance(cell, bool) else cell)
        return Found(cells_of(texts, [OWN_KEYS[name]]), found.rows[file])

    at = rows[0].index(OWN_KEYS[name])
    keys: list[set[Place]] = [set()]
    keys += [{(row[at],)} for row in rows[1:]]
    optional = rows[0] if name in ("responses", "waves") else ["left_out", "standard"]
    return Case(file, rows, read, keys, key=OWN_KEYS[name], optional=frozenset(optional))


@pytest.mark.parametrize("name", OWN)
def test_own_evidence_as_csv(name: str, tmp_path: Path) -> None:
    case = own_case(name, "csv", tmp_path)
    numbers = [case.rows[0].index(column) for column in OWN_NUMBERS[name]]
    damages = (damaged_csv(SEED, n, case.rows, numbers) for n in range(FILES // 24))
    assert none(faults(case, as_csv(case.rows).encode(), damages))


@pytest.mark.parametrize("name", OWN)
def test_own_evidence_as_a_workbook(name: str, tmp_path: Path) -> None:
    case = own_case(name, "xlsx", tmp_path)
    numbers = [case.rows[0].index(column) for column in OWN_NUMBERS[name]]
    book = {"Sheet1": case.rows}
    damages = (
        damaged_book(SEED, n, book, "Sheet1", 0, numbers, as_xlsx) for n in range(FILES // 40)
    )
    assert none(faults(case, as_xlsx(book), damages))


@pytest.mark.parametrize("name", ["council", "figures"])
def test_an_invented_council(name: str, tmp_path: Path) -> None:
    for file in ("council", "figures"):
        shutil.copy(DATA / "local" / "norwick" / f"{file}.csv", tmp_path)
    path = tmp_path / f"{name}.csv"
    rows = first_rows(path)
    key = ["area_code"] if name == "council" else KEY

    def read(content: bytes) -> Found:
        path.write_bytes(content)
        held = invented_council(tmp_path)
        assert held
        table = held[name == "figures"]
        return Found(cells_of(table, key), len(table))

    at = [rows[0].index(column) for column in key]
    keys: list[set[Place]] = [set()]
    keys += [{tuple(row[i] for i in at)} for row in rows[1:]]
    fields = TABLES["councils" if name == "council" else "figures"]["schema"]["fields"]
    numbers = [i for i, field in enumerate(fields) if field["type"] != "string"]
    damages = (damaged_csv(SEED, n, rows, numbers) for n in range(FILES // 48))
    case = Case(path.name, rows, read, keys, exact=True)
    assert none(faults(case, as_csv(rows).encode(), damages))


# --- The publishers' files ---------------------------------------------------------------------


def figures_found(reading: Reading) -> Found:
    """What a publisher's reader found, once each area stands under its code of today."""
    assert reading.rows_read == reading.left_out.total() + reading.figures["rows"].sum()
    settle_areas(reading, AREAS)
    figures = reading.figures.drop(columns=["rows", "place", "file_id"])
    return Found(cells_of(figures, KEY), reading.rows_read, reading.left_out)


def publisher_case(
    path: Path,
    heading: list[str],
    rows: list[tuple[list[str], set[Place]]],
    read: Callable[[Path, str], Reading],
) -> Case:
    def found(content: bytes) -> Found:
        path.write_bytes(content)
        # A file goes by its id once it is read.
        return figures_found(read(path, path.name))

    return Case(
        path.name, [heading, *(row for row, _ in rows)], found, [set(), *(k for _, k in rows)]
    )


PUBLISHED = {
    "open data": (OPEN_DATA, open_data, ascof_open_data.read_years),
    "extract": (EXTRACT, extract, ascof_extract_2019_20.read),
    "well-being": (WELLBEING, wellbeing, ons_wellbeing.read),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_publishers_csv(name: str, tmp_path: Path) -> None:
    heading, rows, read = PUBLISHED[name]
    case = publisher_case(tmp_path / "published.csv.gz", heading, list(rows()), read)
    values = {"Measure Value", "observation", "lci_95", "uci_95"}
    numbers = [i for i, column in enumerate(heading) if column in values]
    damages = (damaged_gzip(SEED, n, case.rows, numbers) for n in range(FILES // 20))
    good = gzip.compress(as_csv(case.rows).encode())
    assert none(faults(case, good, damages))


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_odd_number_and_each_column(name: str, tmp_path: Path) -> None:
    heading, rows, read = PUBLISHED[name]
    case = publisher_case(tmp_path / "published.csv", heading, list(rows()), read)
    column = heading.index("observation" if "observation" in heading else "Measure Value")
    cells = [
        (row, column)
        for row, keys in enumerate(case.keys)
        if any(key[0] in ("control", "happiness") for key in keys)
        and ("Outcome" in case.rows[row] or name != "open data")
        and number(case.rows[row][column])
    ]
    damages = [*each_number(case.rows, cells), *each_column(case.rows)]
    damages = [replace(one, content=as_csv(one.rows).encode()) for one in damages]
    assert none(faults(case, as_csv(case.rows).encode(), damages))
    for one in damages:
        if one.name.startswith(("no number", "odd number: '-")):
            with pytest.raises(ReviewError):
                case.read(one.content)


def test_open_data_as_a_workbook(tmp_path: Path) -> None:
    heading = ["ONS Code" if name == "ONS Area Code" else name for name in OPEN_DATA[1:]]
    rows = [(row[1:], keys) for row, keys in open_data("2020-21")]
    read = partial(ascof_open_data.read_one_year, year="2020-21")
    case = publisher_case(tmp_path / "published.xlsx", heading, rows, read)
    book, numbers = {"in": case.rows}, [heading.index("Measure Value")]
    damages = (damaged_book(SEED, n, book, "in", 0, numbers, as_xlsx) for n in range(FILES // 24))
    assert none(faults(case, as_xlsx(book), damages))


def test_cells_that_are_merged_are_named(tmp_path: Path) -> None:
    """All but the first have lost what they held; nothing may take them for missing values."""
    heading = ["ONS Code" if name == "ONS Area Code" else name for name in OPEN_DATA[1:]]
    rows = [(row[1:], keys) for row, keys in open_data("2020-21")]
    path = tmp_path / "published.xlsx"
    read = partial(ascof_open_data.read_one_year, year="2020-21")
    published = publisher_case(path, heading, rows, read)
    own = own_case("responses", "xlsx", tmp_path)
    for case, sheet, column in ((published, "in", "Measure Value"), (own, "Sheet1", "sure")):
        at = case.rows[0].index(column)
        merged = as_xlsx({sheet: case.rows}, (sheet, 1, at, 2, at))
        with pytest.raises(ReviewError, match="merged"):
            case.read(merged)


def test_time_series(tmp_path: Path) -> None:
    book, keys = series()
    path = tmp_path / "published.ods"

    def read(content: bytes) -> Found:
        path.write_bytes(content)
        found = figures_found(ascof_time_series.read(path, path.name))
        return Found(found.cells, COUNTED, found.left_out)

    said: list[str] = []
    tally = Counter[str]()
    each = FILES // 12 // len(BY_SHEET) + 1
    for position, sheet in enumerate(BY_SHEET):
        rows = book[sheet][2:]
        numbers = range(3, len(rows[0]))
        damages = (
            damaged_book(SEED, n, book, sheet, 2, numbers, as_ods)
            for n in range(position * each, (position + 1) * each)
        )
        said += faults(Case(path.name, rows, read, keys[sheet]), as_ods(book), damages, tally)
    assert_both(tally)
    assert none(said)
    carers = book["Table_1c"][2:]
    assert carers[0][8] == "2022 to 2023 - outcome"
    for one in each_number(carers, [(1, 8), (4, 8)]):
        if one.name.startswith("no number"):
            with pytest.raises(ReviewError, match="sheet Table_1c, cell I"):
                read(as_ods({**book, "Table_1c": [*book["Table_1c"][:2], *one.rows]}))


# --- The councils ------------------------------------------------------------------------------


def reference_rows() -> tuple[Rows, Rows, str]:
    """The council reference, the population estimates and the hex map that make our councils."""
    reference: Rows = [
        ["ascof_la_code", "la_name", "ons_code", "region", "council_type", "predecessor_ons_codes",
         "pop_18_64_ascof2425_denominator", "pop_65plus_ascof2425_denominator",
         "imd2019_average_score", "imd2019_note"]
    ]  # fmt: skip
    population: Rows = [["mid_year", "code", "name", "age_18_64", "age_65plus"]]
    hexes = {}
    for row in COUNCILS.to_dict("records"):
        young, old = (
            ("", "") if row["name"] == "Rutland" else (row["pop_18_64"], row["pop_65_plus"])
        )
        reference.append(
            [row["council_code"], row["name"], row["area_code"], row["region"], row["council_type"],
             row["predecessors"], str(young), str(old), str(row["imd2019_score"]), ""]
        )  # fmt: skip
        counts = [str(row["pop_18_64"]), str(row["pop_65_plus"])]
        population.append(["2020", row["area_code"], row["name"], *counts])
        hexes[row["area_code"]] = {"q": row["tile_q"], "r": row["tile_r"]}
    return reference, population, json.dumps({"layout": "odd-r", "hexes": hexes}, indent=1)


@pytest.mark.parametrize("name", ["reference.csv", "population.csv", "tiles.json"])
def test_councils(name: str, tmp_path: Path) -> None:
    reference, population, tiles = reference_rows()
    good = {
        "reference.csv": as_csv(reference).encode(),
        "population.csv": as_csv(population).encode(),
        "tiles.json": tiles.encode(),
    }
    for file, content in good.items():
        (tmp_path / file).write_bytes(content)

    def read(content: bytes) -> Found:
        (tmp_path / name).write_bytes(content)
        table = councils_table(*(tmp_path / file for file in good))
        assert len(table) == 153
        assert not table.duplicated(["tile_q", "tile_r"]).any()
        if name == "tiles.json":  # a digit in place of another moves a council
            table = table.drop(columns=["tile_q", "tile_r"])
        # Words made from the others.
        table = table.drop(columns=["slug", "region_code", "council_type_code", "population_basis"])
        return Found(cells_of(table, ["area_code"]), len(table))

    also = frozenset(float(cell) for row in population[1:] for cell in row[3:])
    rows = population if name == "population.csv" else reference
    at = rows[0].index("code" if name == "population.csv" else "ons_code")
    keys: list[set[Place]] = [set()]
    keys += [{(row[at],)} for row in rows[1:]]
    case = Case(name, rows, read, keys, also=also, beside=tuple(good))
    numbers = [i for i, column in enumerate(rows[0]) if column.startswith(("pop", "imd", "age"))]
    files = range(FILES // 48)
    if name == "tiles.json":
        assert none(faults(case, good[name], [damaged_map(n, tiles, rows) for n in files]))
    else:
        if name == "population.csv":
            case.read = lambda content: Found(read(content).cells, COUNTED)
        damages = (damaged_csv(SEED, n, rows, numbers) for n in files)
        assert none(faults(case, good[name], damages))


def damaged_map(number: int, tiles: str, rows: Rows) -> Damage:
    """A hex map cut, or with another byte. A digit for a digit moves one council's tile."""
    luck = random.Random(f"{SEED}/{number}")
    content, at = tiles.encode(), luck.randrange(len(tiles))
    new = content[:at]
    if number % 3:
        new += luck.choice(BYTES) + content[at + luck.choice((0, 1)) :]
    return Damage(f"number {number}: map changed or cut at {at}", rows, new)
