"""The whole bot on a simulated network: started, used, stopped, killed and started again."""

from __future__ import annotations

import asyncio
import signal
import stat
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import yaml
from structlog.testing import capture_logs

from bot.app import LINKS, App, CannotStartError, beside, open_store
from bot.model import Case, Decision, Mode, Refusal, State, Verb
from bot.pipeline import Pipeline
from bot.ports import PlatformError
from bot.responses import length
from bot.store import Store, StoreError
from tests.fakes.network import Crash
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT
from tests.fakes.terminal import free_port, line_with, running_command, typed
from tests.fakes.town import ACCOUNTS, Town, cases_in, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from structlog.typing import EventDict

APPROVE = ("queue", "decide", "--as", "mara")


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the bot in this process logs, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def fernwick(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as made:
        yield made


async def approve(app: App, case: Case, reviewer: str = "mara") -> Case:
    answer = await app.room.decide(
        Decision(case_id=case.id, version=case.version, verb=Verb.APPROVE, reviewer=reviewer, desk="console")
    )
    assert isinstance(answer, Case), answer
    return answer


def beside_it(town: Town) -> Store:
    """The same database, looked at from outside while the bot runs."""
    return open_store(town.files(), exclusive=False)


# ── in this process ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_start_that_was_killed_still_sends_back_what_was_approved_under_other_accounts(
    fernwick: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fernwick.bot() as app:
        fernwick.say(ABUSE, by="sam", to=ACCOUNTS["LEADER_TOKEN"])
        [case] = await cases_in(app.store, State.OPEN)
        app.loops.schedule.stop()
        await approve(app, case)
    settings = yaml.safe_load(fernwick.config.read_text(encoding="utf-8"))
    settings["accounts"][0]["approvers"] = settings["accounts"][0]["approvers"][:1]
    fernwick.config.write_text(yaml.safe_dump(settings), encoding="utf-8")

    async def killed(_pipeline: Pipeline, _why: str) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "lapse_all", killed)
        with pytest.raises(Crash):
            async with fernwick.bot():
                pass
    async with fernwick.bot() as app:
        [case] = await cases_in(app.store, State.OPEN)
        assert case.note == "The accounts or reviewers were changed after it was approved."


async def test_mention_becomes_a_case_and_its_approved_reply_stands_under_it(fernwick: Town) -> None:
    async with fernwick.bot() as app:
        post = fernwick.say(ABUSE)
        fernwick.say(FAIR, by="dot")
        fernwick.say(RUDE, by="len")
        [case] = await cases_in(app.store, State.OPEN)
        assert case.mention.text.endswith(ABUSE)
        await approve(app, case)
        await cases_in(app.store, State.PUBLISHED)
        [reply] = fernwick.replies()
        assert (reply["author"], reply["in_reply_to"]) == ("@leader@fernwick.example", post.uri)
        assert case.draft is not None
        assert (reply["text"], reply["visibility"]) == (case.draft.text, "unlisted")
        assert len(await app.store.recorded()) == 1
        assert [left.text.endswith(FAIR) for left in await app.store.left_alone()] == [True]
    assert len(fernwick.replies()) == 1


