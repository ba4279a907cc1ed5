"""Pages of reference, worked out from the code and the contract that they describe."""

from evidence_review.show.reference.command_line import command_line
from evidence_review.show.reference.functions import notebook_functions
from evidence_review.show.reference.tables import tables

__all__ = ["command_line", "notebook_functions", "tables"]
