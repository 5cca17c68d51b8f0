"""What goes wrong, and where: each kind names the step of the story that it strikes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from bot.platforms.simulated.faults import Trouble
from tests.faults.program import POINTS

if TYPE_CHECKING:
    import random

POST, LOOK, FIND, READ = (
    r"/statuses$",
    r"/(search|relationships|statuses/\w+(/context)?)$",
    r"/accounts/\w+/statuses$",
    r"/notifications$",
)
RETRACT = r"/statuses/\w+$"


class Way(Enum):
    """How a kind is brought about."""

    REQUEST = auto()
    """A server does it to the next request that matches."""
    KILL = auto()
    """The process is killed: at a request, at a named point, or at any moment."""
    DOOR = auto()
    DATABASE = auto()
    DISK = auto()
    CLOCK = auto()
    TWIN = auto()
    REVIEWERS = auto()
    FLOOD = auto()
    TOKEN = auto()
    HAND = auto()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way in which something goes wrong."""

    name: str
    weight: float
    """How often it is chosen, beside the others."""
    way: Way = Way.REQUEST
    request: dict[str, Any] | None = None
    """What a server is told to do with the next request that matches; `None` where no request is struck."""
    point: int = 0
    """The number of the named point at which the program is to die; 0 for none."""


def _posting(name: str, weight: float, trouble: Trouble, *, acts: bool = False, **more: Any) -> Kind:
    request = {"trouble": trouble, "method": "POST", "path": POST, "acts": acts, **more}
    return Kind(name=name, weight=weight, request=request)


def _asking(name: str, weight: float, path: str, trouble: Trouble, **more: Any) -> Kind:
    return Kind(name=name, weight=weight, request={"trouble": trouble, "method": "GET", "path": path, **more})


def _killed(name: str, weight: float, trouble: Trouble, path: str, method: str = "GET", *, acts: bool = False) -> Kind:
    request = {"trouble": trouble, "method": method, "path": path, "acts": acts}
    return Kind(name=f"killed {name}", weight=weight, way=Way.KILL, request=request)


ON_THE_WAY = (
    _posting("post refused: 500 before it acted", 4, Trouble.STATUS, status=500),
    _posting("post answered 503, and stands", 6, Trouble.STATUS, status=503, acts=True),
    _posting("post: too many requests", 2, Trouble.STATUS, status=429, reset_after=1.0),
    _posting("post answered with a web page, and stands", 4, Trouble.HTML, acts=True),
    _posting("post answered with broken JSON, and stands", 4, Trouble.MALFORMED, acts=True),
    _posting("connection cut before the post acted", 5, Trouble.CUT),
    _posting("connection cut after the post acted", 8, Trouble.CUT, acts=True),
    _posting("answer cut in the middle, and the post stands", 6, Trouble.TORN, acts=True),
    _posting("post answered late", 4, Trouble.SLOW, seconds=0.4),
    _posting("account suspended: 403", 1, Trouble.STATUS, status=403),
    _asking("last look refused", 5, LOOK, Trouble.STATUS, status=502),
    _asking("last look cut", 5, LOOK, Trouble.CUT),
    _asking("last look cut in the middle of the answer", 4, LOOK, Trouble.TORN),
    _asking("last look answered with a web page", 3, LOOK, Trouble.HTML),
    _asking("looking for our reply refused", 5, FIND, Trouble.STATUS, status=503),
    _asking("looking for our reply cut", 5, FIND, Trouble.CUT),
    _asking("looking for our reply cut in the middle", 3, FIND, Trouble.TORN),
    _asking("reading refused", 3, READ, Trouble.STATUS, status=500),
    _asking("reading: too many requests", 1, READ, Trouble.STATUS, status=429, reset_after=1.0),
    _asking("reading cut", 3, READ, Trouble.CUT),
    _asking("reading cut in the middle of the answer", 3, READ, Trouble.TORN),
    _asking("reading answered with broken JSON", 3, READ, Trouble.MALFORMED),
    _asking("reading answered late", 2, READ, Trouble.SLOW, seconds=0.6),
    Kind(
        name="taking a reply down cut",
        weight=1,
        request={"trouble": Trouble.CUT, "method": "DELETE", "path": RETRACT, "acts": True},
    ),
)
AROUND = (
    Kind(name="server not to be reached", weight=2, way=Way.DOOR),
    Kind(name="database held by another, or restarted", weight=1.5, way=Way.DATABASE),
    Kind(name="disk full", weight=1, way=Way.DISK),
    Kind(name="clock jumps", weight=2, way=Way.CLOCK),
    Kind(name="a second bot on the same database", weight=1, way=Way.TWIN),
    Kind(name="two reviewers at the same moment", weight=6, way=Way.REVIEWERS),
    Kind(name="flood of mentions", weight=0.3, way=Way.FLOOD),
    Kind(name="token revoked for a while", weight=1, way=Way.TOKEN),
    Kind(name="answered by hand before the bot", weight=2, way=Way.HAND),
)
KILLS = (
    Kind(name="killed at any moment", weight=4, way=Way.KILL),
    _killed("while reading", 1, Trouble.HANG, READ),
    _killed("at the last look", 1, Trouble.HANG, LOOK),
    _killed("before the post acted", 3, Trouble.HANG, POST, "POST"),
    _killed("after the post acted", 4, Trouble.HANG, POST, "POST", acts=True),
    _killed("while the post is held up, which then acts", 2, Trouble.HOLD, POST, "POST"),
    _killed("while looking for our reply", 1, Trouble.HANG, FIND),
    *(
        Kind(name=f"killed {point}", weight=0.7, way=Way.KILL, point=number)
        for number, point in enumerate(POINTS, start=1)
    ),
)
KINDS = (*ON_THE_WAY, *AROUND, *KILLS)


def choose(rng: random.Random, *, kills: float) -> Kind:
    """One of them, the frequent more often; `kills` is the share of those that kill the program."""
    group = KILLS if rng.random() < kills else (*ON_THE_WAY, *AROUND)
    (kind,) = rng.choices(group, weights=[kind.weight for kind in group])
    return kind
