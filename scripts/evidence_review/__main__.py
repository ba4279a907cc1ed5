"""`python -m evidence_review` is the same as `review`."""

from evidence_review.cli import main

main(prog_name="review")
