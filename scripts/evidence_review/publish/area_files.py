"""The files that go with an area's page: its figures as a table and as a spreadsheet."""

from functools import cache
from typing import Any

from evidence_review.analyse.council import council_report
from evidence_review.analyse.review import Review, open_review


@cache
def _review() -> Review:
    # Once in each worker: reading the tables takes longer than the files of one area.
    return open_review()


def area_files(parameters: dict[str, Any]) -> dict[str, bytes]:
    """Name → content. parameters: those of the council notebook, with which its page was made."""
    # Half a second, for Matplotlib: not for commands that only name the runs.
    from evidence_review.show.downloads import council_files

    return council_files(council_report(_review(), **parameters))
