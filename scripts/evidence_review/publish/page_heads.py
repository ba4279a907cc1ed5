"""What each page tells of itself when it stands alone, in a list of results or on a card: its title,
a description computed from the page, and a picture when the book's address is known.

The tags are those of HTML, the Open Graph protocol (ogp.me) and of cards on X.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

SITE = "Gathering the Evidence"
CARD = "downloads/card.png"
ICON = "_static/favicon.svg"
CARD_SIZE = (1200, 630)  # what the Open Graph protocol's readers crop the least
LONG_NAME = 60  # letters, from which on a name says enough of what it is
SHORTEST, LONGEST = 50, 160  # letters of a description that lists of results show whole

STAND_IN = "This page is missing from this copy of the book"
UNLISTED = ("404", "genindex", "search")
NOT_LISTED = '<meta name="robots" content="noindex" />'

# Page → title in full. The others follow the rules of `title_of`.
TITLES = {
    "index": f"{SITE}: a living review of personal budgets in England",
    "councils/index": "Councils and areas: personal budgets, council by council",
    "sources/index": "Register of sources: the evidence on personal budgets",
    "readers/index": "Guides for readers: evidence on personal budgets",
    "gap-map": "Gap map of the evidence on personal budgets",
    "gaps": "Gaps in the evidence on personal budgets",
    "search": "Search this review",
    "genindex": "Index of this review",
}
# Folder → what its pages add to their names.
KINDS = {
    "councils": "personal budgets evidence and figures",
    "areas": "personal budgets evidence and figures",
    "sources": "a source of evidence on personal budgets",
    "figures": "what England’s figures on personal budgets say",
    "readers": "a guide to the evidence on personal budgets",
}
DESCRIPTIONS = {
    "how-to-read": "How to read the gap map and a council’s page, what intervals and missing values mean, and the two commands that make the review again.",
    "on-many-machines": "How to run the review’s notebooks on a cluster of machines, so that thousands of pages take minutes.",
    "search": "Search all pages of this review: councils, places, sources, questions and findings on personal budgets.",
    "genindex": "The index of this review of the evidence on personal budgets in adult social care in England.",
}

_HEADING = re.compile(r"<h1>(.*?)(?:<a class=\"headerlink\".*?)?</h1>", re.DOTALL)
_ARTICLE = re.compile(r"<article class=\"bd-article\">(.*?)</article>", re.DOTALL)
_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(.*?)</p>", re.DOTALL)
_BESIDE_ENGLAND = re.compile(
    r"<strong>Compared with England\.</strong> (?P<said>[^<]*? similar\.|No newest [^.<]*\.)"
)
_EVIDENCE = re.compile(r"<strong>Evidence\.</strong> (.*?)[;.]", re.DOTALL)
_REMARK = re.compile(r" \([^()\d]*\)")  # intervals and ages stay
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Head:
    """What a page tells of itself. heading: its title without the review's name."""

    title: str
    heading: str
    description: str
    listed: bool
    site: str


def with_head(page: str, text: str, address: str, picture: str, site: str = "") -> str:
    """HTML of a page with its title, description and card.

    page: its place without the ending. address: where the book is published, with a slash at the end,
    or blank: then what needs a whole address is left out. picture: what the picture of the cards
    shows, in words. site: the title of this copy of the book, blank for the usual one.
    """
    if not _ARTICLE.search(text) and page not in UNLISTED:  # the search has no article
        return text
    tags = head_tags(head_of(page, text, site), page, address, picture)
    before, _, rest = text.partition("<title>")
    return f"{before}{tags}{rest.partition('</title>')[2]}"


def head_of(page: str, text: str, site: str = "") -> Head:
    """What a page tells of itself. page: its place without the ending. text: its HTML.

    site: the title of this copy of the book, blank for the usual one.
    """
    found = _ARTICLE.search(text)
    article = found.group(1) if found else ""
    name = _HEADING.search(article)
    heading = title_of(page, _plain(name.group(1)) if name else TITLES.get(page, SITE))
    if page == "index":
        heading = site or heading
    title = heading if page == "index" else f"{heading} — {site or SITE}"
    listed = page not in UNLISTED and STAND_IN not in article
    return Head(title, heading, description_of(page, article), listed, site or SITE)


