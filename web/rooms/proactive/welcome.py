"""Welcoming those who write for the first time in a show: several at once, never one by one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.blocks import text
from shop import compliance
from shop.proactive_settings import WELCOME, Setting
from shop.rooms import Comment
from web.rooms.naming import NAMED, display_name
from web.rooms.proactive.contract import Newcomer, Plain, Proposal, Scene, Silence
from web.rooms.proactive.facts import worded
from web.rooms.wording import current

# Whoever came longer ago is no newcomer, and may have left.
_NEW = timedelta(minutes=5)
_WAITING = 1000
# Bounds memory; somebody beyond it may be welcomed twice in a show.
SEEN = 50_000


class Newcomers:
    """Who has written in this show, and who of them waits to be welcomed."""

    def __init__(self) -> None:
        self.listening = False
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._waiting: list[Newcomer] = []

    def listen(self, present: Iterable[str]) -> None:
        """Begin; those who have written already are welcome without words."""
        self._waiting = []
        self._seen = OrderedDict.fromkeys(hash(viewer) for viewer in present)
        self.listening = True

    def rest(self) -> None:
        """Nobody is to be welcomed: remember nothing."""
        self.listening = False
        self._seen.clear()
        self._waiting = []

    def new_show(self) -> None:
        """Everybody is new again."""
        self._seen = OrderedDict.fromkeys(one.viewer for one in self._waiting)

    def heard(self, comments: Iterable[Comment]) -> None:
        """These have come in."""
        if not self.listening:
            return
        for comment in comments:
            viewer = hash(comment.viewer)
            if viewer in self._seen:
                continue
            self._seen[viewer] = None
            if len(self._waiting) < _WAITING:
                self._waiting.append(Newcomer(viewer, _name(comment), comment.received_at))
        while len(self._seen) > SEEN:
            self._seen.popitem(last=False)

    def waiting(self, now: datetime) -> tuple[Newcomer, ...]:
        """Those who came in the last minutes and were not welcomed."""
        self._waiting = [one for one in self._waiting if now - one.at < _NEW]
        return tuple(self._waiting)

    def welcomed(self, those: Sequence[Newcomer]) -> None:
        """They were."""
        done = {one.viewer for one in those}
        self._waiting = [one for one in self._waiting if one.viewer not in done]


class Welcome(Plain):
    """Says one welcome to all who came since the last."""

    name = WELCOME

    def __init__(self, newcomers: Newcomers) -> None:
        self._newcomers = newcomers

    def propose(self, session: Session, scene: Scene, setting: Setting) -> Proposal | Silence:
        """A welcome, when enough are new."""
        count = len(scene.newcomers)
        least = 1 if scene.forced else setting["at_least"]
        if count < least:
            return Silence(f"新朋友有 {count} 位，攒够 {least} 位再说")
        kept = worded(session, scene, setting.text, _values(f"{count}位新朋友", count), WELCOME)
        named = worded(session, scene, setting.text, _values(_line(scene), count), WELCOME)
        if isinstance(kept, Silence) or isinstance(named, Silence):
            return kept if isinstance(kept, Silence) else Silence("话术太长")
        # Two names side by side may read as a claim that neither makes: then nobody is named.
        said = named if _hits(named) == _hits(kept) else kept
        return Proposal(WELCOME, (text(said),), kept=kept, repeats=True)

    def done(self, proposal: Proposal, scene: Scene) -> None:
        """They are newcomers no more."""
        self._newcomers.welcomed(scene.newcomers)


def _values(who: str, count: int) -> dict[str, str]:
    return {"新朋友": who, "人数": str(count)}


def _line(scene: Scene) -> str:
    names = list(dict.fromkeys(one.name for one in scene.newcomers))[:NAMED]
    line = " ".join(f"@{name}" for name in names)
    count = len(scene.newcomers)
    return f"{line} 等{count}位 " if count > len(names) else f"{line} "


def _name(comment: Comment) -> str:
    # One whose name is a forbidden claim must not be able to hold everybody's welcome.
    name = display_name(comment)
    return name if not _hits(name) else f"观众{comment.viewer[:4].upper()}"


def _hits(words: str) -> int:
    verdict = compliance.check(words, current().book)
    return len(verdict.replaced) + len(verdict.holds)
