"""What a browser says of itself, in words coarse enough to tell one's own devices apart and nobody else."""

from __future__ import annotations

_BROWSERS = (
    ("Firefox", ("firefox", "fxios")),
    ("Edge", ("edg/", "edga/", "edgios")),
    ("Opera", ("opr/",)),
    ("Samsung Internet", ("samsungbrowser",)),
    ("Chrome", ("chrome", "crios", "chromium")),
    ("Safari", ("safari",)),
)
"""In this order, since most of them also say that they are those below."""
_SYSTEMS = (
    ("Android", ("android",)),
    ("iPhone", ("iphone",)),
    ("iPad", ("ipad",)),
    ("Windows", ("windows",)),
    ("ChromeOS", ("cros",)),
    ("a Mac", ("macintosh", "mac os")),
    ("Linux", ("linux", "x11")),
)


def device(user_agent: str) -> str:
    """`Firefox on Android`, `a browser on Linux`; no version, which would say more than anybody needs to know."""
    said = user_agent.lower()
    browser = next((name for name, signs in _BROWSERS if any(sign in said for sign in signs)), "a browser")
    system = next((name for name, signs in _SYSTEMS if any(sign in said for sign in signs)), "")
    return f"{browser} on {system}" if system else browser
