"""The publishers' own files, where somebody has them: back tests read them again."""

import os
from pathlib import Path

import pytest

from evidence_review.paths import ROOT
from evidence_review.read.raw_files import RawFile, raw_files

FOLDER = "EVIDENCE_REVIEW_RAW"


def raw_or_skip() -> Path:
    """The folder that EVIDENCE_REVIEW_RAW names, or one beside the checkout. Skips without either."""
    folder = Path(os.environ.get(FOLDER) or ROOT.parent / "shared" / "data" / "raw")
    if not folder.is_dir():
        pytest.skip(f"the publishers' raw files are not at {folder} (set {FOLDER})")
    return folder


def raw_file(file_id: str) -> RawFile:
    """The file of this id, by data/indicators/files.csv."""
    return next(file for file in raw_files() if file.file_id == file_id)
