"""HTML as servers send it, turned into plain text. Nothing behind this border sees markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = frozenset(
    {"p", "div", "blockquote", "ul", "ol", "pre", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
)
_LINES = frozenset({"br", "li"})
_UNSEEN = frozenset({"script", "style", "template", "title"})
_END_OF_BLOCK = "\n\n"
_END_OF_QUOTE = "\n\n\n"
_MARKUP = re.compile(r"[<&]")
_SPACE_BEFORE_BREAK = re.compile(r"[ \t\r]+(?=\n)")
_BREAKS = re.compile(r"\n{3,}")


def plain(html: str) -> str:
    """The text that a reader sees: paragraphs a blank line apart, quoted passages with `> ` before each line.

    Hidden parts of shortened links are kept, so that a link reads whole. Any input gives a text; none raises.
    """
    if not _MARKUP.search(html):
        return tidy(html)
    root = LexborHTMLParser(html).root
    return tidy(_walk(root)) if root is not None else ""


def tidy(text: str) -> str:
    """Without what differs between servers and says nothing: NUL, spaces at line ends, empty lines in a row."""
    text = text.replace("\x00", "\ufffd").strip()
    if "\n" in text:
        text = _BREAKS.sub("\n\n", _SPACE_BEFORE_BREAK.sub("", text))
    return text


def _walk(root: LexborNode) -> str:
    """The text under a node, in order. A stack of our own, for markup may nest deeper than Python calls can."""
    parts: list[str] = []
    quotes: list[int] = []
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            if node == _END_OF_QUOTE:
                _close_quote(parts, quotes)
            continue
        if (following := node.next) is not None:
            stack.append(following)
        tag = node.tag
        if tag == "-text":
            parts.append(node.text_content or "")
            continue
        if tag in _UNSEEN:
            continue
        _open(tag, node, parts, stack)
        if tag == "blockquote":
            quotes.append(len(parts))
        if (child := node.first_child) is not None:
            stack.append(child)
    return "".join(parts)


def _open(tag: str | None, node: LexborNode, parts: list[str], stack: list[LexborNode | str]) -> None:
    """Say what an element begins with, and leave on the stack what it ends with."""
    if tag in _BLOCKS:
        parts.append("\n\n")
        stack.append(_END_OF_QUOTE if tag == "blockquote" else _END_OF_BLOCK)
    elif tag in _LINES:
        parts.append("\n- " if tag == "li" else "\n")
    elif tag == "img":
        parts.append(node.attributes.get("alt") or "")


def _close_quote(parts: list[str], quotes: list[int]) -> None:
    """Put `> ` before each line of the quote that ends here; one inside another is not marked twice."""
    start = quotes.pop()
    if quotes:
        return
    lines = tidy("".join(parts[start:])).split("\n")
    parts[start:] = ["\n".join(f"> {line}".rstrip() for line in lines), "\n\n"]
