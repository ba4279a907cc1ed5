"""The HTML pages of a book once Sphinx has made them."""

from pathlib import Path

# Place from the top of the book, such as "councils/camden.html" → HTML.
Pages = dict[str, str]


def read_pages(html: Path) -> Pages:
    """All pages of a book, in the order of their places."""
    return {
        path.relative_to(html).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(html.rglob("*.html"))
    }


def write_pages(html: Path, pages: Pages) -> None:
    """Write them; the folders of new ones are made."""
    for name, text in pages.items():
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(text, encoding="utf-8")