def title_of(page: str, name: str) -> str:
    """The title of a page that has this name at its top."""
    folder = page.partition("/")[0] if "/" in page else ""
    kind = KINDS.get(folder, "")
    return TITLES.get(page) or (f"{name}: {kind}" if kind and len(name) <= LONG_NAME else name)


def description_of(page: str, article: str) -> str:
    """One or two sentences of 50 to 160 letters on what a page says.

    Of an area, how its figures compare; of other pages, how they begin.
    """
    if page in DESCRIPTIONS:
        return DESCRIPTIONS[page]
    found = _HEADING.search(article)
    name = _plain(found.group(1)) if found else ""
    if beside := _BESIDE_ENGLAND.search(article):
        said = _plain(beside.group("said"))
        said = f"Compared with England, {said[0].lower()}{said[1:]}"
        return _about_area(name, said)
    if page.startswith("areas/") and (evidence := _EVIDENCE.search(article)):
        return _about_area(name, f"{_plain(evidence.group(1))}.")
    texts = [_plain(text) for text in _PARAGRAPH.findall(article)]
    first = next((text for text in texts if len(text) > 30), "")
    if page.startswith("sources/"):
        return _longest(f"A source of evidence on personal budgets. {first}", _cut(first))
    if page == "index":
        return _cut(first)
    if page.startswith("readers/"):
        return _cut(f"{name}: {first}")
    short = _cut(first)
    alone = len(short) < SHORTEST or STAND_IN in short
    return _cut(f"{name}: {first}") if alone else _longest(f"{name}: {short}", short)


def _about_area(name: str, said: str) -> str:
    return _longest(
        f"{name}: evidence on personal budgets in adult social care. {said}",
        f"{name}: evidence on personal budgets. {said}",
        _cut(f"{name}: {said}"),
    )


def _longest(*choices: str) -> str:
    """The first that is short enough, or the last."""
    return next((one for one in choices if len(one) <= LONGEST), choices[-1])


def _cut(text: str) -> str:
    """As many whole sentences as fit, remarks in brackets left out of one that is too long; else what
    stands before a comma or colon."""
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z0-9“])", text)
    if len(sentences[0]) > LONGEST:
        sentences[0] = _REMARK.sub("", sentences[0])
        text = " ".join(sentences)
    kept = ""
    for sentence in sentences:
        if len(f"{kept} {sentence}") > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    if len(kept) >= SHORTEST:
        return kept
    whole = text[: LONGEST - 1]
    pauses = [
        found.start()
        for found in re.finditer(r"[,;:.]? ", whole)
        if whole.count("(", 0, found.start()) == whole.count(")", 0, found.start())
    ]
    marked = [pause for pause in pauses if whole[pause] != " " and pause >= SHORTEST]
    end = (marked or pauses or [len(whole)])[-1]
    return f"{whole[:end]}…"


def head_tags(head: Head, page: str, address: str, picture: str) -> str:
    """The tags that stand in the place of a page's title."""
    names = {
        "description": head.description,
        "twitter:card": "summary_large_image" if address else "summary",
    }
    cards = {
        "og:title": head.heading,
        "og:description": head.description,
        "og:type": "website" if page == "index" else "article",
        "og:site_name": head.site,
        "og:locale": "en_GB",
    }
    root = "../" * page.count("/")
    links = [f'<link rel="icon" href="{root}{ICON}" type="image/svg+xml" />']
    if not head.listed:
        names["robots"] = "noindex"
    elif address:
        whole = page_address(address, page)
        links.append(f'<link rel="canonical" href="{escape(whole)}" />')
        cards["og:url"] = whole
    if address:
        width, height = CARD_SIZE
        cards |= {
            "og:image": f"{address}{CARD}",
            "og:image:type": "image/png",
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": picture,
        }
    tags = [
        f"<title>{escape(head.title, quote=False)}</title>",
        *(f'<meta name="{name}" content="{escape(text)}" />' for name, text in names.items()),
        *(f'<meta property="{name}" content="{escape(text)}" />' for name, text in cards.items()),
        *links,
    ]
    return "\n    ".join(tags)


def page_address(address: str, page: str) -> str:
    """The whole address of a page; the home page is the folder itself."""
    return address if page == "index" else f"{address}{page}.html"


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub("", text)).split())
