"""What every request must pass before a page sees it, and the headers that every answer carries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD"})
LARGEST_BODY = 64 * 1024
"""Bytes of a form post; the longest thing anyone types here is one reply."""
LARGEST_UPLOAD = 16 * 1024 * 1024
"""Bytes of a file that is uploaded, which goes to the disk as it comes in."""
_UTF_8 = r"(?: *; *charset=\"?utf-8\"?)?"
_FORM = re.compile(rf"application/x-www-form-urlencoded{_UTF_8}", re.IGNORECASE)
_UPLOAD = re.compile(rf"multipart/form-data{_UTF_8} *; *boundary=[^;,= ]+{_UTF_8}", re.IGNORECASE)
"""What browsers send. Nothing else is let in: a form in parts is decoded with whatever codec its sender names, some of
which take a second for 60 KB, while nobody else is served."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""`same-origin` and not `no-referrer`: the latter makes browsers send `Origin: null` with our own forms."""


class Guard:
    """Refuses requests for other names (DNS rebinding), posts from other sites, bodies too large or of another kind.

    `public_host` is the name, with its port if it has one, under which a proxy of the party's own reaches us. `uploads`
    is the form of the addresses to which files may be uploaded, `setting` the configuration key of the public address.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        public_host: str | None = None,
        uploads: re.Pattern[str] | None = None,
        setting: str = "server.public_url",
    ) -> None:
        self._app = app
        self._public_host = public_host
        self._uploads = uploads
        self._setting = setting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        target = scope["path"] + "?" + scope.get("query_string", b"").decode("latin-1")
        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope), target=target)
        await (refusal or self._app)(scope, receive, _with_security_headers(send))

    def _refusal(self, method: str, path: str, headers: Headers, *, target: str) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            words = f"This page does not answer to the name {host!r}. If that is yours, set {self._setting} to it.\n"
            return PlainTextResponse(words, status_code=400)
        if "%00" in target or "\0" in target:
            return PlainTextResponse("Refused: an address has no such character.\n", status_code=400)
        if method in SAFE_METHODS:
            return None
        if not self._from_our_own_page(headers, host):
            words = "Refused: this request came from another site. Open the page itself and press the button there.\n"
            return PlainTextResponse(words, status_code=403)
        return self._refusal_of_body(path, headers)

    def _refusal_of_body(self, path: str, headers: Headers) -> PlainTextResponse | None:
        length = headers.get("content-length", "")
        upload = self._uploads is not None and self._uploads.fullmatch(path) is not None
        if not length.isdecimal() or int(length) > (LARGEST_UPLOAD if upload else LARGEST_BODY):
            most = f"a file here can have: {LARGEST_UPLOAD // 1024**2} MB" if upload else "a form here can hold"
            return PlainTextResponse(f"Refused: that is more than {most}.\n", status_code=413)
        if not _readable(headers.getlist("content-type"), upload=upload):
            words = (
                "Refused: a form here comes as browsers send it, in UTF-8, and a file only where one is asked for.\n"
            )
            return PlainTextResponse(words, status_code=415)
        return None

    def _is_ours(self, host: str) -> bool:
        return host == self._public_host or _name(host) in LOOPBACK

    def _from_our_own_page(self, headers: Headers, host: str) -> bool:
        """What the browser says of where a post comes from; every current one says it, and no page can forge it."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = urlsplit(headers.get("origin", "")).netloc
        return origin != "" and origin in _known(host, self._public_host)


def _readable(kinds: Sequence[str], *, upload: bool) -> bool:
    """Whether a body of that kind may be read; without any kind nobody reads it as a form."""
    kind = ", ".join(kinds)
    return kind == "" or _FORM.fullmatch(kind) is not None or (upload and _UPLOAD.fullmatch(kind) is not None)


def _known(*hosts: str | None) -> Collection[str]:
    return {host for host in hosts if host}


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _with_security_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded
