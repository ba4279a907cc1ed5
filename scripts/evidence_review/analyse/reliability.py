"""Which figures are too weak to compare: marked [u], by their publisher or by our rule."""

import numpy as np
import pandas as pd

MIN_BASE = 30  # people; below that a verdict would rest on a handful
MIN_EVENTS = 10  # of a rate; OHID calls for exact limits below that
WEAK = "[u]"
# Rates per 100,000: their base is the population, so the events are what may be few.
RATES = ("admissions-18-64", "admissions-65")


def weak(figures: pd.DataFrame) -> pd.Series:
    """Whether each figure is of low reliability: its publisher says so, its base is too small, or
    it is a rate of too few events.

    figures: indicator_id, status, base, numerator. What has no base or count is judged by the rest.
    """
    publisher = figures["status"].eq(WEAK).fillna(False).astype(bool)
    small, few = (
        figures[name].to_numpy(dtype=float, na_value=np.nan) < least
        for name, least in (("base", MIN_BASE), ("numerator", MIN_EVENTS))
    )
    return publisher | small | (figures["indicator_id"].isin(RATES) & few)
