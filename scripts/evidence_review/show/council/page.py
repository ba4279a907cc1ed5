"""A council's page, section by section. Every function takes the report and returns what a cell shows."""

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
from evidence_review.show.html import style

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
    "missing_table",
    "own_budgets_chart",
    "own_change",
    "own_documents",
    "own_groups",
    "own_method",
    "own_survey",
    "quality",
    "questions_here",
    "spine_chart",
    "style",
    "take_away",
]
