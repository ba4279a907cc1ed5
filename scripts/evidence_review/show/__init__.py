"""Results in, pages out: tables, charts and sentences. Every function returns what a cell displays."""

from evidence_review.show.council.asked_next import questions_here
from evidence_review.show.council.budgets import budgets, budgets_chart, budgets_limits
from evidence_review.show.council.change import change_carers, change_others, change_people, changes
from evidence_review.show.council.figures import figures_by_frame, figures_finding, spine_chart
from evidence_review.show.council.gap_map import council_gap_map, own_documents
from evidence_review.show.council.glance import at_a_glance, councils_here
from evidence_review.show.council.groups import ages, ages_chart, carers
from evidence_review.show.council.own_change import own_change
from evidence_review.show.council.own_groups import own_budgets_chart, own_groups
from evidence_review.show.council.own_survey import own_method, own_survey
from evidence_review.show.council.quality import missing_table, quality
from evidence_review.show.council.take_away import take_away
from evidence_review.show.gap_map import gap_map, gap_map_summary, strength_rule
from evidence_review.show.html import style
from evidence_review.show.source import (
    source_cells,
    source_indicators,
    source_summary,
    source_tables,
    source_today,
)

__all__ = [
    "ages",
    "ages_chart",
    "at_a_glance",
    "budgets",
    "budgets_chart",
    "budgets_limits",
    "carers",
    "change_carers",
    "change_others",
    "change_people",
    "changes",
    "council_gap_map",
    "councils_here",
    "figures_by_frame",
    "figures_finding",
    "gap_map",
    "gap_map_summary",
    "missing_table",
    "own_budgets_chart",
    "own_change",
    "own_documents",
    "own_groups",
    "own_method",
    "own_survey",
    "quality",
    "questions_here",
    "source_cells",
    "source_indicators",
    "source_summary",
    "source_tables",
    "source_today",
    "spine_chart",
    "strength_rule",
    "style",
    "take_away",
]