async def test_link_in_the_reply_leads_to_the_page_and_our_mistake_to_a_correction_in_its_place(tmp_path: Path) -> None:
    port = free_port()
    async with town(tmp_path, public={"url": f"http://127.0.0.1:{port}", "port": port}) as streets:
        async with streets.bot(speed=50) as app, httpx.AsyncClient() as browser:
            streets.say(ABUSE)
            [case] = await cases_in(app.store, State.OPEN)
            reply, measure = (await app.room.card(case)).reply, app.room.measure(case.account)
            await approve(app, case)
            await cases_in(app.store, State.PUBLISHED)
            posted = streets.replies()[0]["text"]
            assert reply is not None
            assert reply.whole == length(posted, "mastodon") > reply.length
            said, limit, words = measure.of(case, f"  {reply.wording.partition('If we got')[0]}\n")
            ending = f", and {reply.whole - said} for the link to answer us: {reply.whole} as posted"
            assert (said, words) == (reply.length, f"{said} of {limit} characters{ending}")
            link = posted.rpartition(" ")[2]
            origin = {"origin": f"http://127.0.0.1:{port}"}
            answer = await browser.post(link, data={"kind": "not_me"}, headers=origin, follow_redirects=True)
            assert "Thank you. We have it." in answer.text
            now = await app.store.case(case.id)
            assert now is not None
            mistake = Decision(case_id=now.id, version=now.version, verb=Verb.MISTAKE, reviewer="tom", desk="console")
            assert isinstance(await app.room.decide(mistake), Case)
            [correction] = await cases_in(app.store, State.OPEN)
            await approve(app, correction)
            await cases_in(app.store, State.PUBLISHED)
        [standing] = streets.replies()
        assert correction.draft is not None
        assert standing["text"] == correction.draft.text


async def test_what_was_said_before_the_first_start_is_never_answered(fernwick: Town) -> None:
    fernwick.say(ABUSE, by="early")
    async with fernwick.bot() as app:
        fernwick.say(ABUSE, by="late")
        [case] = await cases_in(app.store, State.OPEN)
        assert case.mention.author.handle == "@late@tidewater.example"


async def test_what_was_said_while_the_bot_was_off_is_read_at_the_next_start(fernwick: Town) -> None:
    async with fernwick.bot():
        pass
    fernwick.say(ABUSE)
    async with fernwick.bot() as app:
        assert await cases_in(app.store, State.OPEN)


async def test_threat_is_escalated_and_kept_when_it_is_deleted(fernwick: Town) -> None:
    async with fernwick.bot() as app:
        post = fernwick.say(THREAT)
        [case] = await cases_in(app.store, State.ESCALATED)
        assert case.draft is None
        fernwick.world.delete(post.uri)

        async def gone() -> bool:
            now = await app.store.case(case.id)
            return now is not None and now.gone_at is not None

        await until(gone)
        kept = await app.store.case(case.id)
        assert kept is not None
        assert (kept.state, kept.mention.text) == (State.ESCALATED, case.mention.text)
    assert fernwick.replies() == []


async def test_revoked_token_is_told_once_and_the_other_accounts_are_read_on(fernwick: Town) -> None:
    told: list[str] = []
    async with fernwick.bot(speed=50) as app:
        desk = Listening(told)
        app.desks.append(desk)
        fernwick.world.revoke(fernwick.tokens["DEPUTY_TOKEN"])
        await until(desk.heard)
        for number in range(3):
            fernwick.say(ABUSE, by=f"sam{number}")
            await cases_in(app.store, State.OPEN, number=number + 1)
    about = [text for text in told if "deputy" in text.lower() or "token" in text.lower()]
    assert len(about) == len(set(about))
    assert about
    assert all(token not in text for text in told for token in fernwick.tokens.values())


class Listening:
    """A desk that only listens."""

    name = "console"

    def __init__(self, told: list[str]) -> None:
        self.told = told

    async def refresh(self) -> None:
        pass

    async def tell(self, text: str, *, safety: bool = False) -> None:
        if not safety:
            self.told.append(text)

    async def heard(self) -> list[str]:
        return self.told


async def test_health_page_says_what_is_read_and_waits(fernwick: Town) -> None:
    async with fernwick.bot() as app:
        vitals = await app.pulse.take()
        assert set(vitals.polled) == {"party", "leader", "deputy"}
        assert all(vitals.polled.values())
        assert list(vitals.reasons()) == []


