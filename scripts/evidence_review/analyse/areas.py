"""An area that a report can be made for: a council, a region, a type of council, or England."""

from dataclasses import dataclass, field

import pandas as pd

from evidence_review.analyse.names import (
    find_council,
    nearest_names,
    plain_name,
    shown_name,
    where_it_lies,
)
from evidence_review.errors import UnknownNameError

# Names that take an article in a sentence.
WITH_ARTICLE = (
    "City of London",
    "Isles of Scilly",
    "Isle of Wight",
    "East Riding of Yorkshire",
    "North East",
    "North West",
    "South East",
    "South West",
    "East Midlands",
    "West Midlands",
    "East of England",
)


@dataclass(frozen=True)
class Area:
    """One area. level: "council", "region", "council type" or "england".

    council: its row of the councils table, for a council.
    """

    code: str
    name: str
    level: str
    council: pd.Series | None = field(default=None, repr=False, compare=False)

    @property
    def said(self) -> str:
        """The name in a sentence: "the City of London", "shire counties", "Camden"."""
        if self.level == "council type" and "London" not in self.name:
            return self.name.lower()
        return f"the {self.name}" if self.name in WITH_ARTICLE else self.name

    @property
    def slug(self) -> str:
        """The name as part of an address."""
        if self.council is not None:
            return str(self.council["slug"])
        return plain_name(self.name).replace(" ", "-")

    @property
    def page(self) -> str:
        """The place of its page in the book, without an ending."""
        return f"{'councils' if self.level == 'council' else 'areas'}/{self.slug}"


def find_area(
    areas: pd.DataFrame, councils: pd.DataFrame, asked: str, places: pd.DataFrame | None = None
) -> Area:
    """The area that a name, ONS code, council code or slug stands for.

    areas: data/areas.csv. councils: data/councils.csv. places: data/council_places.csv. Raises
    UnknownNameError with the nearest names; for an abolished council, with those that followed it;
    for a place, with the councils that it lies in.
    """
    plain = plain_name(str(asked))
    names = areas.set_index("area_code")["name"]
    for row in areas[areas["last_year"].notna() & areas["last_year"].ne("")].to_dict("records"):
        codes = row["successors"].split(";")
        if row["name"] == names[codes[0]]:  # the same territory under a former code: one series
            if plain == plain_name(row["area_code"]):
                return find_area(areas, councils, codes[0], places)
        elif plain.removesuffix(" council") in (
            plain_name(row["name"]),
            plain_name(row["area_code"]),
        ):
            after = " and ".join(names[code] for code in codes)
            raise UnknownNameError(
                f"{row['name']} (code {row['area_code']}) was a council until {row['last_year']}; "
                f"ask for {after}."
            )
    try:
        row = find_council(councils, asked)
    except UnknownNameError:
        pass
    else:
        return Area(str(row["area_code"]), str(row["name"]), "council", row)
    wider = areas[areas["level"].ne("council")]
    for row in wider.to_dict("records"):
        if plain in (plain_name(row["name"]), plain_name(row["area_code"])):
            return Area(row["area_code"], row["name"], row["level"])
    if places is not None and (told := where_it_lies(places, councils, str(asked))):
        raise UnknownNameError(told)
    choices = [*councils["name"], *wider["name"]]
    near = nearest_names(plain, choices)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownNameError(
        f"no council or other area is called “{shown_name(str(asked))}”.{hint} Give a name, an ONS code or a slug "
        "from data/councils.csv, a region, a type of council or England."
    )


def wider_areas(areas: pd.DataFrame) -> list[Area]:
    """England, the regions and the types of council: each level by name."""
    found = []
    for level in ("england", "region", "council type"):
        rows = areas[areas["level"].eq(level)].sort_values("name")
        found += [Area(row["area_code"], row["name"], level) for row in rows.to_dict("records")]
    return found


def councils_of(area: Area, councils: pd.DataFrame) -> pd.DataFrame:
    """The councils of today in a region or of a type, by name; none for a council or England."""
    column = {"region": "region_code", "council type": "council_type_code"}.get(area.level)
    own = councils[councils[column].eq(area.code)] if column else councils.head(0)
    return own.sort_values("name")
