"""Known faults of the theme's HTML, mended as it is written. Each says what was wrong.

Faults of its style sheets are mended in book/_static/page.css, and of its scripts in page.js. The
numbers are success criteria of WCAG 2.2.
"""

import re
from html import escape

# The script that draws the theme's icons, 1.5 MB on every page; book/_static/icons.css draws them.
ICON_SCRIPT = "_static/scripts/fontawesome.js"

# sphinx-book-theme draws the arrow that opens a branch of the contents without a name, so that a
# screen reader says only "button" (4.1.2). It gets the name of the page it belongs to.
_BRANCH = re.compile(r"(>)([^<>]+)(</a>\s*<details[^>]*>\s*<summary)(>)")
# That it leads to the page at hand is said by its colour alone (1.3.1, 1.4.1).
_CURRENT = re.compile(r'(<a class="current reference internal")')

# It writes titles as HTML though they are text: one with "<" in it would break the page.
_RAW_TITLES = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'(bd-sidenav__home-link">\s*<li[^>]*>\s*<a [^>]*>\s*)(.*?)(\s*</a>\s*</li>\s*</ul>)',
        r'(<div id="jb-print-docs-body"[^>]*>\s*<h1>)(.*?)(</h1>\s*<!-- Table of contents -->)',
    )
)

_CLOSE = '<form method="dialog" class="er-close"><button class="btn">{}</button></form>'
# What is replaced in each page: how the theme writes it → how it should read.
_FAULTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), mended)
    for pattern, mended in (
        # The script of the icons, with what the theme says of it.
        (rf'(?:<!--[^<>]*-->\s*)?<script defer src="[^"]*{ICON_SCRIPT}[^"]*"></script>\s*', ""),
        # A tooltip that hides what lies under it and that Escape does not close (1.4.13). The title
        # that it was made of shows itself.
        (r'\s+data-bs-placement="\w+"\s+data-bs-toggle="tooltip"', ""),
        # Two landmarks that are empty; site name, search and contents lay in none (1.3.1).
        (r'(<header id="pst-header")', r"\1 hidden"),
        (r'(<footer class="bd-footer")(?=>)', r"\1 hidden"),
        (r'(<div id="pst-primary-sidebar")', r'\1 role="banner"'),
        # The page at hand, as above; the home page's link is not made with the others.
        (
            r'(<li class="toctree-l1 current active">\s*<a class="reference internal" href="#")(?=>)',
            r'\1 aria-current="page"',
        ),
        # Landmarks that are called "Main" and "Contents", beside a main part and other contents.
        (r'(<nav class="bd-links[^"]*" aria-label=")Main"', r'\1Contents of the review"'),
        (r'(class="page-toc tocsection onthispage">.*?</i>) Contents', r"\1 On this page"),
        (
            r'<div class="prev-next-area">',
            '<div class="prev-next-area" role="navigation" aria-label="Next and previous page">',
        ),
        # Dialogs without a name (4.1.2), which nothing that can be touched closes: only the Escape
        # key, or a tap outside that nothing tells of (2.1.1, 3.3.2). Search is the first button, so
        # that the Enter key means it.
        (r'<dialog id="pst-search-dialog">', '<dialog id="pst-search-dialog" aria-label="Search">'),
        (
            r'(<dialog id="pst-search-dialog"[^>]*>.*?)(</form>)',
            r'\1<button class="btn er-go">Search</button>'
            r'<button class="btn" formmethod="dialog">Close</button>\2',
        ),
        (
            r'<dialog id="pst-primary-sidebar-modal">',
            '<dialog id="pst-primary-sidebar-modal" aria-label="Contents of the review">',
        ),
        (
            r'<dialog id="pst-secondary-sidebar-modal">',
            '<dialog id="pst-secondary-sidebar-modal" aria-label="On this page">',
        ),
        (r'(<div id="pst-primary-sidebar"[^>]*>)', rf"\1{_CLOSE.format('Close contents')}"),
        (r'(<div id="pst-secondary-sidebar"[^>]*>)', rf"\1{_CLOSE.format('Close')}"),
        # Names that say how the page is made, not what a button does (2.4.6).
        (r'title="Toggle primary sidebar"', 'title="Contents of the review"'),
        (r'title="Toggle secondary sidebar"', 'title="On this page"'),
        (r'aria-label="Color mode" data-bs-title="Color mode"', 'aria-label="Colours"'),
        (r'(?<=<i class="theme-switch)([^>]*) title="[^"]*"', r"\1"),
        (r'(placeholder|aria-label)="Search\.\.\."', r'\1="Search the review"'),
        # Links and buttons of which only an ending such as ".ipynb" is said (2.4.4, 2.4.6).
        (r'(<span class="btn__text-container">)\.pdf(?=</span>)', r"\1Print or PDF"),
        (r'(<span class="btn__text-container">)(\.\w+)(?=</span>)', r"\1Source (\2)"),
        (r' title="(?:Download source file|Print to PDF)"', ""),
    )
)


def mend(text: str) -> str:
    """HTML of the contents beside each page without the faults."""
    text = _BRANCH.sub(r'\1\2\3 aria-label="Pages under \2"\4', text)
    return _CURRENT.sub(r'\1 aria-current="page"', text)


def mend_page(text: str) -> str:
    """HTML of a whole page without the faults that lie around its article."""
    start, article, rest = text.partition("<article")
    for title in _RAW_TITLES:
        start = title.sub(
            lambda found: f"{found[1]}{escape(found[2], quote=False)}{found[3]}", start
        )
    article, end, rest = (article + rest).partition("</article>")
    for fault, mended in _FAULTS:
        start, rest = fault.sub(mended, start), fault.sub(mended, rest)
    return start + article + end + rest
