"""One evening: a reply, “that was not me”, our mistake, and a correction that is approved like any reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Case, Event, Reason, Refusal, RejoinderKind, Ruling, State, Verb
from tests.fakes.office import ABUSE
from tests.fakes.strangers import LINK, Outside, outside

if TYPE_CHECKING:
    from pathlib import Path

SORRY = "We are sorry"


async def strikes(at: Outside, case: Case) -> int:
    author = case.mention.author.uri
    since = at.office.clock.at.replace(year=2020)
    return (await at.office.store.histories([author], since))[author].strikes


async def decided(at: Outside, case: Case, verb: Verb, reviewer: str = "mara") -> Case:
    answer = await at.office.decide(await at.office.now(case), verb, reviewer)
    assert not isinstance(answer, Refusal), answer
    return answer


async def test_reply_not_me_our_mistake_and_a_correction_that_a_person_approves(tmp_path: Path) -> None:
    async with outside(tmp_path) as at:
        case, path = await at.answered()
        assert await strikes(at, case) == 1

        # The person follows the link in our reply, and says that it was somebody else.
        assert (await at.says(path, "not_me", "My account was taken over.")).status_code == 303
        [rejoinder] = await at.office.store.rejoinders_to(case.id)
        assert (rejoinder.kind, rejoinder.words) == (RejoinderKind.NOT_ME, "My account was taken over.")
        assert f"They answered our reply in case {case.id}: “That was not me”." in at.office.sayings[-1]
        assert "taken over" not in "".join(at.office.sayings)

        # Nothing follows by itself.
        at.office.clock.pass_(hours=5)
        await at.office.pipeline.expire_and_remind()
        await at.office.publish()
        assert len(list(at.office.network.standing())) == 1

        # A person reads it and rules that it was our mistake.
        await decided(at, case, Verb.MISTAKE)
        await at.office.publish()
        assert list(at.office.network.standing()) == []
        assert (await at.office.now(case)).outcome == "corrected"
        assert await strikes(at, case) == 0
        [read] = await at.office.store.rejoinders_to(case.id)
        assert (read.ruling, read.ruled_by) == (Ruling.MISTAKE, "mara")

        # A correction waits; it is posted only after an approval of its own.
        [correction] = await at.office.store.cases(states={State.OPEN})
        assert correction.correction
        assert correction.draft is not None
        assert correction.draft.response == "correction"
        at.office.clock.pass_(hours=2)
        await at.office.publish()
        assert list(at.office.network.standing()) == []
        await decided(at, correction, Verb.APPROVE, "tom")
        at.office.clock.pass_(minutes=2)
        await at.office.publish()
        [posted] = at.office.network.standing()
        assert (posted.case_id, posted.mention_uri, posted.approved_by) == (
            correction.id,
            case.mention.uri,
            ("tom",),
        )
        assert LINK.search(posted.text)
        assert "To reach a person: https://" in posted.text
        assert await strikes(at, case) == 0
        assert await at.office.store.verify() == []


async def test_no_second_abuse_answer_follows_a_mistake_even_if_the_post_is_edited_into_abuse(tmp_path: Path) -> None:
    async with outside(tmp_path) as at:
        case, path = await at.answered()
        await at.says(path, "out_of_context")
        await decided(at, case, Verb.MISTAKE)
        await at.office.publish()
        [correction] = await at.office.store.cases(states={State.OPEN})
        await at.office.receive(at.office.network.edit(case.mention.uri, f"{ABUSE} And worse."), cursor=None)
        again = await at.office.now(correction)
        assert again.draft is not None
        assert (again.draft.response, again.draft.mention_version) == ("correction", again.mention_version)
        reworded = await decided(at, again, Verb.REWORD)
        assert reworded.draft is not None
        assert reworded.draft.response == "correction"
        await decided(at, reworded, Verb.APPROVE)
        at.office.clock.pass_(minutes=2)
        await at.office.publish()
        [posted] = at.office.network.standing()
        assert posted.case_id == correction.id


async def test_an_apology_closes_the_strike_only_once_a_person_has_accepted_it(tmp_path: Path) -> None:
    async with outside(tmp_path) as at:
        case, path = await at.answered()
        await at.says(path, "sorry", "I should not have said it.")
        assert await strikes(at, case) == 1
        [rejoinder] = await at.office.store.rejoinders(safety=False)
        mara = at.office.files.reviewers["mara"]
        assert await at.office.pipeline.rejoinders.rule(rejoinder.id, Ruling.ACCEPTED, mara) is None
        assert await strikes(at, case) == 0
        assert (await at.office.now(case)).state is State.PUBLISHED
        assert len(list(at.office.network.standing())) == 1
        kinds = [event.kind for event in await at.office.store.trail(case.id)]
        assert kinds[-2:] == ["rejoinder.received", "rejoinder.ruled"]
        assert await at.office.store.verify() == []


async def test_reply_that_was_taken_down_already_can_still_be_called_a_mistake(tmp_path: Path) -> None:
    async with outside(tmp_path) as at:
        case, path = await at.answered()
        await decided(at, case, Verb.RETRACT)
        await at.office.publish()
        await at.says(path, "out_of_context")
        ended = await decided(at, case, Verb.MISTAKE)
        assert (ended.state, ended.outcome, ended.mistaken) == (State.CLOSED, "corrected", True)
        [correction] = await at.office.store.cases(states={State.OPEN})
        await decided(at, correction, Verb.APPROVE)
        at.office.clock.pass_(minutes=2)
        await at.office.publish()
        assert [reply.case_id for reply in at.office.network.standing()] == [correction.id]
        kinds = [event.kind for event in await at.office.store.trail(case.id)]
        assert kinds[-2:] == [f"case.{Event.MISTAKEN}", "rejoinder.ruled"]
        assert await at.office.store.verify() == []


async def test_correction_that_nobody_decides_is_asked_for_again_and_never_expires(tmp_path: Path) -> None:
    async with outside(tmp_path) as at:
        case, _ = await at.answered()
        await decided(at, case, Verb.MISTAKE)
        await at.office.publish()
        [correction] = await at.office.store.cases(states={State.OPEN})
        for _day in range(5):
            at.office.clock.pass_(hours=24)
            await at.office.pipeline.expire_and_remind()
        assert (await at.office.now(correction)).state is State.OPEN
        assert any(f"Case {correction.id} has waited" in said for said in at.office.sayings)
        await decided(at, correction, Verb.APPROVE)
        at.office.clock.pass_(minutes=2)
        await at.office.publish()
        assert [reply.case_id for reply in at.office.network.standing()] == [correction.id]


async def test_process_wording_is_proposed_from_the_second_strike_on_and_for_no_mere_finding(tmp_path: Path) -> None:
    async with outside(tmp_path, limits={"author_cooldown_days": 0}) as at:
        told = []
        for ruled in (False, False, True, True, True):
            case = await at.office.opened()
            assert case.draft is not None
            told.append(at.office.files.responses.get(case.draft.response or "").min_strikes)
            verb, reason = (Verb.APPROVE, None) if ruled else (Verb.DISMISS, Reason.FAIR_CRITICISM)
            await at.office.decide(case, verb, reason=reason)
            at.office.clock.pass_(hours=2)
            await at.office.publish()
        assert told == [0, 0, 0, 0, 2]
