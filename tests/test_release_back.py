"""Back test: 2024-25 held out of the tables, and taken in again from the publisher's workbook.

Skipped, with the reason, where the raw files do not lie beside the checkout.
"""

import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from tests.publishers_files import raw_file, raw_or_skip
from tests.releases import state

from evidence_review import cli
from evidence_review.ingest.kept import with_contract
from evidence_review.paths import BOOK, DATA
from evidence_review.read.contract import check_data

pytestmark = pytest.mark.back

SERIES = raw_file("ascof-time-series-2024-25")
NEW = "2024-25"
SAID = (
    *("--published", str(SERIES.published), "--licence", SERIES.licence),
    *("--found", SERIES.origin, "--title", SERIES.title, "--write"),
)


@pytest.fixture(scope="module")
def workbook() -> Path:
    return SERIES.within(raw_or_skip())


def ingest(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["ingest", *map(str, arguments)])


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype="str", keep_default_na=False)


def without_the_year(data: Path) -> pd.DataFrame:
    """Make the tables as they would have been before; returns the row of the basis that began."""
    tables = {
        name: table(data, f"indicators/{name}.csv")
        for name in ("figures", "places", "files", "bases", "unavailable", "absences")
    }
    for name in ("figures", "places", "absences"):
        tables[name] = tables[name][tables[name]["year"].ne(NEW)]
    began = tables["bases"][tables["bases"]["first_year"].eq(NEW)]
    for name in ("bases", "unavailable"):
        older = tables[name][tables[name]["first_year"].ne(NEW)]
        tables[name] = older.assign(last_year=older["last_year"].replace(NEW, "2023-24"))
    # The release of the year before, of which only the revisions are known to us.
    before = "ascof-time-series-2023-24"
    tables["figures"] = tables["figures"].replace({"file_id": {SERIES.file_id: before}})
    files = tables["files"].set_index("file_id").rename(index={SERIES.file_id: before})
    files.loc[before, ["file", "sha256", "published"]] = ["series_2023-24.ods", "0" * 64, "2024"]
    tables["files"] = files.reset_index()
    contract = data / "datapackage.json"
    text = contract.read_text(encoding="utf-8").replace(f"to {NEW}", "to 2023-24")
    contract.write_text(re.sub(rf',\s*"{NEW}"', "", text), encoding="utf-8")
    contents = {
        f"indicators/{name}.csv": one.to_csv(index=False, lineterminator="\n").encode()
        for name, one in tables.items()
    }
    for name, content in with_contract(contents, data).items():
        (data / name).write_bytes(content)
    return began


def test_a_year_held_out_and_taken_in_gives_the_committed_tables(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    began = without_the_year(data)
    check_data(data)
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(data))
    held_out = state(data)

    # The year stands on a basis that began with it: that is for people to say, before it is written.
    told = ingest(workbook, *SAID)
    assert told.exit_code == 2
    assert told.stderr.count("\n") == 1
    assert "bases.csv: no row of the basis “cld”, on which admissions-18-64" in told.stderr
    assert f"New year {NEW}: 2,156 figures of 13 measures" in told.output
    assert "Revised figures: none" in told.output
    assert f"Councils without any figure on ASCS, {NEW}: Derby (E06000015)" in told.output
    assert (
        "Comparability log, 3D(2a): The data source for measure 3D(2a) was changed" in told.output
    )
    assert "Notes, [note 5]: Derby Council did not submit 2024 to 2025 ASCS data" in told.output
    assert state(data) == held_out
    assert printed_by_the_how_to() <= {line[:60] for line in told.output.splitlines()}

    bases = pd.concat([table(data, "indicators/bases.csv"), began]).sort_values("basis_id")
    bases.to_csv(data / "indicators" / "bases.csv", index=False, lineterminator="\n")
    told = ingest(workbook, *SAID)
    assert told.exit_code == 0, told.stderr
    check_data(data)
    committed, made = state(DATA), state(data)
    assert made.keys() == committed.keys()
    differ = {name for name in made if made[name] != committed[name]}
    # Why a year has no figures, and why Derby has none, are words that people write.
    assert differ == {"indicators/unavailable.csv", "indicators/absences.csv"}
    by_people = table(DATA, "indicators/unavailable.csv")
    by_itself = table(data, "indicators/unavailable.csv")
    assert years_explained(by_itself) == years_explained(by_people)
    ended = by_people["last_year"].lt(NEW) & ~by_people["indicator_id"].isin(
        [
            "carer-direct-payments",
            "carer-self-directed-support",
        ]  # told in two rows, that of 2024-25 apart
    )
    kept = set(by_itself.itertuples(index=False, name=None))
    assert set(by_people[ended].itertuples(index=False, name=None)) <= kept


def printed_by_the_how_to() -> set[str]:
    """How the lines begin that the how-to shows for this workbook."""
    page = (BOOK / "how-to-new-release.md").read_text(encoding="utf-8")
    block = page.split("```text\n")[1].split("```")[0]
    lines = [
        line.partition("…")[0][:60] for line in block.splitlines()[1:] if "Measures" not in line
    ]
    return set(lines)


def years_explained(unavailable: pd.DataFrame) -> set[tuple[str, str, str]]:
    years = table(DATA, "indicators/figures.csv")["year"].unique()
    return {
        (row["indicator_id"], row["level"], year)
        for row in unavailable.to_dict("records")
        for year in years
        if row["first_year"] <= year <= row["last_year"]
    }


def test_one_altered_figure_in_a_copy_is_announced_as_revised(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(DATA))
    path = tmp_path / "altered.ods"
    with (
        zipfile.ZipFile(workbook) as whole,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            if name == "content.xml":
                content = altered(content.decode()).encode()
            copy.writestr(name, content)
    before = state(DATA)
    told = ingest(path)
    assert told.exit_code == 0, told.stderr
    assert "Revised figures: 1 figure of 1 measure. The largest changes:" in told.output
    assert f"Camden, Control over daily life, {NEW}, everyone: was 74.1% (" in told.output
    assert "), is 84.1% (" in told.output
    assert "New years: none" in told.output
    assert "Figures that go missing: none" in told.output
    assert state(DATA) == before


def altered(content: str) -> str:
    """The workbook with Camden's control over daily life ten points higher."""
    sheet = content.index('table:name="Table_3a"')
    row = content.index("E09000007", sheet)
    end = content.index("</table:table-row>", row)
    was, now = 'office:value="74.099999999999994"', 'office:value="84.1"'
    assert content[row:end].count(was) == 1
    return content[:row] + content[row:end].replace(was, now) + content[end:]