async def test_health_page_tells_a_revoked_token_a_silent_server_and_a_pause(fernwick: Town) -> None:
    async with fernwick.bot(speed=50) as app:

        async def reasons() -> list[str]:
            return list((await app.pulse.take()).reasons())

        await app.pause("all", "mara", "")
        assert (await app.pulse.take()).paused == ("all",)
        assert await reasons() == []
        fernwick.world.revoke(fernwick.tokens["DEPUTY_TOKEN"])
        await until(reasons)
        assert all("deputy" in reason for reason in await reasons())
        door = fernwick.world.hosts["fernwick.example"].door
        assert door is not None
        door.refuse()

        async def all_ill() -> bool:
            found = " ".join(await reasons())
            return all(account in found for account in ("party", "leader", "deputy"))

        await until(all_ill)
        await door.open()

        async def well_again() -> bool:
            return all("deputy" in reason for reason in await reasons())

        await until(well_again)


async def test_console_of_a_running_bot_opens_with_its_link(fernwick: Town) -> None:
    async with fernwick.bot() as app:
        fernwick.say(ABUSE)
        await cases_in(app.store, State.OPEN)
        assert app.console is not None
        async with httpx.AsyncClient(base_url=app.console.address, follow_redirects=True) as browser:
            same = {"sec-fetch-site": "same-origin"}
            page = await browser.post(app.console.link_for("mara"), headers=same)
            assert page.status_code == 200
            assert "@sam@tidewater.example" in (await browser.get("/")).text


async def test_every_start_and_stop_is_audited_with_the_modes(fernwick: Town) -> None:
    async with fernwick.bot():
        pass
    store = beside_it(fernwick)
    events = await store.audit_events("system")
    kinds = [event.kind for event in events]
    assert kinds.count("bot.started") == kinds.count("bot.stopped") == 1
    [started] = [event for event in events if event.kind == "bot.started"]
    assert started.detail["modes"] == {"party": "live", "leader": "live", "deputy": "live"}
    assert await store.verify() == []
    await store.close()


async def test_change_of_the_configuration_is_audited_at_the_next_start(fernwick: Town) -> None:
    async with fernwick.bot():
        pass
    text = fernwick.config.read_text(encoding="utf-8")
    fernwick.config.write_text(text.replace("replies_per_day: ", "replies_per_day: 1"), encoding="utf-8")
    async with fernwick.bot() as app:
        [*_, changed] = [
            event for event in await app.store.audit_events("system") if event.kind == "configuration.changed"
        ]
        assert "replies_per_day" in str(changed.detail)


async def test_rule_that_was_stopped_is_told_of_at_each_start_until_an_admin_releases_it(fernwick: Town) -> None:
    async with fernwick.bot() as app:
        for number in range(6):
            fernwick.say(ABUSE, by=f"angry{number}")
        await until(app.store.braked)
        status = await app.status(since=app.now() - timedelta(days=1))
        assert "'braked': {'made-up-insult': " in str(status)
    told: list[str] = []
    async with fernwick.bot(desk=Listening(told)) as app:
        assert await app.release("made-up-insult", "tom") == refused("Only an admin may release a rule.", "no_right")
        assert await app.release("made-up-insult", "mara") is None
        nothing = "The brake has not stopped a rule made-up-insult. Stopped: none."
        assert await app.release("made-up-insult", "mara") == refused(nothing, "not_now")
        assert await app.store.braked() == {}
        await until(lambda: later(told, 2))
    assert told[0].startswith("Rule made-up-insult is in shadow since ")
    assert told[1].startswith("Mara Bright released rule made-up-insult.")
    told.clear()
    async with fernwick.bot(desk=Listening(told)) as app:
        app.loops.say("Anything else.")
        await until(lambda: later(told, 1))
    assert told == ["Anything else."]


def refused(message: str, code: str) -> Refusal:
    return Refusal(code=code, message=message)


async def later(told: list[str], number: int) -> bool:
    return len(told) >= number


