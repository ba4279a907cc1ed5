"""Results in, pages out: tables, charts and sentences. Every function returns what a cell displays."""

from evidence_review.show.council import (
    at_a_glance,
    budgets_over_time,
    comparison_chart,
    council_gap_map,
    how_to_rerun,
    latest_table,
    missing_table,
)
from evidence_review.show.gap_map import gap_map, gap_map_summary, strength_rule
from evidence_review.show.source import (
    source_cells,
    source_indicators,
    source_summary,
    source_tables,
    source_today,
)

__all__ = [
    "at_a_glance",
    "budgets_over_time",
    "comparison_chart",
    "council_gap_map",
    "gap_map",
    "gap_map_summary",
    "how_to_rerun",
    "latest_table",
    "missing_table",
    "source_cells",
    "source_indicators",
    "source_summary",
    "source_tables",
    "source_today",
    "strength_rule",
]
