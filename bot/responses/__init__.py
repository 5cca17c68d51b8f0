"""Reply texts: their shape in `responses/`, choosing, filling and measuring them, and what none may say."""

from bot.responses.book import IN_GROUP_CONFIDENCE, NoSuchResponse, Preview, Responses, in_group
from bot.responses.folder import FEWEST_VARIANTS, Audience, Response, Voice
from bot.responses.links import LONGEST_TOKEN, ReplyLinks, digest_of, new_token
from bot.responses.wording import LINK, MEASURES, Measure, handles, length, measure_of

__all__ = [
    "FEWEST_VARIANTS",
    "IN_GROUP_CONFIDENCE",
    "LINK",
    "LONGEST_TOKEN",
    "MEASURES",
    "Audience",
    "Measure",
    "NoSuchResponse",
    "Preview",
    "ReplyLinks",
    "Response",
    "Responses",
    "Voice",
    "digest_of",
    "handles",
    "in_group",
    "length",
    "measure_of",
    "new_token",
]
