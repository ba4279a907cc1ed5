"""Which small numbers of a survey are held back for themselves, and the rule in words.

What else is held back, so that these cannot be worked out from the rest, is in `hiding`.
"""

FEWEST = 5  # a count below this is held back
FEWEST_FOR_A_MEAN = 30
HIGHEST_SCORE = 24
FROM_THE_END = 2  # points by which a mean is at least above the lowest, below the highest score
LARGEST_PART = 0.1  # of the weights of a base that one person may have
NOT_STATED = "not stated"

RULE = (
    "Counts are rounded to 5, percentages to whole numbers, means to 1 decimal. A share is held back"
    " when fewer than 5 people gave a good answer, or fewer than 5 another; a mean of fewer"
    " than 30 people, or within 2 points of an end of the scale. “Not stated” is a group too. Other"
    " groups are shown when rounding hides these: they could be any of 5 numbers (means: 6 points"
    " apart). Otherwise no group is shown. Tests beside one held back use rounded figures. A weighted"
    " figure is held back when one person counts for more than a tenth, or weights give answers"
    " away. Change of the same people needs 5 who rose, fell and stayed."
)

# The groups of each breakdown, those that are smaller nearly everywhere first.
ORDER: dict[str, tuple[str, ...]] = {
    "age_group": (NOT_STATED, "18 to 64", "65 and over"),
    "sex": (NOT_STATED, "other", "male", "female"),
    "support_reason": (
        NOT_STATED,
        "social support",
        "sensory support",
        "support with memory and cognition",
        "mental health support",
        "learning disability support",
        "physical support",
    ),
    "budget_type": (
        NOT_STATED,
        "Individual Service Fund",
        "none",
        "direct payment",
        "managed",
    ),
}


def rounded(count: float) -> int:
    """The count to the nearest 5."""
    return 5 * round(count / 5)


def small_share(base: int, good: int) -> bool:
    """Whether a share is held back for itself: too few answers on either side."""
    return min(good, base - good) < FEWEST


def small_mean(base: int, total: float, same: bool) -> bool:
    """Whether a mean is held back for itself: too few people, or so near one end of the scale
    that it says what nearly everyone answered.

    total: of the scores. same: whether all of them have one score.
    """
    return base < FEWEST_FOR_A_MEAN or same or near_an_end(total / base)


def near_an_end(mean: float) -> bool:
    return min(mean, HIGHEST_SCORE - mean) < FROM_THE_END
