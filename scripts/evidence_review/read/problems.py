"""What is said when a table does not hold what it should."""

from evidence_review.errors import ReviewError


class DataError(ReviewError):
    """A table or a publisher's file is not as expected.

    The message is for people: one line per fault, with the file, the row and the column, what is
    wrong, what was expected, and what to do.
    """
