"""Keeping spreadsheets from taking text for a formula."""

# What makes a spreadsheet take a cell for a formula, by OWASP's advice on CSV injection: the
# signs, the blanks before them, and the same signs at full width.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def not_a_formula(value: object) -> object:
    """The value, with an apostrophe before text that a spreadsheet would take for a formula."""
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return f"'{value}"
    return value
