"""The vector that the featurizer left on a message, for the components behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE
from rasa.shared.nlu.training_data.message import Message

ENCODER_FEATURE = "encoder"


def sentence_vector(message: Message, feature: str = ENCODER_FEATURE) -> NDArray[np.float32] | None:
    """The vector [d] that the featurizer of this alias computed; None where it did not run."""
    for features in message.features:
        is_ours = features.origin == feature and features.type == FEATURE_TYPE_SENTENCE
        if is_ours and features.is_dense():
            return np.asarray(features.features, dtype=np.float32).reshape(-1)
    return None
