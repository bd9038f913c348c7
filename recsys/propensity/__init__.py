"""How probable it is that a viewer will buy soon."""

from recsys.propensity.behaviour import BehaviourLog
from recsys.propensity.features import FEATURES, feature_frame, features
from recsys.propensity.model import (
    ModelChanged,
    NoModel,
    NotTrained,
    OneClassTarget,
    PropensityConfig,
    PropensityModel,
)

__all__ = [
    "FEATURES",
    "BehaviourLog",
    "ModelChanged",
    "NoModel",
    "NotTrained",
    "OneClassTarget",
    "PropensityConfig",
    "PropensityModel",
    "feature_frame",
    "features",
]