async def test_reported_link_opens_a_case_and_anything_else_is_answered_in_words(fernwick: Town) -> None:
    async with fernwick.bot() as app:
        fernwick.world.add_person("@roy@fernwick.example")
        post = fernwick.world.post("@roy@fernwick.example", ABUSE)
        calm = fernwick.world.post("@roy@fernwick.example", FAIR)
        case = await app.report(fernwick.world.url(post), "tom")
        assert isinstance(case, Case)
        assert case.mention.uri == post.uri
        missed = await app.report(fernwick.world.url(calm), "tom")
        assert isinstance(missed, Case)
        assert missed.draft is None
        ours = fernwick.world.post("@leader@fernwick.example", FAIR)
        assert "our own" in str(await app.report(fernwick.world.url(ours), "tom"))
        assert isinstance(await app.report("https://nowhere.example/@x/1", "tom"), str)


async def test_missing_tokens_are_named_all_at_once(fernwick: Town) -> None:
    store = beside_it(fernwick)
    app = App(files=fernwick.files(), store=store, environment={"LEADER_TOKEN": "x" * 20, "PARTY_TOKEN": ""})
    async with AsyncExitStack() as stack:
        with pytest.raises(CannotStartError, match="tokens: PARTY_TOKEN, DEPUTY_TOKEN") as error:
            app.connect(stack, publishing=True)
    assert "x" * 20 not in str(error.value)
    assert "x" * 20 not in repr(app)
    await store.close()


async def test_publishers_exist_for_live_accounts_alone(fernwick: Town) -> None:
    text = fernwick.config.read_text(encoding="utf-8")
    fernwick.config.write_text(text.replace("mode: live", "mode: dry_run", 1), encoding="utf-8")
    async with fernwick.bot() as app:
        assert set(app.watchers) == {"party", "leader", "deputy"}
        live = {name for name, account in app.files.accounts.items() if account.mode is Mode.LIVE}
        assert set(app.publishers) == live
        assert len(live) == 2
        assert not any(hasattr(watcher, "publish") for watcher in app.watchers.values())


async def test_command_beside_the_bot_can_read_and_never_post(fernwick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, token in fernwick.tokens.items():
        monkeypatch.setenv(name, token)
    async with beside(fernwick.files(), online=True) as app:
        assert set(app.watchers) == {"party", "leader", "deputy"}
        assert app.publishers == {}
    async with beside(fernwick.files(), online=False) as app:
        assert app.watchers == {}


async def test_database_serves_one_running_bot(fernwick: Town) -> None:
    async with fernwick.bot():
        with pytest.raises(StoreError):
            open_store(fernwick.files(), exclusive=True)


# ── as a process of its own ──────────────────────────────────────────────────────────────────────────────────────────


async def test_run_stops_cleanly_when_it_is_told_to(fernwick: Town) -> None:
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens) as run:
        links = await links_of(fernwick, run.stdout)
        assert any("Mara Bright" in link for link in links)
        run.send_signal(signal.SIGTERM)
        _, err = await run.communicate()
        assert run.returncode == 0
    said = err.decode()
    assert "bot.started" in said
    assert "bot.stopping" in said
    assert "Traceback" not in said
    assert "/sign-in/" not in said
    assert all(token not in said for token in fernwick.tokens.values())
    store = beside_it(fernwick)
    assert [event.kind for event in await store.audit_events("system")][-1] == "bot.stopped"
    await store.close()


async def test_second_run_on_the_same_database_is_refused(fernwick: Town) -> None:
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens) as run:
        await line_with(LINKS, run.stdout)
        second = await typed("run", "--config", fernwick.config, environment=fernwick.tokens)
        assert second.status == 2
        assert "another bot is running on this database" in second.err
        assert "Traceback" not in second.err
        assert run.returncode is None


