"""Takes the pictures of the documents: plays the demo, drives a real browser through it, and leaves PNGs beside itself.

Run: `make pictures`. The browser is the Chromium on the path; another is named by the environment variable CHROMIUM.
"""

# ruff: noqa: INP001 -- a script beside the documents, not a package

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, ViewportSize

PICTURES = Path(__file__).parent / "pictures"
SPEED = 60
PATIENCE = 120_000
"""Milliseconds: longer than the scripted evening takes until its threat."""
LARGEST = 300_000
"""Bytes of one picture, so that a clone stays small."""
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 780}
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
LINK = re.compile(r"^\s+(Console|Public thread|Compliance)\s+(http\S+)", re.MULTILINE)
LINKS = {"Console", "Public thread", "Compliance"}
THEIR_SAY = re.compile(r"http://localhost:\d+/r/\w+")
MISTAKEN = "@nell@"
"""Who is answered by mistake."""
PERSON, SPEECH = "@len@", "I voted against my own party tonight"
"""Whose case is shown, and the first words of the thread in which it is answered."""
VEIL = ".answers > article:has(+ article.official) .said { filter: blur(7px) }"
"""On the public page the abuse that was answered is made unreadable; the console hides it by itself."""


def main() -> None:
    """All pictures; exit status 1 when one is too large."""
    PICTURES.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as kept, _browser() as browser:
        with _demo(Path(kept)) as links:
            page = _page(browser, DESK)
            _sign_in(page, links["Console"])
            _mistake(browser, page)
            _desks(page)
            _case(page)
            _public_thread(browser, links["Public thread"])
            _behind_the_wall(browser, links["Compliance"])
        page = _page(browser, DESK)
        page.goto((Path(kept) / "report" / "report.html").as_uri())
        _shoot(page, "report", DESK)
    large = [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > LARGEST]
    if large:
        sys.exit(f"Larger than {LARGEST} bytes: {', '.join(large)}")


@contextmanager
def _demo(kept: Path) -> Iterator[dict[str, str]]:
    """The demo, playing, with the links that it prints; it leaves what it has written in that folder."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--speed", str(SPEED), "--keep", str(kept)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as playing:  # noqa: S603  our own command
        try:
            links = dict[str, str]()
            for line in playing.stdout or ():
                links |= LINK.findall(line)
                if links.keys() >= LINKS:
                    break
            yield links
        finally:
            playing.send_signal(signal.SIGINT)
            playing.communicate()


@contextmanager
def _browser() -> Iterator[Browser]:
    """A browser that knows nothing and keeps nothing."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=ARGUMENTS, chromium_sandbox=hasattr(os, "geteuid") and os.geteuid() != 0
        )
        yield browser
        browser.close()


def _page(browser: Browser, size: ViewportSize) -> Page:
    page = browser.new_page(viewport=size, color_scheme="light")
    page.set_default_timeout(PATIENCE)
    return page


def _sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def _mistake(browser: Browser, page: Page) -> None:
    """A reply that should not have been: the page behind its link, and the correction that waits for approval."""
    _arrive(page, page.locator("article.item", has_text=MISTAKEN))
    page.locator("article.item", has_text=MISTAKEN).get_by_role("heading").get_by_role("link").click()
    case = page.url
    page.get_by_role("link", name="show it").click()
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.get_by_role("link", name="Open the reply")).to_be_visible()
    page.goto(case)
    link = THEIR_SAY.search(page.content())
    assert link is not None  # noqa: S101  every reply has one
    outside = _page(browser, PHONE)
    outside.goto(link[0])
    _shoot(outside, "right-of-reply-phone", PHONE)
    page.goto(case)
    page.get_by_text("It was our mistake").first.click()
    page.get_by_role("button", name=re.compile("propose a correction")).click()
    page.goto(_at(page, "/"))
    correction = page.locator("article.item", has_text=MISTAKEN)
    _arrive(page, correction)
    correction.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("heading", name="Proposed reply").evaluate("heading => heading.scrollIntoView()")
    _shoot(page, "correction-phone", PHONE)
    page.set_viewport_size(DESK)


def _arrive(page: Page, row: Locator) -> None:
    """Wait until a row is on the page, which a press on what has arrived may need."""
    arrived = page.locator("#arrived")
    while not row.count():
        expect(arrived.or_(row).first).to_be_visible()
        if arrived.is_visible():
            arrived.click()


def _behind_the_wall(browser: Browser, link: str) -> None:
    """The compliance team's queue with the post of a suspended member."""
    page = _page(browser, PHONE)
    page.goto(link)
    page.get_by_role("button").click()
    expect(page.get_by_text("Conduct while suspended").first).to_be_visible()
    _shoot(page, "compliance-phone", PHONE)


def _desks(page: Page) -> None:
    """The safety desk once the threat is there, which is then acknowledged; what was left alone; the queue."""
    page.goto(_at(page, "/safety"))
    threat = page.locator("article.item").first
    expect(threat).to_be_visible()
    _shoot(page, "safety-phone", PHONE)
    threat.get_by_role("heading").get_by_role("link").click()
    page.get_by_role("button", name="I am dealing with it").click()
    page.goto(_at(page, "/left-alone"))
    expect(page.locator("article.item").first).to_be_visible()
    _shoot(page, "left-alone", DESK)
    page.goto(_at(page, "/"))
    rows, arrived = page.locator("article.item"), page.locator("#arrived")
    while rows.count() < 3:  # noqa: PLR2004 - so many as the words beside the picture say
        expect(arrived.or_(rows.nth(2)).first).to_be_visible()
        if arrived.is_visible():
            arrived.click()
    _shoot(page, "queue", DESK)
    _shoot(page, "queue-phone", PHONE)


def _case(page: Page) -> None:
    """One case as it is on a phone, with the proposed reply; then its approval."""
    page.locator("article.item", has_text=PERSON).get_by_role("heading").get_by_role("link").click()
    approve = page.get_by_role("button", name=re.compile("^Approve"))
    expect(approve).to_be_visible()
    page.set_viewport_size(PHONE)
    # As tall as the page, so that the bar at the foot of the window does not lie across the middle.
    _shoot(page, "case-phone", {**PHONE, "height": page.evaluate("document.documentElement.scrollHeight")})
    page.get_by_role("link", name="show it").click()
    approve.click()
    expect(page.get_by_role("link", name="Open the reply")).to_be_visible()


def _public_thread(browser: Browser, address: str) -> None:
    """What everyone sees: the post that was attacked, the attack, and the reply to it."""
    page = browser.new_page(viewport=DESK, color_scheme="light", bypass_csp=True)
    page.goto(address)
    thread = page.locator("section.thread", has_text=SPEECH)
    expect(thread.get_by_text("posts of this thread")).to_be_visible()
    expect(thread.locator("article.official")).to_have_count(1)
    thread.screenshot(path=PICTURES / "public-thread.png", style=VEIL, animations="disabled")


def _at(page: Page, path: str) -> str:
    return re.sub(r"(?<=\d)/.*", path, page.url)


def _shoot(page: Page, name: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
