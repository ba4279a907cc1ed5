"""Known faults of the theme's HTML, mended after the build. Each says what was wrong."""

import re
from pathlib import Path

# sphinx-book-theme draws the arrow that opens a branch of the contents without a name, so that a
# screen reader says only "button" (WCAG 4.1.2). It gets the name of the page it belongs to.
_BRANCH = re.compile(r"(>)([^<>]+)(</a>\s*<details[^>]*>\s*<summary)(>)")


def mend(text: str) -> str:
    """One page's HTML without the faults."""
    return _BRANCH.sub(r'\1\2\3 aria-label="Pages under \2"\4', text)


def mend_pages(folder: Path) -> None:
    """Mend every page of a built book in place."""
    for path in sorted(folder.rglob("*.html")):
        path.write_text(mend(path.read_text(encoding="utf-8")), encoding="utf-8")
