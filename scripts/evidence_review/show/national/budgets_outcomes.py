"""The chapter on budgets and outcomes, section by section. Every function takes the results."""

from evidence_review.show.html import style
from evidence_review.show.national.budgets_outcomes_changes import ages, changes
from evidence_review.show.national.budgets_outcomes_charts import (
    dots,
    dots_finding,
    payments_chart,
    support_chart,
)
from evidence_review.show.national.budgets_outcomes_finding import finding, nao, used
from evidence_review.show.national.budgets_outcomes_holds import checks, tests
from evidence_review.show.national.budgets_outcomes_tables import (
    ceiling,
    payments_table,
    support_table,
)

__all__ = [
    "ages",
    "ceiling",
    "changes",
    "checks",
    "dots",
    "dots_finding",
    "finding",
    "nao",
    "payments_chart",
    "payments_table",
    "style",
    "support_chart",
    "support_table",
    "tests",
    "used",
]
