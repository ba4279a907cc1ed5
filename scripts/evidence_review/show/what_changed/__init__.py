"""What changed between two states of the data: in the terminal, as a page, and as CSV."""

from evidence_review.show.what_changed.figures import figures_csv
from evidence_review.show.what_changed.report import in_terminal, page

__all__ = ["figures_csv", "in_terminal", "page"]
