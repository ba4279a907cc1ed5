"""What the published book may do in a reader's browser: show itself, and nothing else.

The rules follow "Content Security Policy Level 3" (W3C). Scripts and styles come from the book's own
files. What the theme writes into the pages themselves is allowed by its SHA-256 alone, so that code
that somebody slipped into a page would not run.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from pathlib import Path

from evidence_review.publish.finished_pages import Pages

# The form in which many static hosts read headers: a pattern of paths, and indented headers.
FILE = "_headers"
OTHER_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
Policy = Mapping[str, tuple[str, ...]]

_CHARSET = '<meta charset="utf-8" />'
_SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc=)[^>]*>(.+?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.+?)</style>", re.DOTALL | re.IGNORECASE)
_STYLE_OF_TAG = re.compile(r"\sstyle=\"([^\"]*)\"(?=[^<>]*>)")
# Each page's own name, for a choice of versions that this book does not have: it would need a hash a page.
_NAME_OF_PAGE = re.compile(r"<script>DOCUMENTATION_OPTIONS\.pagename = '[^']*';</script>\s*")
# No hash allows code in an attribute alone; book/_static/print.js does the same.
_PRINT = ' onclick="window.print()"'


def secure(html: Path, pages: Pages) -> Pages:
    """The pages with their policy in them; all headers go into the file `_headers` of the book.

    html: the book, with its pictures. Done again, it changes nothing.
    """
    found = {
        name: without_own_code(text) if _CHARSET in text else text for name, text in pages.items()
    }
    ours = [text for text in found.values() if _CHARSET in text]
    pictures = [path.read_text(encoding="utf-8") for path in sorted(html.glob("downloads/*.svg"))]
    rules = policy([*ours, *pictures])
    headers = {"Content-Security-Policy": as_text(rules), **OTHER_HEADERS}
    lines = ["/*", *(f"  {name}: {value}" for name, value in headers.items())]
    (html / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {name: with_policy(text, rules) for name, text in found.items()}


def read_headers(html: Path) -> dict[str, str]:
    """Name → value of the headers that `secure` wrote beside the pages."""
    lines = (html / FILE).read_text(encoding="utf-8").splitlines()
    return dict(line.strip().split(": ", 1) for line in lines if line.startswith(" "))


def policy(texts: Iterable[str]) -> Policy:
    """What pages and pictures may load and run: directive → sources.

    texts: HTML and SVG as a browser opens them.
    """
    scripts: set[str] = set()
    styles: set[str] = set()
    of_tags: set[str] = set()
    for text in texts:
        scripts |= {_hash(code) for code in set(_SCRIPT.findall(text))}
        styles |= {_hash(code) for code in set(_STYLE.findall(text))}
        of_tags |= {_hash(unescape(code)) for code in set(_STYLE_OF_TAG.findall(text))}
    return {
        "default-src": ("'none'",),
        "script-src": ("'self'", *sorted(scripts)),
        # Without that word no hash would hold for an attribute. It allows those hashes, no others.
        "style-src": (
            "'self'",
            *sorted(styles | of_tags),
            *(("'unsafe-hashes'",) if of_tags else ()),
        ),
        "img-src": ("'self'", "data:"),  # the theme's own style sheets hold small pictures
        "font-src": ("'self'",),
        "connect-src": ("'self'",),  # the search reads the pages that it found
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "object-src": ("'none'",),
        "frame-ancestors": ("'none'",),
    }


def as_text(rules: Policy) -> str:
    """A policy as a header says it."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def without_own_code(page: str) -> str:
    """A page without code that is the theme's, of no use here, and that no strict policy allows."""
    return _NAME_OF_PAGE.sub("", page).replace(_PRINT, "")


def with_policy(page: str, rules: Policy) -> str:
    """A page that carries its policy, for hosts that send no headers and for folders on disk.

    There, files have no origin that 'self' could stand for: file: names them. A page from a host may
    load no such file anyway.
    """
    own = {
        name: tuple("'self' file:" if source == "'self'" else source for source in sources)
        for name, sources in rules.items()
        if name != "frame-ancestors"  # means nothing in a page
    }
    metas = (
        f'{_CHARSET}<meta http-equiv="Content-Security-Policy" content="{escape(as_text(own), quote=False)}" />'
        '<meta name="referrer" content="no-referrer" />'
    )
    return page if metas in page else page.replace(_CHARSET, metas, 1)


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
