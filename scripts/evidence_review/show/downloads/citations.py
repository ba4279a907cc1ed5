"""The report and its sources as references."""

import re
from dataclasses import dataclass

from evidence_review import __version__
from evidence_review.analyse.gap_map import SYNTHESIS
from evidence_review.analyse.review import Review
from evidence_review.show.downloads.about import REVIEW
from evidence_review.show.downloads.gap_map import register_rows
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import sentence


@dataclass(frozen=True)
class Reference:
    """A source as a reference manager takes it in. type: of RIS (RPRT, DBASE or GEN).

    people: “Family, Given”. Text that is not known is blank.
    """

    key: str
    type: str
    title: str
    people: tuple[str, ...]
    publisher: str
    year: str
    kind: str
    address: str
    note: str

    @property
    def organisation(self) -> str:
        """The publisher as author, where no person is named and it is the name of a body."""
        # “councils” and “various” say what published it, and are nobody's name.
        return "" if self.people or not self.publisher[:1].isupper() else self.publisher


def bibliography(review: Review) -> Html:
    """The report and its sources as a list of references, in alphabetical order."""
    entries = [
        {
            "title": reference.title,
            "by": sentence("; ".join(reference.people) or reference.publisher),
            "year": reference.year,
            "address": reference.address,
        }
        for reference in references(review)
    ]
    entries.sort(key=lambda entry: (entry["by"].lower(), entry["title"]))
    return fragment("bibliography.html", entries=entries)


def references(review: Review) -> list[Reference]:
    """The report, then its sources in the order of the register."""
    made = (
        f"From {REVIEW}, version {__version__}. Text: MIT licence; facts from the report: Think "
        "Local Act Personal (2017)."
    )
    report = review.documents.set_index("document_id").loc["report"]
    families = review.kinds.set_index("kind")["family"]
    found = [
        Reference(
            key="gathering-the-evidence",
            type="RPRT",
            title=report["title"],
            people=("Fox, Alex", "Parkin, Tim"),
            publisher=report["publisher"],
            year=str(report["year"]),
            kind="report",
            address="",
            note=f"{report['what_it_is']}. {made}",
        )
    ]
    for row in register_rows(review).to_dict("records"):
        published = re.fullmatch(r"published (\d{4})", row["in_2017"])
        family = families[row["kind"]]
        is_report = bool(published) or family == SYNTHESIS
        today = row["today_in_full"]
        if not today.startswith(row["today"]):
            today = f"{row['today']} – {today}"
        found.append(
            Reference(
                key=row["source_id"],
                type="DBASE" if family == "official figures" else "RPRT" if is_report else "GEN",
                title=row["source"],
                people=(),
                publisher=row["publisher"],
                year=published.group(1) if published else "",
                kind=row["kind"],
                address=row["address"],
                note=f"In 2017: {row['in_2017']}. Today: {today}. "
                f"Date of the page read: {row['address_date']}. {made}",
            )
        )
    return found
