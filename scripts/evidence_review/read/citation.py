"""How to cite the review: CITATION.cff."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from evidence_review.paths import ROOT

FILE = ROOT / "CITATION.cff"


@dataclass(frozen=True)
class Citation:
    """What a reference to the review holds. released: a day as 2026-11-21."""

    author: str
    title: str
    version: str
    released: str

    def __str__(self) -> str:
        return f"{self.author} ({self.released[:4]}). {self.title}. Version {self.version}."


def citation(path: Path = FILE) -> Citation:
    """The reference to the review that CITATION.cff describes."""
    about = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Citation(
        author=", ".join(author["name"] for author in about["authors"]),
        title=about["title"],
        version=str(about["version"]),
        released=about["date-released"].isoformat(),
    )
