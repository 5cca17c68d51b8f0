"""A device is named so that its owner knows it, and no more exactly than that."""

from __future__ import annotations

import pytest

from bot.web.devices import device

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox on Android"),
        (CHROME, "Chrome on Android"),
        (f"{CHROME} EdgA/131.0", "Edge on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("curl/8.9", "a browser"),
        ("<script>alert(1)</script> linux", "a browser on Linux"),
        ("", "a browser"),
    ],
)
def test_browser_and_system_are_named_without_versions_or_models(said: str, words: str) -> None:
    assert device(said) == words
