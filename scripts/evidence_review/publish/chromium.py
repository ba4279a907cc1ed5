"""The Chromium that is installed on this machine: it prints pages, and the tests read the book in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

from evidence_review.errors import ReviewError

NAMED = "EVIDENCE_REVIEW_CHROMIUM"
USUAL_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It is to show what lies on this machine, and nothing else.
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Where it is: EVIDENCE_REVIEW_CHROMIUM, else the usual names; none when there is none."""
    found = (path for name in USUAL_NAMES if (path := shutil.which(name)))
    return os.environ.get(NAMED) or next(found, None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window. Raises ReviewError when there is none, or it does not start."""
    path = find_chromium()
    if not path:
        raise ReviewError(f"no Chromium or Chrome was found; install one, or say where in {NAMED}")
    # Chromium's sandbox refuses to work for root, as whom containers run.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=path, args=[*QUIET, *(["--no-sandbox"] if as_root else [])]
            )
        except BrowserError as error:
            said = error.message.splitlines()[0].removeprefix("BrowserType.launch: ")
            raise ReviewError(
                f"{path}: does not start as Chromium does ({said}). Install Chromium or Chrome, or"
                f" say where it is in {NAMED}"
            ) from None
        try:
            yield browser
        finally:
            browser.close()
