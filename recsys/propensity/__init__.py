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
from recsys.propensity.snapshots import AFTER_S

__all__ = [
    "AFTER_S",
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
