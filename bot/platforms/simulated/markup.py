"""Plain text to the HTML that a Mastodon server shows, and the length that it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOKENS = regex.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'’])"
    r"|(?<![=/\w])@(?P<mention>[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?(?:@[\w.-]*\w)?)"
    r"|(?<![=/)\w&])#(?P<hashtag>\w*[^\W\d_]\w*)",
    regex.IGNORECASE,
)
_BREAK = regex.compile(r"\n{2,}")
_URL_PREFIX = regex.compile(r"https?://(?:www\.)?")
_URL_SHOWN = 30
_URL_COUNTED = "x" * 23
_REL = Markup('rel="nofollow noopener noreferrer"')


def mentioned_in(text: str) -> Iterator[str]:
    """Each `name` or `name@server` that the text addresses, in order, as written."""
    for found in _TOKENS.finditer(text):
        if found["mention"]:
            yield found["mention"]


def hashtags_in(text: str) -> Iterator[str]:
    """Each hashtag without its sign, in order, as written."""
    for found in _TOKENS.finditer(text):
        if found["hashtag"]:
            yield found["hashtag"]


def counted_length(text: str) -> int:
    """The length that the server holds against its limit: a link counts 23, a mention without its server."""

    def shortened(found: regex.Match[str]) -> str:
        if found["url"]:
            return _URL_COUNTED
        return "@" + found["mention"].partition("@")[0] if found["mention"] else found[0]

    return len(regex.findall(r"\X", _TOKENS.sub(shortened, text)))


def to_html(
    text: str, *, person: Callable[[str], tuple[str, str] | None], tag_url: str = "", loose: bool = False
) -> Markup:
    """The text as the server shows it: paragraphs, line breaks, links, mentions and hashtags.

    `person` gives the address and the shown name of a mentioned `name` or `name@server`, `None` for a stranger.
    `loose` writes as some other servers do: `<br><br>` between paragraphs, bare `&` and `>`.
    """
    html = Markup("")
    end = 0
    for found in _TOKENS.finditer(text):
        html += _plain(text[end : found.start()], loose=loose) + _linked(found, person, tag_url)
        end = found.end()
    html += _plain(text[end:], loose=loose)
    return _paragraphs(html, loose=loose) if text else Markup("")


def _plain(text: str, *, loose: bool) -> Markup:
    text = text.replace("\r\n", "\n")
    if not loose:
        return escape(text)
    safe_ampersand = regex.sub(r"&(?=[#\w]+;)", "&amp;", text)
    return Markup(safe_ampersand.replace("<", "&lt;"))  # noqa: S704  # `<` cannot survive, so no tag can


def _linked(found: regex.Match[str], person: Callable[[str], tuple[str, str] | None], tag_url: str) -> Markup:
    if found["url"]:
        return _link(found["url"])
    if found["hashtag"]:
        tag = found["hashtag"]
        return Markup('<a href="{}{}" class="mention hashtag" rel="tag">#<span>{}</span></a>').format(
            tag_url, tag.lower(), tag
        )
    known = person(found["mention"])
    if known is None:
        return escape(found[0])
    return Markup(
        '<span class="h-card" translate="no"><a href="{}" class="u-url mention">@<span>{}</span></a></span>'
    ).format(*known)


def _link(url: str) -> Markup:
    prefix = _URL_PREFIX.match(url)
    start = prefix.end() if prefix else 0
    shown, hidden = url[start : start + _URL_SHOWN], url[start + _URL_SHOWN :]
    return Markup(
        '<a href="{}" target="_blank" {} translate="no"><span class="invisible">{}</span>'
        '<span class="{}">{}</span><span class="invisible">{}</span></a>'
    ).format(url, _REL, url[:start], "ellipsis" if hidden else "", shown, hidden)


def _paragraphs(html: Markup, *, loose: bool) -> Markup:
    if loose:
        return Markup("<p>") + html.replace("\n", Markup("<br>")) + Markup("</p>")
    parts = (Markup(part).strip("\n") for part in _BREAK.split(str(html)))  # noqa: S704  # escaped above
    return Markup("").join(Markup("<p>") + part.replace("\n", Markup("<br />")) + Markup("</p>") for part in parts)
