"""Whether a proposal may be said as it is: by the advertising law, and not twice within a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from web.rooms.proactive.contract import Held, Proposal, Scene, Silence
from web.rooms.publishing import compose
from web.rooms.reasons import COMPLIANCE


def sayable(proposal: Proposal, scene: Scene) -> Proposal | Silence:
    """The proposal in the words that the law leaves, or why it is not said."""
    publication = compose(proposal.blocks)
    kept = proposal.kept or publication.text
    if not publication.public:
        rule = publication.held or ""
        return Silence(f"广告法：{rule}", (Held(proposal.key, COMPLIANCE + rule, kept),))
    if not (proposal.repeats or scene.forced) and _repeated(kept, scene):
        return Silence(f"一样的话 {scene.repeat_minutes} 分钟内刚说过")
    return replace(proposal, blocks=publication.blocks, kept=kept)


def _repeated(words: str, scene: Scene) -> bool:
    window = timedelta(minutes=scene.repeat_minutes)
    return any(m.text == words and scene.now - m.at < window for m in scene.said)
