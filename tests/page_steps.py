"""What a page of the book tells its readers to type, and what it says that they will see."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from evidence_review.paths import BOOK

FENCE = re.compile(
    r"^```(?:\{code-block\} )?(?P<kind>\w*)\n(?::caption: (?P<file>\S+)\n\n)?(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PROGRAM = "python3 scripts/review.py"
BIN = ".venv/bin/"


@dataclass(frozen=True)
class Block:
    """A fenced block. kind: blank for commands, "text" for what is printed, "diff" for a change of a
    table, or a language. file: which table is changed."""

    kind: str
    text: str
    file: str = ""


def blocks(page: str, heading: str = "") -> list[Block]:
    """Those of a page, or of one part of it."""
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    if heading:
        _, text = text.split(f"\n## {heading}\n")
        text = text.split("\n## ")[0]
    found = blocks_in(text)
    assert found, f"{page} has no block under “{heading}”"
    return found


def blocks_in(text: str) -> list[Block]:
    """Those of a text in Markdown."""
    return [Block(one["kind"], one["text"], one["file"] or "") for one in FENCE.finditer(text)]


def is_printed(block: Block, printed: str) -> bool:
    """Whether it was printed as the page says. A line “…” stands for any lines, “…” inside a line for
    anything in it."""
    pattern = ""
    for line in block.text.splitlines():
        words = ".*?".join(map(re.escape, line.split("…")))
        pattern += r"(?:.*\n)*?" if line == "…" else rf"{words}\n"
    return re.search(rf"^{pattern}", printed, re.MULTILINE) is not None


class Project:
    """A copy of this checkout, and a home folder, in which somebody does what a page says."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home

    def run(self, command: str) -> str:
        """What a command of a page prints; it must succeed. Commands of the review start at once:
        setting up their environment has tests of its own."""
        words = shlex.split(command.replace("~/", f"{self.home}/"))
        if command.startswith(PROGRAM):
            words = [sys.executable, "-m", "evidence_review", *words[2:]]
        elif words[0].startswith(BIN):
            words = [sys.executable, "-m", words[0].removeprefix(BIN), *words[1:]]
        environment = {
            **os.environ, "HOME": str(self.home), "PYTHONPATH": str(self.folder / "scripts"),
        }  # fmt: skip
        environment.pop("EVIDENCE_REVIEW_DATA", None)
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def change(self, block: Block) -> None:
        """Make a change of a table as a page shows it; rows that are only added go to the end."""
        table = self.folder / block.file
        lines = block.text.splitlines(keepends=True)
        gone = "".join(line[1:] for line in lines if line.startswith("-"))
        new = "".join(line[1:] for line in lines if line.startswith("+"))
        text = table.read_text(encoding="utf-8")
        assert not gone or text.count(gone) == 1, f"{block.file} has no such row: {gone}"
        changed = text.replace(gone, new) if gone else text + new
        table.write_text(changed, encoding="utf-8")

    def follow(self, steps: list[Block]) -> None:
        """Do all steps in their order; what each command prints must be what the page says."""
        printed = ""
        for step in steps:
            if step.kind == "diff":
                self.change(step)
            elif step.kind == "text":
                assert is_printed(step, printed), f"not as the page says:\n{step.text}\n{printed}"
            elif not step.kind:
                printed = "".join(map(self.run, step.text.splitlines()))
