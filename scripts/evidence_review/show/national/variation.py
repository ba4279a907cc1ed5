"""The chapter "How far councils differ", section by section. Every function takes the results."""

from evidence_review.show.html import style
from evidence_review.show.national.variation_charts import (
    chance_chart,
    change_chart,
    spread_chart,
)
from evidence_review.show.national.variation_council_charts import funnel_chart, groups_chart
from evidence_review.show.national.variation_finding import finding
from evidence_review.show.national.variation_outside import (
    funnel_outside,
    funnel_said,
    year_after_year,
)
from evidence_review.show.national.variation_stands import sensitivity
from evidence_review.show.national.variation_tables import (
    changes_table,
    every_year,
    groups_table,
    regions,
    spread_table,
)

__all__ = [
    "chance_chart",
    "change_chart",
    "changes_table",
    "every_year",
    "finding",
    "funnel_chart",
    "funnel_outside",
    "funnel_said",
    "groups_chart",
    "groups_table",
    "regions",
    "sensitivity",
    "spread_chart",
    "spread_table",
    "style",
    "year_after_year",
]
