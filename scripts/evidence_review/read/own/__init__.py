"""A council's own evidence: tables that an analyst keeps in a folder outside the repository.

People fill them in by hand, mostly in Excel, so all faults are named at once, in the words of a
spreadsheet. `documents` has one row for each document that the council lodges; `questions`,
`responses` and `waves` hold a survey of the council's own.
"""

from evidence_review.read.own.documents import cells_of
from evidence_review.read.own.evidence import NO_EVIDENCE, OwnEvidence, examine, own_evidence
from evidence_review.read.own.files import expanded
from evidence_review.read.own.invented import INVENTED, invented_council

__all__ = [
    "INVENTED",
    "NO_EVIDENCE",
    "OwnEvidence",
    "cells_of",
    "examine",
    "expanded",
    "invented_council",
    "own_evidence",
]
