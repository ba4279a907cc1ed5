"""What the tests of accessibility look at: they read it here, and the book prints it."""

import re
from importlib.metadata import distribution

# Kinds of pages, each with the page that stands for it.
KINDS = {
    "the home page": "index",
    "the page in easy words": "in-easy-words",
    "how to read": "how-to-read",
    "the glossary": "glossary",
    "the gap map": "gap-map",
    "then and now": "then-and-now",
    "gaps": "gaps",
    "the coding": "coding",
    "guides for readers": "readers/index",
    "a guide": "readers/people",
    "the register of sources": "sources/index",
    "a source": "sources/poet",
    "the list of councils": "councils/index",
    "the council with the fewest figures": "councils/isles-of-scilly",
    "England": "areas/england",
    "a region": "areas/london",
    "a tutorial": "tutorial-own-evidence",
    "a guide to one task": "how-to-change-the-map",
    "a page of reference": "reference-tables",
    "all councils at once": "figures/all-councils",
    "how far councils differ": "figures/variation",
    "a chapter on the figures": "figures/budgets-and-outcomes",
    "a chapter over time": "figures/direct-payments",
    "key questions": "questions",
    "the National Audit Office’s questions": "nao",
    "the five tests": "five-tests",
    "what the report asks for": "recommendations",
    "the method": "method",
    "data and downloads": "data",
    "checked outputs": "checked-outputs",
    "how fast it is": "how-fast",
    "references": "references",
    "about the review": "about",
    "this statement": "accessibility",
    "results of a search": "search",
    "an address that leads nowhere": "404",
}
DRAWN = 20  # councils drawn at random
WIDE, NARROW = 1280, 320  # CSS pixels
LARGE = "200%"  # of the usual size of text


def kinds() -> str:
    """The kinds of pages in a sentence."""
    *most, last = KINDS
    return f"{', '.join(most)} and {last}"


def axe_version() -> str:
    """The version of axe-core that the tests use. Raises ValueError when its file does not say."""
    file = distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")
    with open(str(file), encoding="utf-8") as script:
        found = re.match(r"/\*! axe v(\S+)", script.read(100))
    if not found:
        raise ValueError(f"{file} does not say its version in its first line")
    return found[1]
