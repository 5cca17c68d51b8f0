"""What people do to a text so that no filter finds it, though every reader does.

A text in disguise is kept as cells, one for each character of the original, so that it is known where each went.
"""

# ruff: noqa: RUF001  look-alike letters are what this is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOOK_ALIKES = {
    "a": "аɑα", "b": "Ь", "c": "сϲ", "d": "ԁ", "e": "еҽ", "g": "ɡ", "h": "һ", "i": "іɩı", "j": "ј", "k": "κк",
    "l": "ӏ", "m": "м", "n": "ո", "o": "оοօ", "p": "рρ", "r": "г", "s": "ѕ", "t": "т", "u": "υս", "v": "ѵν",
    "w": "ԝѡ", "x": "х", "y": "уү", "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ",
    "M": "МΜ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ҮΥ", "Z": "Ζ",
}  # fmt: skip
"""Letters of other scripts that nobody tells apart from ours."""
LEET = {
    "a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+",
}  # fmt: skip
MARKS = "\u0301\u0308\u0323\u0336\u0338\u0489"
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\ufe0f"
ISOLATES = (
    ("\u2066", "\u2069"),
    ("\u2067", "\u2069"),
    ("\u2068", "\u2069"),
    ("\u202a", "\u202c"),
    ("\u202d", "\u202c"),
)
OVERRIDE, POP = "\u202e", "\u202c"
FULL_WIDTH = 0xFEE0
ALPHABETS = (0x1D400, 0x1D434, 0x1D468, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670, 0x1D4D0, 0x1D56C, 0x1D538)
"""Bold, slanted, sans-serif, monospaced, script, Fraktur and double-struck: A of each, with the others behind."""
BOXED = (0x1F130, 0x1F150, 0x1F170, 0x24B6)
"""A in a square or a circle, white or black, with the others behind."""
FLAG = 0x1F1E6
WANTED = 0.7
"""How many of the letters that have a sign are replaced."""
SHORTEST = 4
"""Words that are cut up or get digits in them; in shorter ones all is chance."""
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_HIDDEN = re.compile(r"\S*(?:[@#/]|\w\.\w)\S*")


