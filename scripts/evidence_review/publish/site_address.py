"""The address under which a book is published, if that is known when it is made.

Most of the book does without: its links are relative. Search engines and cards in social media take
whole addresses only.
"""

import os
from urllib.parse import urlsplit

from evidence_review.errors import ReviewError

VARIABLE = "EVIDENCE_REVIEW_URL"


def site_address() -> str:
    """The address of the book's top folder, with a slash at its end; blank when it is not known.

    Raises ReviewError when EVIDENCE_REVIEW_URL holds something else than an http or https address.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        whole = whole and not parts.username
    except ValueError:
        whole = False
    if not whole or any(letter in given for letter in " \"'<>\\?#") or not given.isprintable():
        raise ReviewError(
            f"{VARIABLE}: “{given[:80]}” is no address of a folder. Expected one such as"
            " https://example.org/review/, or leave it blank."
        )
    return given.removesuffix("/index.html").rstrip("/") + "/"
