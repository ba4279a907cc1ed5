"""Docstrings and help texts as HTML."""

import inspect
import re

from markupsafe import Markup, escape


def marked(text: str) -> Markup:
    """A text in which backticks set off code, in HTML and on one line."""
    joined = " ".join(text.split())
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(joined))))


def paragraphs(docstring: str) -> Markup:
    """A docstring as HTML: its paragraphs, with a line break between them."""
    parts = re.split(r"\n\s*\n", inspect.cleandoc(docstring))
    return Markup("<br>").join(marked(part) for part in parts)
