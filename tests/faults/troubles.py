"""What goes wrong, and where: each kind names the step of the story that it strikes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.platforms.simulated.faults import Trouble

if TYPE_CHECKING:
    import random

POST, LOOK, FIND, READ = (
    r"/statuses$",
    r"/(search|statuses/\w+(/context)?)$",
    r"/accounts/\w+/statuses$",
    r"/notifications$",
)
SECONDS_HELD = (0.2, 1.5)
"""How long a database is held by somebody else, or a door is shut."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way in which something goes wrong."""

    name: str
    weight: int
    """How often it is chosen, beside the others."""
    request: dict[str, Any] | None = None
    """What a server is told to do with the next request that matches; `None` where no request is struck."""
    kills: bool = False
    """Whether the bot is killed at the moment at which the fault strikes."""


def _posting(trouble: Trouble, *, acts: bool = False, **more: Any) -> dict[str, Any]:
    return {"trouble": trouble, "method": "POST", "path": POST, "acts": acts, **more}


def _asking(path: str, trouble: Trouble, **more: Any) -> dict[str, Any]:
    return {"trouble": trouble, "method": "GET", "path": path, **more}


DOOR, DATABASE = "server not to be reached", "database held by another, or restarted"
KINDS = (
    Kind(name="post refused: 500 before it acted", weight=4, request=_posting(Trouble.STATUS, status=500)),
    Kind(name="post answered 503, and stands", weight=6, request=_posting(Trouble.STATUS, status=503, acts=True)),
    Kind(name="post: too many requests", weight=2, request=_posting(Trouble.STATUS, status=429, reset_after=1.0)),
    Kind(name="post answered with a web page, and stands", weight=4, request=_posting(Trouble.HTML, acts=True)),
    Kind(name="post answered with broken JSON, and stands", weight=4, request=_posting(Trouble.MALFORMED, acts=True)),
    Kind(name="connection cut before the post acted", weight=6, request=_posting(Trouble.CUT)),
    Kind(name="connection cut after the post acted", weight=8, request=_posting(Trouble.CUT, acts=True)),
    Kind(name="post answered late", weight=3, request=_posting(Trouble.SLOW, seconds=1.0)),
    Kind(name="last look refused", weight=3, request=_asking(LOOK, Trouble.STATUS, status=502)),
    Kind(name="last look cut", weight=3, request=_asking(LOOK, Trouble.CUT)),
    Kind(name="last look answered with a web page", weight=2, request=_asking(LOOK, Trouble.HTML)),
    Kind(name="looking for our reply refused", weight=3, request=_asking(FIND, Trouble.STATUS, status=503)),
    Kind(name="looking for our reply cut", weight=3, request=_asking(FIND, Trouble.CUT)),
    Kind(name="reading refused", weight=2, request=_asking(READ, Trouble.STATUS, status=500)),
    Kind(
        name="reading: too many requests", weight=1, request=_asking(READ, Trouble.STATUS, status=429, reset_after=1.0)
    ),
    Kind(name="reading cut", weight=2, request=_asking(READ, Trouble.CUT)),
    Kind(name="reading answered with broken JSON", weight=2, request=_asking(READ, Trouble.MALFORMED)),
    Kind(name=DOOR, weight=2),
    Kind(name=DATABASE, weight=2),
    Kind(name="killed while reading", weight=1, request=_asking(READ, Trouble.HANG), kills=True),
    Kind(name="killed at the last look", weight=2, request=_asking(LOOK, Trouble.HANG), kills=True),
    Kind(name="killed before the post acted", weight=2, request=_posting(Trouble.HANG), kills=True),
    Kind(name="killed after the post acted", weight=3, request=_posting(Trouble.HANG, acts=True), kills=True),
    Kind(name="killed while looking for our reply", weight=1, request=_asking(FIND, Trouble.HANG), kills=True),
    Kind(name="killed at any moment", weight=2, kills=True),
)


def choose(rng: random.Random) -> Kind:
    """One of them, the frequent more often."""
    (kind,) = rng.choices(KINDS, weights=[kind.weight for kind in KINDS])
    return kind
