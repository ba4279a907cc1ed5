"""Codes for what is missing or weak, as the Government Analysis Function defines them."""

STATUS_MEANINGS = {
    "[x]": "not available",
    "[c]": "confidential: withheld, so that nobody can be recognised",
    "[z]": "not applicable",
    "[b]": "break in the series",
    "[u]": "low reliability",
    "[w]": "none recorded",
}
