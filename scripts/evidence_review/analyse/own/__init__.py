"""What a council's own survey says: shares, scores, differences and change, all safe to publish."""

from evidence_review.analyse.own.disclosure import RULE
from evidence_review.analyse.own.results import SurveyResults, survey_results

__all__ = ["RULE", "SurveyResults", "survey_results"]
