"""Triage: is this comment a question, a buying signal, chatter or spam? Without Rasa."""

from __future__ import annotations

from web.rooms.triage.model import CLASSES, Judgement, TriageMissing, TriageModel
from web.rooms.triage.sorter import Sorter

__all__ = ["CLASSES", "Judgement", "Sorter", "TriageMissing", "TriageModel"]
