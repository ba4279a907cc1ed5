"""Which state of the project this is, as version control knows it."""

import subprocess
from dataclasses import dataclass

from evidence_review import __version__
from evidence_review.paths import ROOT


@dataclass(frozen=True)
class Revision:
    """A state of the project. commit: its full name, blank outside version control.

    changed: whether files that version control knows are not as in that commit.
    """

    version: str
    commit: str
    changed: bool

    def __str__(self) -> str:
        if not self.commit:
            return f"version {self.version}"
        more = " with changes" if self.changed else ""
        return f"version {self.version}, commit {self.commit[:10]}{more}"


def revision() -> Revision:
    """That of this checkout."""
    commit = git("rev-parse", "HEAD").decode().strip() if (ROOT / ".git").exists() else ""
    changed = bool(commit and git("status", "--porcelain", "--untracked-files=no"))
    return Revision(__version__, commit, changed)


def git(*arguments: str) -> bytes:
    """What git says of this checkout; nothing when it is missing, or refuses."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True)
    except (OSError, ValueError):  # ValueError: a NUL in a name
        return b""
    return done.stdout if done.returncode == 0 else b""
