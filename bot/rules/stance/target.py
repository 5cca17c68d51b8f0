"""Whom abuse is aimed at, as far as the post itself shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Target, TargetKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.model import Mention


def target(
    mention: Mention, *, spoken_to: bool, characteristic: str | None, own: Collection[str], protected: Collection[str]
) -> Target:
    """Whom the words are aimed at. `own` and `protected` are handles in lower case.

    Words about a characteristic that speak to nobody are aimed at the group. Others are aimed at whoever is answered,
    else at whoever the post names: a protected person first, because that is whom we must look after.
    """
    if characteristic is not None and not spoken_to:
        return Target(kind=TargetKind.GROUP, characteristic=characteristic)
    handle = _whom(mention, own, protected)
    return Target(kind=_kind(handle, own, protected), handle=handle, characteristic=characteristic)


def _whom(mention: Mention, own: Collection[str], protected: Collection[str]) -> str | None:
    named = list(_named(mention))
    answered = mention.parent.author if mention.parent else None
    if answered is not None and answered.lower() != mention.author.handle.lower():
        return answered
    for ours in (protected, own):
        for handle in named:
            if handle.lower() in ours:
                return handle
    return next(iter(named), None)


def _named(mention: Mention) -> Iterator[str]:
    return (handle for handle in mention.addressed if handle.lower() != mention.author.handle.lower())


def _kind(handle: str | None, own: Collection[str], protected: Collection[str]) -> TargetKind:
    if handle is None or handle.lower() in own:
        return TargetKind.ACCOUNT
    return TargetKind.PROTECTED if handle.lower() in protected else TargetKind.PERSON
