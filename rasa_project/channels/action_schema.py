"""Checking what an action server answers, against a schema that is made ready once.

Rasa checks the schema itself against its meta-schema at every call: two thirds of the time of a
message, by profile.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction


def check_with_ready_schema() -> None:
    """Have every remote action check its answers so; doing it again changes nothing."""
    RemoteAction._validate_action_result = _checked


def _checked(action: RemoteAction, result: dict[str, Any]) -> bool:
    error = best_match(_validator().iter_errors(result))
    if error is not None:
        raise error
    return True


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(RemoteAction.action_response_format_spec())
