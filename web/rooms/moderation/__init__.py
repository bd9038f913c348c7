"""What is never worth a look nor fit to be shown: abuse, adverts, contact details.

Only what cannot be part of a customer's question or complaint is dropped: 什么破玩意 goes on.
"""

from __future__ import annotations

from web.rooms.moderation.moderator import Finding, Moderator, Term

__all__ = ["Finding", "Moderator", "Term"]
