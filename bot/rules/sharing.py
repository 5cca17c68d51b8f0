"""What the files of one language share: lists, templates, inflections and the ways in which the language speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.rules.disguise import Signs
from bot.yaml_file import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.rules.language import Pack
    from bot.rules.lexicon import Ending
    from bot.rules.stance import Context
    from bot.yaml_file import Loaded, Problem


_NAME = re.compile(r"\{([a-z][a-z_]*)\}")


@dataclass(slots=True)
class Shared:
    """What the files of one language share."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    templates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inflections: dict[str, tuple[Ending, ...]] = field(default_factory=dict)
    masked: list[str] = field(default_factory=list)
    emoji: Signs = field(default_factory=Signs)
    respelt: dict[str, tuple[str, ...]] = field(default_factory=dict)
    context: Context | None = None

    @property
    def speech(self) -> str:
        """All that bears on how every text is read, whichever rule looks, spelt out so that a change in it shows."""
        context = self.context.model_dump_json() if self.context else ""
        used = {name: self.lists[name] for name in reached(self.lists, names_in([context]))}
        return repr((context, sorted(used.items()), self.masked, self.emoji, self.respelt, self.inflections))


def names_in(texts: Iterable[str]) -> Iterator[str]:
    """The names of lists that stand in braces in these texts."""
    return (name for text in texts for name in _NAME.findall(text))


def reached(lists: Mapping[str, Iterable[str]], names: Iterable[str]) -> Iterator[str]:
    """These lists, as far as they are there, and all that they take in, each once."""
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in lists:
            seen.add(name)
            waiting += names_in(lists[name])
            yield name


def share(packs: Iterable[Loaded[Pack]], problems: list[Problem]) -> dict[str, Shared]:
    """By language, what its files give all of them; a problem for each name that two files give, or none has."""
    shared: dict[str, Shared] = {}
    written: dict[tuple[str, str, str], str] = {}
    packs = list(packs)
    for pack in packs:
        language = shared.setdefault(pack.value.lang, Shared())
        for kind in ("lists", "templates", "inflections"):
            known = getattr(language, kind)
            for name, entries in getattr(pack.value, kind).items():
                first = written.setdefault((pack.value.lang, kind, name), f"{pack.path}:{pack.line(kind, name)}")
                if name in known:
                    message = (
                        f"the name is taken: it stands in {first} too. Choose another, or write {{{name}}} for that"
                    )
                    problems.append(pack.problem(kind, name, message=message))
                known[name] = entries
        language.masked += pack.value.masked
        for word, ways in pack.value.respelt.items():
            language.respelt[word] = (*language.respelt.get(word, ()), *ways)
        language.emoji = language.emoji.with_those_of(pack.value.emoji)
        if pack.value.context is not None:
            if language.context is not None:
                problems.append(pack.problem("context", message="another file of this language already gives it"))
            language.context = pack.value.context
    for pack in packs:
        problems += _change(pack, shared[pack.value.lang].lists)
    return shared


def with_changes(entries: Iterable[str], *, added: Iterable[str], left_out: Iterable[str]) -> tuple[str, ...]:
    """The entries of a list as they count, each once, in their order. What is not there need not be left out."""
    gone = set(left_out)
    return tuple(dict.fromkeys([*(entry for entry in entries if entry not in gone), *added]))


def _change(pack: Loaded[Pack], lists: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Add to the lists what this file adds, and leave out what it leaves out."""
    for key in ("additions", "left_out"):
        for name in getattr(pack.value, key):
            if name not in lists:
                message = f"there is no list “{name}” in this language{nearest(name, lists)}"
                yield pack.problem(key, name, message=message)
    for name in (pack.value.additions.keys() | pack.value.left_out.keys()) & lists.keys():
        added, left_out = pack.value.additions.get(name, ()), pack.value.left_out.get(name, ())
        lists[name] = with_changes(lists[name], added=added, left_out=left_out)
