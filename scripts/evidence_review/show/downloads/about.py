"""What every file says of the review: its name, licence and source."""

from evidence_review import __version__

REVIEW = "Gathering the Evidence: a living review"
LICENCE = (
    "Text and coding: MIT licence (https://opensource.org/license/mit). "
    "Facts from the report are credited to Think Local Act Personal (2017)."
)
SOURCE = (
    "Think Local Act Personal (2017), Gathering the Evidence: Making Personal Budgets Work for "
    f"All. Coding, later sources and text: {REVIEW}, version {__version__}."
)
NO_FIGURES = "These files hold no figures of councils; those are among the tables of the review."
