"""Finding what belongs together: groups of questions."""

from recsys.mining.question_groups import NEAR, Asked, QuestionGroup, group_questions

__all__ = ["NEAR", "Asked", "QuestionGroup", "group_questions"]
