"""The publishers' files that the figures come from, and where each was found."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.paths import ROOT


def raw_folder() -> Path:
    """The publishers' raw files beside the checkout, or where EVIDENCE_REVIEW_RAW says."""
    return Path(os.environ.get("EVIDENCE_REVIEW_RAW") or ROOT.parent / "shared" / "data" / "raw")


@dataclass(frozen=True)
class RawFile:
    """One publisher's file: its place in the raw folder and what is printed about it."""

    file_id: str
    path: str
    publisher: str
    title: str
    published: int | None
    licence: str
    origin: str
    note: str

    def within(self, raw: Path) -> Path:
        """The file in the raw folder. Raises DataError when it is not there."""
        path = raw / self.path
        if not path.is_file():
            raise DataError(
                f"{path}: not found. Expected “{self.title}” ({self.publisher}); data/indicators/"
                "files.csv says where it was found and its checksum."
            )
        return path


_DATAHUB = "github.com/ericyang-almaeconomics/social_care_datahub"

TIME_SERIES = RawFile(
    "ascof-time-series-2024-25",
    "ascof/ascof_timeseries_2015-16_to_2024-25_dhsc.ods",
    "Department of Health and Social Care",
    "Measures from the Adult Social Care Outcomes Framework (ASCOF), England, 2024 to 2025: time"
    " series of aggregated measures",
    2025,
    "OGL v3",
    "github.com/Susai23/Lincolnshire-Adult-Social-Care-pipeline, Raw data/ascof_2024_25.ods,"
    " 1b9479ebe8e2a64c9818216d2f483b25c354766b",
    "Holds the publisher's revisions of earlier years; totals only",
)
OPEN_DATA_2014_19 = RawFile(
    "ascof-open-data-2014-19",
    "ascof/ascof_open_data_2014-15_to_2018-19_long.csv.gz",
    "NHS Digital",
    "Measures from the Adult Social Care Outcomes Framework, England, 2014-15 to 2018-19: open"
    " data",
    2019,
    "OGL v3",
    "github.com/OJPreston/ASCOF, ascof_14_19.rds, 614f315cc46ea2e70c772e102862d773f2062b27",
    "Five yearly files stacked and put into another container; counts of 2014-15 are rounded to 5"
    " and there are no margins of error before 2016-17",
)
EXTRACT_2019_20 = RawFile(
    "ascof-extract-2019-20",
    "ascof/ascof_2019-20_outcomes_extract.csv.gz",
    "NHS Digital",
    "Measures from the Adult Social Care Outcomes Framework, England, 2019-20: open data, cut to"
    " the outcomes by a third party",
    2020,
    "OGL v3",
    f"{_DATAHUB}, Data/2020/final_data_2020.csv, 284a28a4094fce5e4d57686d2d94e85ad0250c14",
    "No counts and no margins of error, so its figures have no interval; missing values are left"
    " out of the file",
)
OPEN_DATA_2020_21 = RawFile(
    "ascof-open-data-2020-21",
    "ascof/ascof_open_data_2020-21_v2.xlsx",
    "NHS Digital",
    "Measures from the Adult Social Care Outcomes Framework, England, 2020-21: open data, version"
    " 2",
    2021,
    "OGL v3",
    f"{_DATAHUB}, Data/2021/meas-from-asc-of-eng-2021-open-data-csv_v2.xlsx,"
    " 284a28a4094fce5e4d57686d2d94e85ad0250c14",
    "The survey was voluntary and 18 councils took part",
)
WELLBEING = RawFile(
    "ons-wellbeing-2022-23",
    "wellbeing/ons_personal_wellbeing_2011-12_to_2022-23_england_upper_tier.csv.gz",
    "Office for National Statistics",
    "Personal well-being estimates by local authority (Annual Population Survey)",
    2023,
    "OGL v3",
    "github.com/ONSdigital/explore-local-statistics-data,"
    " personal-wellbeing-estimates/personal-wellbeing-estimates.csv,"
    " 4972c588d0c192839afc8fa54ae82cb3dc7721ed",
    "Rows of English upper-tier areas, on the boundaries of April 2022; everyone aged 16 and over",
)
COUNCIL_REFERENCE = RawFile(
    "council-reference",
    "reference/derived_council_reference_153.csv",
    "Put together for this review from DHSC, NHS Digital, Oflog and MHCLG",
    "Councils of ASCOF 2024-25: codes, region, type, former codes, adult population, deprivation",
    2025,
    "OGL v3",
    "ASCOF 2024-25 time series (tables 2B and 2C), CASSR list (github.com/craig-shenton/"
    "ascof-r-model), Oflog Data Explorer (github.com/communitiesuk/oflog-automated-text), English"
    " indices of deprivation 2019, File 11",
    "Regions of the four councils that began in 2021 and 2023, and former codes, filled in by hand",
)
POPULATION = RawFile(
    "ons-population-2020",
    "population/ons_mid_year_population_2015_2020_upper_tier_single_year.csv",
    "Office for National Statistics",
    "Population estimates, mid-2015 to mid-2020, table MYE2",
    2021,
    "OGL v3",
    f"{_DATAHUB}, Data/2015 to Data/2020, MYE2 workbooks, c481891bca2bca6dd78f79506204124a65e89186",
    "Used for the populations that ASCOF 2024-25 suppresses: Rutland (18 to 64), City of London"
    " (18 to 64) and Isles of Scilly",
)
HEX_MAP = RawFile(
    "hex-map-2019",
    "geo/uk-upper-tier-local-authorities.hexjson.json",
    "Open Innovations",
    "Hex map of upper-tier local authorities, boundaries of April 2019",
    None,
    "MIT",
    "github.com/odileeds/hexmaps, maps/uk-upper-tier-local-authorities.hexjson,"
    " 5383e24a0fbfb1a53e0dcafdf902bf6213e22b75",
    "Recoded to today's councils; four new councils placed, and two neighbours moved, by hand",
)

RAW_FILES = (
    TIME_SERIES,
    OPEN_DATA_2014_19,
    EXTRACT_2019_20,
    OPEN_DATA_2020_21,
    WELLBEING,
    COUNCIL_REFERENCE,
    POPULATION,
    HEX_MAP,
)


def files_table(raw: Path) -> pd.DataFrame:
    """data/indicators/files.csv: one row per raw file, with the checksum of its bytes."""
    rows = []
    for file in RAW_FILES:
        path = file.within(raw)
        rows.append(
            {
                "file_id": file.file_id,
                "file": path.name,
                "publisher": file.publisher,
                "title": file.title,
                "published": file.published,
                "licence": file.licence,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "origin": file.origin,
                "note": file.note,
            }
        )
    return pd.DataFrame(rows).astype({"published": "Int64"}).sort_values("file_id")
