"""Finding what belongs together: groups of questions, and items bought together."""

from recsys.mining.cross_sell import CrossSell, NoPairs, Pair
from recsys.mining.question_groups import NEAR, Asked, QuestionGroup, group_questions

__all__ = [
    "NEAR",
    "Asked",
    "CrossSell",
    "NoPairs",
    "Pair",
    "QuestionGroup",
    "group_questions",
]
