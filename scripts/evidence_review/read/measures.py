"""What the publishers call each indicator.

Measure codes were given out anew in 2023-24, and some of them (1B, 1C, 1D, 3A, 3C, 3D, 4B) now
name another measure. So a code is only read together with the scheme it belongs to, and every
title is compared with words that it must hold.
"""

import re
from dataclasses import dataclass

SURVEY, COUNTED, POPULATION = "survey", "counted", "population"


@dataclass(frozen=True)
class Measure:
    """One indicator in the words of its publishers.

    code: ASCOF code up to 2022-23, without brackets ("1C2A"); "" where there was none.
    sheet: sheet of the DHSC time series; "" where it has none.
    words: pattern that its title matches in every file, in lower case.
    kind: `survey` (published margins of error), `counted` (numerator and denominator),
        `population` (published limits).
    scale: the lowest and highest value that the measure can take.
    per: what a proportion is multiplied by: 100, or 100,000 for a rate.
    decimals: decimals that the publisher prints.
    """

    indicator_id: str
    code: str
    sheet: str
    words: str
    kind: str
    scale: tuple[float, float] = (0, 100)
    per: int = 100
    decimals: int = 1

    def fits(self, title: str) -> bool:
        """Whether a publisher's title is that of this measure."""
        return re.search(self.words, title.lower()) is not None


_ANY = float("inf")

MEASURES = (
    Measure(
        "quality-of-life", "1A", "Table_1a", "social care-related quality of life", SURVEY, (0, 24)
    ),
    # The adjusted score is a weighted sum less an adjustment, and may fall below 0.
    Measure(
        "adjusted-quality-of-life",
        "1J",
        "Table_1b",
        "adjusted social care-related quality of life",
        SURVEY,
        (-_ANY, _ANY),
        decimals=3,
    ),
    Measure("control", "1B", "Table_3a", "control over their daily li", SURVEY),
    Measure(
        "satisfaction", "3A", "Table_1d", "overall satisfaction of people who use services", SURVEY
    ),
    Measure("information", "3D1", "Table_3c(1)", "find it easy to find information", SURVEY),
    Measure(
        "social-contact", "1I1", "Table_5a(1)", "as much social contact as they would like", SURVEY
    ),
    Measure("feel-safe", "4A", "Table_4a", "people who use services who feel safe", SURVEY),
    Measure("services-feel-safe", "4B", "", "made them feel safe and secure", SURVEY),
    Measure(
        "carer-quality-of-life", "1D", "Table_1c", "carer-reported quality of life", SURVEY, (0, 12)
    ),
    Measure("carer-satisfaction", "3B", "Table_1e", "overall satisfaction of carers", SURVEY),
    Measure("carer-consulted", "3C", "Table_3b", "included or consulted in discussion", SURVEY),
    Measure(
        "carer-information",
        "3D2",
        "Table_3c(2)",
        "carers who find it easy to find information",
        SURVEY,
    ),
    Measure(
        "carer-social-contact",
        "1I2",
        "Table_5a(2)",
        "carers who reported that they had as much social contact",
        SURVEY,
    ),
    Measure(
        "self-directed-support", "1C1A", "Table_3d(1a)", "receive self-directed support", COUNTED
    ),
    Measure("direct-payments", "1C2A", "Table_3d(2a)", "receive direct payments", COUNTED),
    Measure("carer-self-directed-support", "1C1B", "", "receive self-directed support", COUNTED),
    Measure("carer-direct-payments", "1C2B", "", "receive direct payments", COUNTED),
    Measure("reablement", "2D", "Table_2a", "sequel to service|received reablement", COUNTED),
    Measure("admissions-18-64", "2A1", "Table_2b", "admission", COUNTED, (0, _ANY), per=100_000),
    Measure("admissions-65", "2A2", "Table_2c", "admission", COUNTED, (0, _ANY), per=100_000),
    Measure("providers-good", "", "Table_6b", "rated good or outstanding", COUNTED),
    Measure("happiness", "", "", "completely happy", POPULATION, (0, 10), decimals=2),
    Measure("anxiety", "", "", "completely anxious", POPULATION, (0, 10), decimals=2),
)

BY_ID = {measure.indicator_id: measure for measure in MEASURES}
BY_CODE = {measure.code: measure for measure in MEASURES if measure.code}
BY_SHEET = {measure.sheet: measure for measure in MEASURES if measure.sheet}


def basis_of(indicator_id: str, year: str) -> str:
    """The basis_id (see data/indicators/bases.csv) on which a figure of this year stands.

    A line may join two figures of an indicator only when their basis is the same.
    """
    measure = BY_ID[indicator_id]
    if measure.kind == POPULATION:
        return "aps"
    if indicator_id == "providers-good":
        return "cqc"
    if measure.kind == COUNTED:
        return "cld" if year >= "2024-25" else "salt"
    if indicator_id.startswith("carer-"):
        return "sace-2014-15" if year == "2014-15" else "sace"
    if year == "2020-21":
        return "ascs-2020-21"
    if indicator_id == "adjusted-quality-of-life":
        return "ascs-adjusted-to-2019-20" if year < "2020-21" else "ascs-adjusted-from-2021-22"
    return "ascs"
