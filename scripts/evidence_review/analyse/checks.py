"""What came of executing published notebooks again, and whether that still holds for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Check:
    """A published notebook executed again beside what was published.

    page: its place in the book. notebook: which one it is a run of. content: SHA-256 of the
    published notebook. inputs: checksum of what it was made from. at: when, in UTC, ISO 8601.
    cells: code cells executed. outputs: how many outputs of each kind were compared: the MIME type,
    "stream" for what was printed. pictures: how many of these were pictures; same_pictures: how many
    of the pictures came out with the same bytes. files: files to download that were made again.
    differences: one line each; none when all came out the same.
    """

    page: str
    notebook: str
    content: str
    inputs: str
    at: str
    cells: int
    outputs: dict[str, int]
    pictures: int
    same_pictures: int
    files: int
    differences: tuple[str, ...]


@dataclass(frozen=True)
class PublishedPage:
    """A page of the book and the last check of it; none when it was never checked.

    holds: whether the page and what it was made from are still those that were checked.
    """

    page: str
    notebook: str
    check: Check | None = None
    holds: bool = False

    @property
    def state(self) -> str:
        """A key of `STATES`."""
        if self.check is None:
            return "not checked"
        if not self.holds:
            return "changed since"
        return "differs" if self.check.differences else "same"


STATES = {
    "same": "came out the same again",
    "differs": "came out otherwise",
    "changed since": "made again since the last check, or from other inputs",
    "not checked": "not checked in this copy",
}


@dataclass
class Tally:
    """Pages by state, and what was compared in those whose check holds."""

    pages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    cells: int = 0
    texts: int = 0
    pictures: int = 0
    same_pictures: int = 0
    files: int = 0
    first: str = ""
    last: str = ""


def tally(pages: Sequence[PublishedPage]) -> Tally:
    """All of the pages added up; texts: outputs compared that belong to no picture."""
    result = Tally()
    for one in pages:
        result.pages[one.state] += 1
        if one.check is None or not one.holds:
            continue
        check = one.check
        result.cells += check.cells
        result.texts += sum(check.outputs.values()) - check.pictures
        result.pictures += check.pictures
        result.same_pictures += check.same_pictures
        result.files += check.files
        result.first = min(filter(None, (result.first, check.at)))
        result.last = max(result.last, check.at)
    return result
