"""Faults that a person can mend: said in one line, without a traceback."""


class ReviewError(Exception):
    """A mistake in what a person gave us. The message says what is wrong, where, and what to do."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this method, so that JupyterLab shows the message alone.
        return [f"{type(self).__name__}: {self}"]


class UnknownNameError(ReviewError):
    """A council, source or parameter that does not exist."""


class DataError(ReviewError):
    """A table or a publisher's file is missing or not as the contract says.

    The message names file, row and column, what is wrong, what was expected and what to do; one
    line for each problem.
    """
