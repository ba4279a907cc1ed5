"""Two builds give the same book: wherever, whenever, and with whatever settings they are made."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.page_steps import PROGRAM, Block, blocks, is_printed

from evidence_review.paths import ROOT

SETTINGS = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "80"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "COLUMNS": "200"},
)
OPTIONS = (["--jobs", "1"], ["--jobs", "2", "--ordinary-kernels"])
PLACES = ("one", "a second folder, far deeper/ü")


def copy_and_build(
    place: Path, settings: dict[str, str], options: list[str]
) -> tuple[str, dict[str, bytes]]:
    """Build the sample in a copy of this checkout: what is said, and every file of the book."""
    ignored = shutil.ignore_patterns("_build", ".*", "__pycache__", "tests")
    shutil.copytree(ROOT, place, ignore=ignored)
    return build(place, settings, options)


def build(
    place: Path, settings: dict[str, str], options: list[str]
) -> tuple[str, dict[str, bytes]]:
    environment = {**os.environ, **settings, "PYTHONPATH": str(place / "scripts")}
    environment.pop("EVIDENCE_REVIEW_DATA", None)
    done = subprocess.run(
        [sys.executable, "-m", "evidence_review", "build", "--sample", *options],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    html = place / "_build" / "html"
    return done.stdout, {
        path.relative_to(html).as_posix(): path.read_bytes()
        for path in html.rglob("*")
        if path.is_file()
    }


def test_two_builds_of_the_sample_are_the_same_files_and_say_what_the_tutorial_does(
    tmp_path: Path,
) -> None:
    places = [tmp_path / name for name in PLACES]
    with ThreadPoolExecutor(2) as both:
        (said, one), (_, other) = both.map(copy_and_build, places, SETTINGS, OPTIONS)
    assert "councils/city-of-london.html" in one
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    _, first, shown, *_, again, shown_again = blocks("tutorial-first-run")
    assert first == again == Block("", f"{PROGRAM} build --sample\n")
    assert is_printed(shown, said)
    assert is_printed(shown_again, build(places[0], SETTINGS[0], OPTIONS[0])[0])
