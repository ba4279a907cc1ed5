"""What a reader of the gap map's tables must know."""

from evidence_review import __version__
from evidence_review.analyse.gap_map import STRENGTH_RULES
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.downloads.about import LICENCE, NO_FIGURES
from evidence_review.show.downloads.table import Table, codes_in
from evidence_review.show.source import TODAY_WORDS
from evidence_review.show.words import STRENGTH_WORDS


def gap_map_notes(found: list[Table]) -> dict[str, str]:
    """What a reader of the tables must know, by key."""
    strengths = "; ".join(
        f"{key} ({STRENGTH_WORDS[key]}): {rule}" for key, rule in STRENGTH_RULES.items()
    )
    codes = "; ".join(f"{code} {STATUS_MEANINGS[code]}" for code in codes_in(found))
    return {
        "codes": f"Codes for missing values: {codes}.",
        "licence": f"Version {__version__}. {LICENCE} {NO_FIGURES}",
        "strength": f"Strength. {strengths}. It counts sources and does not say how good each is.",
        "since 2017": "Origin. Sources since 2017 are the review's own addition: no one has coded "
        "their extent, so each stands at “part” with low confidence. They do not count towards the "
        "strength of a cell.",
        "extent": "Extent. full: the documents present the source as evidence for the cell without "
        "a limit; part: in part; planned: forthcoming or under way.",
        "confidence": "Confidence. high: both tables of the report state it; medium: one table and "
        "the text do; low: it rests on a reading of the text.",
        "today": "Today. " + " ".join(f"{words}." for words in TODAY_WORDS.values()),
    }
