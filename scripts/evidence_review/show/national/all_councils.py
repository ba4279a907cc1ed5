"""The chapter "All councils at once", section by section. Every function takes the results."""

from markupsafe import Markup

from evidence_review.paths import BOOK
from evidence_review.show.html import Html
from evidence_review.show.html import style as common_style
from evidence_review.show.national.all_councils_sentences import finding, limits
from evidence_review.show.national.all_councils_tables import by_indicator, rug, sensitive
from evidence_review.show.national.tile_map import tile_map

__all__ = ["by_indicator", "finding", "limits", "rug", "sensitive", "style", "tile_map"]

STYLES = BOOK / "_static" / "all-councils.css"


def style() -> Html:
    """The look of tables, the table of all councils and the map, for JupyterLab."""
    own = Markup("<style>{}</style>").format(Markup(STYLES.read_text(encoding="utf-8")))
    return common_style() + Html(own)
