"""A small data folder, and releases for it as their publisher writes them."""

import shutil
from pathlib import Path

import pandas as pd

from evidence_review.ingest.kept import with_contract
from evidence_review.ingest.tables import NOT_IN_THE_FILE, to_csv
from evidence_review.paths import DATA
from evidence_review.read.contract import load_table
from evidence_review.read.raw_files import kind_of

SCALES = {"happiness": "completely happy", "anxiety": "completely anxious"}
KEPT_KINDS = {"council-reference", "ons-population", "hex-map", "ons-wellbeing"}


def small_data(folder: Path) -> Path:
    """A data folder that keeps its contract and holds no figures but those on well-being."""
    data = Path(shutil.copytree(DATA, folder / "data"))
    figures, places, files = (load_table(name) for name in ("figures", "places", "files"))
    kept = figures["indicator_id"].isin(list(SCALES))
    unavailable = load_table("unavailable")
    others = load_table("indicators")["indicator_id"]
    gone = pd.DataFrame({"indicator_id": sorted(set(others) - set(SCALES))}).assign(
        level="all", first_year="2014-15", last_year="2024-25", status="[x]", reason="Left out."
    )
    tables = {
        "indicators/figures.csv": figures[kept],
        "indicators/places.csv": places[kept],
        "indicators/files.csv": files[files["file_id"].map(kind_of).isin(KEPT_KINDS)],
        "indicators/unavailable.csv": pd.concat(
            [unavailable[unavailable["indicator_id"].isin(list(SCALES))], gone]
        ),
    }
    contents = {name: to_csv(table) for name, table in tables.items()}
    for name, content in with_contract(contents, data).items():
        (data / name).write_bytes(content)
    return data


def wellbeing() -> pd.DataFrame:
    """The well-being figures of the tables, one row each, with the columns of a release."""
    figures = load_table("figures")
    printed = load_table("places")["place"].ne(NOT_IN_THE_FILE)
    figures = figures[figures["indicator_id"].isin(list(SCALES)) & printed]
    return pd.DataFrame(
        {
            "areacd": figures["area_code"],
            "indicator": figures["indicator_id"].str.capitalize(),
            "year": figures["year"],
            "observation": figures["value"],
            "lci_95": figures["lower"],
            "uci_95": figures["upper"],
            "status": figures["status"].str.strip("[]"),
        }
    ).reset_index(drop=True)


def with_year(rows: pd.DataFrame, year: str) -> pd.DataFrame:
    """With the newest year once more, as another one: all figures a tenth higher."""
    newest = rows[rows["year"].eq(rows["year"].max())]
    numbers = ["observation", "lci_95", "uci_95"]
    more = newest.assign(year=year, **(newest[numbers] + 0.1).round(3))
    return pd.concat([rows, more], ignore_index=True)


def write_wellbeing(path: Path, rows: pd.DataFrame) -> Path:
    """As the Office for National Statistics publishes them."""
    scale = rows["indicator"].str.lower().map(SCALES).fillna("completely worthwhile")
    rows.assign(
        period=rows["year"].str[:4] + "-04-01/P1Y",
        measure="Mean (Where 0 is 'not at all' and 10 is '" + scale + "')",
    ).drop(columns="year").to_csv(path, index=False)
    return path


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
