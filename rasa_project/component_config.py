"""Checks that every component makes of its part of config.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.shared.exceptions import InvalidConfigException

# What Rasa itself adds to a component's settings.
RASA_KEYS = frozenset({"name", "alias", "finetuning_epoch_fraction"})


def check_config(component: Any, config: Mapping[str, Any]) -> None:
    """Refuse keys that the component does not know; a misspelt setting must not pass unseen."""
    known = set(component.get_default_config()) | RASA_KEYS
    for key in config:
        if key not in known:
            raise InvalidConfigException(
                f"{component.__name__}: unknown setting '{key}' in config.yml; "
                f"known: {', '.join(sorted(known - RASA_KEYS)) or 'none'}"
            )


def check_number(
    component: Any, config: Mapping[str, Any], key: str, low: float, high: float
) -> None:
    """Refuse a setting that is no number from `low` to `high`."""
    value = config[key]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise InvalidConfigException(
            f"{component.__name__}: '{key}' must be a number from {low:g} to {high:g}, "
            f"not {value!r}"
        )


def check_names(component: Any, config: Mapping[str, Any], key: str) -> None:
    """Refuse a setting that is no list of names."""
    value = config[key]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InvalidConfigException(
            f"{component.__name__}: '{key}' must be a list of names, not {value!r}"
        )
