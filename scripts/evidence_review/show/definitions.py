"""Marking terms of the glossary where a page first mentions them in a sentence.

What comes out is a link to the glossary, which carries its definition. book/_static/terms.js shows
that definition beside the word; without JavaScript, the link leads to it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from markupsafe import Markup

from evidence_review.show.glossary import PAGE, Term, anchor

# What holds no sentence, or would not bear a link in it; and what a reader must open first.
_ASIDE = (
    "a|abbr|button|caption|code|details|dl|figcaption|figure|h[1-6]|label|math|nav|pre|script|select"
    "|style|svg|table|textarea"
)
_TOKEN = re.compile(
    rf"<!--.*?-->|<({_ASIDE})\b[^>]*>.*?</\1>"
    r'|<span class="er-hidden"[^>]*>.*?</span>|<ul class="er-references"[^>]*>.*?</ul>'
    r"|<(?P<closes>/?)(?P<block>p|li)\b[^>]*>|<[^>]*>",
    re.DOTALL,
)


class Marker:
    """Marks terms on the pages of a book."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = terms

    def marked_page(self, page: str, text: str) -> str:
        """HTML of a whole page with the terms marked in its article. The glossary stays as it is.

        Finished pages are looked at, so that computed sentences count as well as those written by
        hand."""
        before, begin, rest = text.partition("<article")
        article, end, after = rest.partition("</article>")
        if page == PAGE or not end:
            return text
        return before + begin + self.marked(page, article) + end + after

    def marked(self, page: str, article: str) -> str:
        """The HTML of an article with the first mention of each term marked; see the module.

        page: its name from the top of the book, without ending. Only words in paragraphs and items of
        lists count: headings, links, code, tables and folded parts stay as they are.
        """
        root = "../" * page.count("/")
        done: set[str] = set()

        def mark(found: re.Match[str]) -> str:
            term = self._owners[_words(found[0])]
            if term.term_id in done or not term.is_looked_for_on(page):
                return found[0]
            done.add(term.term_id)
            return Markup('<a class="er-term" href="{}" data-definition="{}">{}</a>').format(
                f"{root}{PAGE}.html#{anchor(term.term_id)}", term.definition, Markup(found[0])
            )

        return "".join(
            self._pattern.sub(mark, piece) if in_sentence else piece
            for piece, in_sentence in _pieces(article)
        )

    @cached_property
    def _owners(self) -> dict[str, Term]:
        """As a sentence may write it → the term. A capital may begin a sentence."""
        return {
            written: term
            for term in self.terms
            for form in term.forms
            for written in (form, form[0].upper() + form[1:])
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: “care and support plan” before “support plan”.
        forms = sorted(self._owners, key=lambda form: (-len(form), form))
        words = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms)
        return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")


def _words(text: str) -> str:
    return " ".join(text.split())


def _pieces(article: str) -> Iterator[tuple[str, bool]]:
    """The article in pieces, each with whether it is text of a paragraph or of an item of a list."""
    place = depth = 0
    for token in _TOKEN.finditer(article):
        yield article[place : token.start()], depth > 0
        yield token[0], False
        if token["block"]:
            depth += -1 if token["closes"] else 1
        place = token.end()
    yield article[place:], depth > 0
