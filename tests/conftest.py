"""What several tests share: the review, the built book, and a real browser to read it with."""

import csv
import functools
import http.server
import os
import random
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser

from evidence_review.analyse.review import Review, open_review
from evidence_review.paths import DATA, HTML, ROOT
from evidence_review.publish.chromium import NAMED, chromium, find_chromium
from evidence_review.show.accessibility import DRAWN

# A value that was not filled in, and slips of a sentence that was put together from parts.
HOLE = re.compile(r"\bnan\b|NaN|<NA>|\bNone\b(?! of| recorded)|<td[^>]*></td>|\(\)|\bNaT\b")
SLIP = re.compile(
    r" {2}| [,.;:]|\.\.|,,|;\.|: \.|\b([a-z]+) \1\b|\bof none\b|\b0 (?:is|are)\b"
    r"|\b1 (?:figures|indicators|years|sources|cells|measures)\b"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", help="draw the councils for tests in a browser by this")


def pytest_report_header(config: pytest.Config) -> str:
    return f"councils drawn with --seed {seed(config)}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Councils drawn at random: others with each commit, the same for all who test one."""
    if "drawn_council" in metafunc.fixturenames:
        with (DATA / "councils.csv").open(encoding="utf-8", newline="") as file:
            slugs = sorted(row["slug"] for row in csv.DictReader(file))
        drawn = random.Random(seed(metafunc.config)).sample(slugs, DRAWN)
        metafunc.parametrize("drawn_council", sorted(drawn))


@functools.cache
def seed(config: pytest.Config) -> str:
    """What is drawn by: the option, else the commit, else (no Git here) always the same."""
    if given := config.getoption("--seed"):
        return str(given)
    commit = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        done = subprocess.run(commit, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return "none"
    return done.stdout.strip() or "none"


@pytest.fixture(scope="session")
def review() -> Review:
    return open_review()


@pytest.fixture(scope="session")
def reads_well() -> Callable[[str], str]:
    """A function that says what is wrong with words put together from data; blank when nothing."""

    def wrong(text: str) -> str:
        found = HOLE.search(text) or SLIP.search(text)
        return text[max(0, found.start() - 60) : found.end() + 40] if found else ""

    return wrong


def skip_or_fail(reason: str) -> NoReturn:
    """Skip on a person's machine; fail in CI, where nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built book."""
    if not (HTML / "index.html").exists():
        skip_or_fail("there is no book in _build/html; run `review build` first")
    return HTML


@pytest.fixture(scope="session")
def address(html: Path) -> Iterator[str]:
    """The book on a free port of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(html))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not find_chromium():
        skip_or_fail(f"no Chromium found; install it or set {NAMED}")
    with chromium() as browser:
        yield browser
