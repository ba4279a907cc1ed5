"""What the tests of a council's own evidence share: a folder, and reading it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_review.read.contract import load_table
from evidence_review.read.own import OwnEvidence, examine

QUESTIONS = """question,wording,scale,good,left_out,element,frame,universal,standard
control,How much control do you have?,1 All I want;2 Enough;3 Some;4 None,1;2,,E2.1,F3,no,ascs-3a
plan-say,How much say did you have?,1 Enough;2 Too little;9 I have no plan,1,9,Systems and processes,Experience,yes,
"""
RESPONSES = """weight,age_group,sex,support_reason,budget_type,wave,person,control,plan-say
0.85,18-64,female,physical support,direct payment,2023-24,P1,1,2
1.2,65+,Male,Social Support,Managed,2023-24,P2,,9
1,65 and over,other,mental health support,individual service fund,2024-25,P1,4,1
"""
DOCUMENTS = """kind,title,year,address,elements,frames,extent,note
local document,Local Account,2024,,E3,F3,full,
"""
WAVES = "wave,eligible,note\n2023-24,900,All with long-term support\n2024-25,,\n"
GOOD = {
    "documents.csv": DOCUMENTS,
    "questions.csv": QUESTIONS,
    "responses.csv": RESPONSES,
    "waves.csv": WAVES,
}

Read = Callable[..., tuple[OwnEvidence, list[str]]]


@pytest.fixture(scope="session")
def good() -> dict[str, str]:
    """The files of a folder in which nothing is wrong: name → content."""
    return dict(GOOD)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Lays files into a folder, in place of those of the last call, and reads it.

    Called with name → content (text or bytes). Returns what was found, and what is wrong.
    """
    tables = [load_table(name) for name in ("elements", "frames", "kinds", "survey_items")]

    def lay(files: dict[str, str | bytes]) -> tuple[OwnEvidence, list[str]]:
        for path in tmp_path.iterdir():
            path.unlink()
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(raw)
        return examine(tmp_path, *tables)

    return lay