async def test_reply_that_is_being_posted_is_finished_before_the_bot_stops(fernwick: Town) -> None:
    faults = fernwick.world.hosts["fernwick.example"].faults
    posting = faults.add("hold", method="POST", path="/statuses$")
    store = beside_it(fernwick)
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens) as run:
        await until(lambda: all_read(store))
        fernwick.say(ABUSE)
        [case] = await cases_in(store, State.OPEN)
        said = await typed(
            "queue", "--config", fernwick.config, "decide", case.id, "approve", "--version", "1", "--as", "mara"
        )
        assert said.status == 0, said.err
        await asyncio.wait_for(posting.struck.wait(), 30)
        run.send_signal(signal.SIGTERM)
        await line_with("bot.stopping", run.stderr)
        faults.clear(posting.number)
        await run.communicate()
        assert run.returncode == 0
    assert len(fernwick.replies()) == 1
    assert await store.cases(states={State.PUBLISHED})
    await store.close()


async def test_killed_while_posting_it_finds_its_reply_again_and_posts_nothing_twice(fernwick: Town) -> None:
    fault = fernwick.world.hosts["fernwick.example"].faults.add("hang", method="POST", path="/statuses$", acts=True)
    store = beside_it(fernwick)
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens) as run:
        await until(lambda: all_read(store))
        fernwick.say(ABUSE)
        [case] = await cases_in(store, State.OPEN)
        said = await typed(
            "queue", "--config", fernwick.config, "decide", case.id, "approve", "--version", "1", "--as", "mara"
        )
        assert said.status == 0, said.err

        async def posted() -> bool:
            return bool(fernwick.replies())

        await until(posted)
        run.kill()
        await run.wait()
    fernwick.world.hosts["fernwick.example"].faults.clear(fault.number)
    assert [found.state for found in await store.cases(states=set(State))] == [State.PUBLISHING]
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens):
        await cases_in(store, State.PUBLISHED)
    assert len(fernwick.replies()) == 1
    assert await store.verify() == []
    await store.close()


async def test_killed_while_reading_it_loses_no_mention(fernwick: Town) -> None:
    store = beside_it(fernwick)
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens) as run:
        await until(lambda: all_read(store))
        posts = [fernwick.say(THREAT, by=f"vic{number}") for number in range(60)]
        await cases_in(store, State.ESCALATED)
        run.kill()
        await run.wait()
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens):
        await cases_in(store, State.ESCALATED, number=len(posts))
    assert set(await store.known(post.uri for post in posts)) == {post.uri for post in posts}
    assert len(await store.cases(states=set(State), limit=1000)) == len(posts)
    assert await store.verify() == []
    await store.close()


async def links_of(fernwick: Town, output: asyncio.StreamReader | None) -> set[str]:
    """The sign-in links that a running bot has just written, where nobody but its user can read them."""
    await line_with(LINKS, output)
    file = Path(fernwick.config).parent / LINKS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return {line for line in file.read_text(encoding="utf-8").splitlines() if "/sign-in/" in line}


async def all_read(store: Store) -> bool:
    """Whether every account has been read once, so that what is said now is news."""
    return all([await store.cursor(account) for account in ("party", "leader", "deputy")])


async def test_link_can_be_had_again_from_a_running_bot(fernwick: Town) -> None:
    async with running_command("run", "--config", fernwick.config, environment=fernwick.tokens) as run:
        first = await links_of(fernwick, run.stdout)
        run.send_signal(signal.SIGUSR1)
        again = await links_of(fernwick, run.stdout)
        assert not set(first) & set(again)


async def test_platform_that_can_not_be_reached_does_not_end_the_watch(fernwick: Town) -> None:
    door = fernwick.world.hosts["fernwick.example"].door
    assert door is not None
    async with fernwick.bot(speed=50) as app:
        door.refuse()
        with pytest.raises(PlatformError):
            await app.watchers["leader"].fetch(await app.store.cursor("leader"))
        fernwick.say(ABUSE)
        await door.open()
        assert await cases_in(app.store, State.OPEN)
    assert set(ACCOUNTS) == set(fernwick.tokens)
