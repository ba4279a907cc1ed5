"""A living review of the evidence on personal budgets in English adult social care."""

__version__ = "1.0.0"