@dataclass(slots=True)
class Disguised:
    """A text of which part is disguised."""

    cells: list[str]
    """What each character of the original has become; empty where it is gone."""
    words: list[tuple[int, int]]
    """Where the words that may be disguised stand in the original."""

    @property
    def text(self) -> str:
        """As it is posted."""
        return "".join(self.cells)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where these characters of the original stand now, without what was put around them."""
        before = len("".join(self.cells[:start]))
        return before, before + len("".join(self.cells[start:end]))

    def each(self, change: Callable[[str], str], places: Iterable[int]) -> None:
        """Change every letter in these cells; marks and the like that were put around them stay."""
        for place in places:
            self.cells[place] = "".join(map(change, self.cells[place]))


Transformation = Callable[[Disguised, Random], None]
"""Changes the cells of some of the words; does nothing where there is nothing for it to do."""


def disguised(text: str, names: Sequence[str], random: Random, *, within: tuple[int, int] | None = None) -> Disguised:
    """The text with these transformations done one after another, to words within these characters, or to any.

    Addresses are left alone.
    """
    start, end = within or (0, len(text))
    hidden = [match.span() for match in _HIDDEN.finditer(text)]
    words = [
        word.span()
        for word in _WORD.finditer(text, start, end)
        if not any(since <= word.start() < until for since, until in hidden)
    ]
    told = Disguised(list(text), words)
    if words:
        for name in names:
            TRANSFORMATIONS[name](told, random)
    return told


def _some(told: Disguised, random: Random, *, shortest: int = 1) -> list[tuple[int, int]]:
    """One word at least, of those that are long enough."""
    long = [(start, end) for start, end in told.words if end - start >= shortest]
    return random.sample(long, random.randint(1, len(long))) if long else []


def _letters(told: Disguised, random: Random, words: Iterable[tuple[int, int]], *, most: float = 1.0) -> list[int]:
    """Some places in each of these words, one at least."""
    found: list[int] = []
    for start, end in words:
        count = max(1, int((end - start) * most))
        found += random.sample(range(start, end), random.randint(1, count))
    return found


def upper(told: Disguised, random: Random) -> None:
    for start, end in _some(told, random):
        told.each(_capital, range(start, end))


def mixed_case(told: Disguised, random: Random) -> None:
    told.each(_capital, _letters(told, random, _some(told, random)))


def look_alikes(told: Disguised, random: Random) -> None:
    told.each(lambda char: random.choice(LOOK_ALIKES.get(char, char)), _letters(told, random, _some(told, random)))


def full_width(told: Disguised, random: Random) -> None:
    for start, end in _some(told, random):
        told.each(lambda char: chr(ord(char) + FULL_WIDTH) if "!" <= char <= "~" else char, range(start, end))


def alphabets(told: Disguised, random: Random) -> None:
    first = random.choice(ALPHABETS)
    for start, end in _some(told, random):
        told.each(lambda char: _from(char, first), range(start, end))


def boxed(told: Disguised, random: Random) -> None:
    first = random.choice(BOXED)
    places = _letters(told, random, _some(told, random))
    told.each(lambda char: chr(first + ord(char.upper()) - 65) if _plain(char) else char, places)


def flags(told: Disguised, random: Random) -> None:
    for start, end in _some(told, random, shortest=SHORTEST):
        told.each(lambda char: chr(FLAG + ord(char.upper()) - 65) if _plain(char) else char, range(start, end))


def marks(told: Disguised, random: Random) -> None:
    told.each(
        lambda char: char + random.choice(MARKS) if char.isalpha() else char,
        _letters(told, random, _some(told, random)),
    )


def unseen(told: Disguised, random: Random) -> None:
    told.each(lambda char: char + random.choice(UNSEEN), _letters(told, random, _some(told, random)))


def isolated(told: Disguised, random: Random) -> None:
    opens, closes = random.choice(ISOLATES)
    for start, end in _some(told, random):
        told.cells[start] = opens + told.cells[start]
        told.cells[end - 1] += closes


def turned(told: Disguised, random: Random) -> None:
    """Written backwards, and shown forwards by an override. A word in which that was done is left alone."""
    for start, end in _some(told, random):
        word = "".join(told.cells[start:end])
        if word.isalpha():
            told.cells[start : start + 1] = [OVERRIDE + word[::-1] + POP]
            told.cells[start + 1 : end] = [""] * (end - start - 1)


def leet(told: Disguised, random: Random) -> None:
    """Digits and signs for letters, never two in a row and none at the beginning, so that it can still be read."""
    for start, end in _some(told, random, shortest=SHORTEST):
        last = start
        for place in range(start + 1, end) if _bare(told, start, end) else ():
            signs = LEET.get(told.cells[place].lower())
            if signs and place > last + 1 and random.random() < WANTED:
                told.cells[place] = random.choice(signs[:1] if place == end - 1 else signs)  # a sign ends a sentence
                last = place


def _apart(mark: str) -> Transformation:
    def put(told: Disguised, random: Random) -> None:
        for start, end in random.sample(told.words, 1):
            if end - start >= SHORTEST and _bare(told, start, end):
                for place in range(start, end - 1):
                    told.cells[place] += mark

    return put


def stretched(told: Disguised, random: Random) -> None:
    for start, end in _some(told, random, shortest=SHORTEST):
        place = random.randrange(start, end)
        if len(told.cells[place]) == 1 and told.cells[place].isalpha():
            told.cells[place] *= random.randint(3, 8)


def lines(told: Disguised, random: Random) -> None:
    """Line breaks instead of spaces; a line that begins with a capital begins another sentence to every reader."""
    for place in _gaps(told):
        if random.random() < WANTED:
            told.cells[place] = "\n"


def verse(told: Disguised, random: Random) -> None:
    """The same with two words in each line at least: a word alone on its line may call somebody names."""
    gaps = _gaps(told)
    ends = [end for _, end in told.words]
    last = 0
    for number, end in enumerate(ends[:-2], start=1):
        if end in gaps and number - last > 1 and random.random() < WANTED:
            told.cells[end] = "\n"
            last = number


def _gaps(told: Disguised) -> list[int]:
    """Spaces between two words of which the second begins small."""
    return [
        left
        for (_, left), (right, _) in zip(told.words, told.words[1:], strict=False)
        if right - left == 1 and told.cells[left] == " " and told.cells[right][:1].islower()
    ]


def emoji_inside(told: Disguised, random: Random) -> None:
    for start, end in _some(told, random, shortest=SHORTEST):
        places = [place for place in range(start, end - 1) if told.cells[place][-1:].isalpha()]
        if places and _bare(told, start, end):
            told.cells[random.choice(places)] += random.choice("🌟🔥💥")


def hashtag(told: Disguised, random: Random) -> None:
    """Words in a row run together, each with a capital."""
    runs: list[list[tuple[int, int]]] = []
    for word in told.words:
        if runs and word[0] - runs[-1][-1][1] == 1 and told.cells[word[0] - 1] == " ":
            runs[-1].append(word)
        else:
            runs.append([word])
    run = max(runs, key=len)
    for start, end in run:
        told.cells[start] = told.cells[start].upper()
        for place in range(start + 1, end):
            told.cells[place] = "" if told.cells[place] in "'’" else told.cells[place].lower()
        if start != run[0][0]:
            told.cells[start - 1] = ""
    told.cells[run[0][0]] = "#" + told.cells[run[0][0]]


def _bare(told: Disguised, start: int, end: int) -> bool:
    """Whether a word has no mark of its own and was not put into one piece: `don't` cut up is read by nobody."""
    return all(cell and not {"'", "’"}.intersection(cell) for cell in told.cells[start:end])


def _plain(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _capital(char: str) -> str:
    """Look-alikes have capitals that look like nothing of ours."""
    return char.upper() if _plain(char) else char


def _from(char: str, first: int) -> str:
    if not _plain(char):
        return char
    made = chr(first + ord(char) - (65 if char.isupper() else 71))
    return made if unicodedata.category(made) != "Cn" else char  # a few were there before, and stand elsewhere


LEGIBLE: dict[str, Transformation] = {
    "upper case": upper,
    "mixed case": mixed_case,
    "look-alikes": look_alikes,
    "full width": full_width,
    "other alphabets": alphabets,
    "boxed letters": boxed,
    "combining marks": marks,
    "unseen": unseen,
    "isolated": isolated,
    "turned round": turned,
}
"""After these, each letter still shows what it is, whatever word it stands in."""
GUESSED: dict[str, Transformation] = {
    "leet": leet,
    "spaced": _apart(" "),
    "dots": _apart("."),
    "stars": _apart("*"),
    "dashes": _apart("-"),
    "stretched": stretched,
    "emoji inside": emoji_inside,
    "flags for letters": flags,
    "hashtag": hashtag,
    "lines": lines,
    "verse": verse,
}
"""What these hide can only be guessed: by a reader from the sense, by us from the words that rules know."""
TRANSFORMATIONS = LEGIBLE | GUESSED
