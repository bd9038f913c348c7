"""From a recommender's candidates to the list that is shown: see `rank.rank`."""

from recsys.ranking.candidates import Candidates, Facts
from recsys.ranking.moment import Moment
from recsys.ranking.parts import PARTS, Part, PartKind, Weights
from recsys.ranking.rank import Dropped, Ranked, Shown, rank
from recsys.ranking.rules import BadRules, Rules
from recsys.ranking.steps import DEFAULT_STEPS, BadSteps, Step, step_at

__all__ = [
    "DEFAULT_STEPS",
    "PARTS",
    "BadRules",
    "BadSteps",
    "Candidates",
    "Dropped",
    "Facts",
    "Moment",
    "Part",
    "PartKind",
    "Ranked",
    "Rules",
    "Shown",
    "Step",
    "Weights",
    "rank",
    "step_at",
]
