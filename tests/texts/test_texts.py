"""A text from its draft to what runs and to its file, with a real store and real files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import Reviewer, Role
from bot.store import Revision, RevisionState, Store, TextKind
from bot.texts import TextRefusal, Texts
from bot.yaml_file import BadFile
from tests.fakes.databases import address_in
from tests.fakes.network import Clock
from tests.fakes.office import write_files
from tests.fakes.sayings import judged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NAME = "sexism-space.yaml"
KIND = TextKind.RESPONSE
PACK = "packs/made-up.yaml"
"""Of the made-up rules."""
CALM = """\
id: calm
title: "Calm"
policies: [sexism]
audience: space
variants:
  - Speak of what she did, please. $code_link
"""


@dataclass
class Desk:
    """The texts of the process that has the desk."""

    folder: Path
    store: Store
    texts: Texts
    taken: list[str]

    @property
    def file(self) -> Path:
        return self.folder / "responses" / NAME

    async def live(self, name: str = NAME, kind: TextKind = KIND) -> Revision:
        return (await self.store.revisions.live())[kind, name]

    async def draft(self, text: str, by: str = "ada", **facts: object) -> Revision | TextRefusal:
        kind, name = facts.pop("kind", KIND), facts.pop("name", NAME)
        seen = facts.pop("seen", (await self.live(name, kind)).id)  # type: ignore[arg-type]
        return await self.texts.draft(kind, name, text, by=by, why="It sounded cold.", seen=seen)  # type: ignore[arg-type]

    async def drafted(self, text: str, **facts: object) -> Revision:
        draft = await self.draft(text, **facts)  # type: ignore[arg-type]
        assert isinstance(draft, Revision), draft
        return draft

    async def edited(self) -> str:
        """The live text with a sentence in front of its first wording."""
        return (await self.live()).text.replace("  - >-\n    ", "  - >-\n    Mind: ", 1)


def with_admins(files: Files) -> Files:
    admins = {name: Reviewer(id=name, name=name.title(), roles=frozenset({Role.ADMIN})) for name in ("ada", "abe")}
    return replace(files, reviewers={**files.reviewers, **admins})


async def opened(folder: Path, **more: object) -> Desk:
    files = with_admins(Files.open(folder / "config.yaml"))
    store = Store.open(address_in(folder), now=Clock().now)
    await store.seed(files.accounts.values(), files.reviewers.values())
    taken: list[str] = []

    async def note() -> None:
        taken.append("taken")

    return Desk(folder, store, Texts(store=store, files=files, taken=note, **more), taken)  # type: ignore[arg-type]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    write_files(tmp_path)
    desk = await opened(tmp_path)
    await desk.texts.start()
    yield desk
    await desk.store.close()


async def test_start_notes_every_file_as_live_and_a_second_start_notes_nothing(desk: Desk) -> None:
    live = await desk.store.revisions.live()
    assert {name for kind, name in live if kind is KIND} == {path.name for path in desk.file.parent.iterdir()}
    assert [name for kind, name in live if kind is TextKind.RULES] == [PACK]
    before = await desk.store.audit_events("system")
    await desk.texts.start()
    assert await desk.store.audit_events("system") == before


async def test_reviewed_text_runs_at_once_and_stands_in_its_file_as_it_was_written(desk: Desk) -> None:
    desk.file.chmod(0o640)
    text = await desk.edited()
    draft = await desk.drafted(text)
    assert desk.file.read_text(encoding="utf-8") != text
    revision = await desk.texts.review(draft.id, by="abe")
    assert isinstance(revision, Revision)
    assert revision.state is RevisionState.LIVE
    assert desk.texts.files.responses.get("sexism-space").variants[0].startswith("Mind: ")
    assert desk.file.read_text(encoding="utf-8") == text
    assert desk.file.stat().st_mode & 0o777 == 0o640
    assert (desk.taken, desk.texts.unwritten) == (["taken"], {})
    assert [path.name for path in desk.file.parent.iterdir() if path.name.startswith(".")] == []


async def test_writer_is_not_the_one_who_reviews(desk: Desk) -> None:
    draft = await desk.drafted(await desk.edited())
    refusal = await desk.texts.review(draft.id, by="ada")
    assert isinstance(refusal, TextRefusal)
    assert (refusal.code, "another admin" in refusal.message) == ("no_right", True)
    assert (await desk.live()).number == 1


async def test_party_with_one_admin_may_say_that_one_is_enough(tmp_path: Path) -> None:
    write_files(tmp_path)
    desk = await opened(tmp_path, second_reviewer=False)
    await desk.texts.start()
    draft = await desk.drafted(await desk.edited())
    assert isinstance(await desk.texts.review(draft.id, by="ada"), Revision)
    await desk.store.close()


@pytest.mark.parametrize("person", ["nadia", "nobody"])
async def test_only_admins_write_review_withdraw_and_reload(desk: Desk, person: str) -> None:
    draft = await desk.drafted(await desk.edited())
    answers = [
        await desk.draft(await desk.edited(), person),
        await desk.texts.review(draft.id, by=person),
        await desk.texts.withdraw(draft.id, by=person),
        await desk.texts.reload(by=person),
    ]
    assert [answer.code for answer in answers if isinstance(answer, TextRefusal)] == ["no_right"] * 4


async def test_text_that_could_not_run_is_never_even_a_draft(desk: Desk) -> None:
    live = (await desk.live()).text
    for old, new, key in (
        ("$code_link", "$code_lnk", "variants[0]"),
        ("audience: space", "audience: everyone", "audience"),
        ("title:", "tittle:", "tittle"),
        ("variants:", "variants: [", ""),
        ("variants:\n  - >-\n", "variants:\n  - >-\n    You florp. ", "variants[0]"),
    ):
        refusal = await desk.draft(live.replace(old, new, 1))
        assert isinstance(refusal, TextRefusal)
        assert refusal.code == "bad_text"
        assert [problem.key for problem in refusal.problems if problem.key == key], refusal.problems
        assert all(problem.file.endswith(NAME) for problem in refusal.problems)
    assert await desk.store.revisions.drafts() == {}


async def test_rule_pack_goes_the_same_way_and_judges_at_once(desk: Desk) -> None:
    pack = (await desk.live(PACK, TextKind.RULES)).text
    for old, new in (("matches: [you florp]", "matches: [you flurp]"), ("you flora", "you florp")):
        refusal = await desk.draft(pack.replace(old, new), kind=TextKind.RULES, name=PACK)
        assert isinstance(refusal, TextRefusal)
        assert ["made-up-insult" in problem.message for problem in refusal.problems] == [True]
    text = pack.replace("[florp]", "[florp, flarp]")
    draft = await desk.drafted(text, kind=TextKind.RULES, name=PACK)
    assert not judged(desk.texts.files.rulebook, "You flarp.").abusive
    assert isinstance(await desk.texts.review(draft.id, by="abe"), Revision)
    assert judged(desk.texts.files.rulebook, "You flarp.").abusive
    assert (desk.folder / PACK).read_text(encoding="utf-8") == text


async def test_file_that_was_changed_by_hand_is_not_written_over_and_both_are_shown(desk: Desk) -> None:
    draft = await desk.drafted(await desk.edited())
    by_hand = (await desk.live()).text.replace("title: ", "# looked at in May\ntitle: ")
    desk.file.write_text(by_hand, encoding="utf-8")
    assert await desk.texts.changed_on_disk(KIND) == {NAME: by_hand}
    refusal = await desk.texts.review(draft.id, by="abe")
    assert isinstance(refusal, TextRefusal)
    assert (refusal.code, refusal.on_disk) == ("on_disk", by_hand)
    assert desk.file.read_text(encoding="utf-8") == by_hand
    [found] = await desk.texts.reload(by="ada")  # type: ignore[misc]
    assert (found.text, found.written_by, found.state) == (by_hand, None, RevisionState.LIVE)
    assert await desk.texts.changed_on_disk(KIND) == {}
    overtaken = await desk.texts.review(draft.id, by="abe")
    assert isinstance(overtaken, TextRefusal)
    assert (overtaken.code, overtaken.newest) == ("overtaken", found)
    again = await desk.drafted(draft.text, seen=draft.id)
    assert isinstance(await desk.texts.review(again.id, by="abe"), Revision)


async def test_file_that_is_gone_is_not_made_anew_unasked(desk: Desk) -> None:
    draft = await desk.drafted(await desk.edited())
    desk.file.unlink()
    refusal = await desk.texts.review(draft.id, by="abe")
    assert isinstance(refusal, TextRefusal)
    assert (refusal.code, refusal.on_disk) == ("on_disk", None)
    assert await desk.texts.changed_on_disk(KIND) == {NAME: None}
    gone = await desk.texts.reload(by="ada")
    assert isinstance(gone, TextRefusal), "sexism would have no wordings left"
    assert any("at least 6 are needed" in problem.message for problem in gone.problems)
    assert (await desk.live()).number == 1


async def test_mistake_on_the_disk_leaves_what_runs_as_it_is(desk: Desk) -> None:
    desk.file.write_text("id: nonsense", encoding="utf-8")
    refusal = await desk.texts.reload(by="ada")
    assert isinstance(refusal, TextRefusal)
    assert {problem.file for problem in refusal.problems} == {str(desk.file)}
    assert desk.texts.files.responses.get("sexism-space").title
    with pytest.raises(BadFile):
        await desk.texts.start()
    assert (await desk.live()).number == 1


async def test_what_cannot_be_written_runs_all_the_same_and_is_written_at_the_next_start(desk: Desk) -> None:
    draft = await desk.texts.draft(KIND, "calm.yaml", CALM, by="ada", why="A new one.", seen=None)
    assert isinstance(draft, Revision)
    aside = desk.file.parent.rename(desk.folder / "aside")
    assert isinstance(await desk.texts.review(draft.id, by="abe"), Revision)
    assert desk.texts.files.responses.get("calm").title == "Calm"
    assert "calm.yaml could not be written" in desk.texts.unwritten[KIND, "calm.yaml"]
    aside.rename(desk.file.parent)
    await desk.texts.start()
    assert (desk.file.parent / "calm.yaml").read_text(encoding="utf-8") == CALM
    assert desk.texts.unwritten == {}


async def test_crash_between_the_store_and_the_file_is_made_good_at_the_next_start(desk: Desk) -> None:
    text = await desk.edited()
    draft = await desk.drafted(text)
    await desk.store.revisions.review(draft.id, by="abe")
    await desk.texts.start()
    assert desk.file.read_text(encoding="utf-8") == text
    assert desk.texts.files.responses.get("sexism-space").variants[0].startswith("Mind: ")
    assert (await desk.live()).number == 2


async def test_file_that_was_edited_before_a_start_is_live_from_then_on(desk: Desk) -> None:
    text = await desk.edited()
    desk.file.write_text(text, encoding="utf-8")
    await desk.texts.start()
    live = await desk.live()
    assert (live.number, live.text, live.written_by, live.why) == (2, text, None, "Found in the file at a start.")
    assert desk.texts.files.responses.get("sexism-space").variants[0].startswith("Mind: ")


async def test_restored_text_is_a_draft_like_any_other(desk: Desk) -> None:
    first = await desk.live()
    draft = await desk.drafted(await desk.edited())
    second = await desk.texts.review(draft.id, by="abe")
    assert isinstance(second, Revision)
    restored = await desk.texts.restore(KIND, NAME, 1, by="abe", why="It was clearer.", seen=second.id)
    assert isinstance(restored, Revision)
    assert (restored.text, restored.state, restored.number) == (first.text, RevisionState.DRAFT, 3)
    assert isinstance(await desk.texts.review(restored.id, by="ada"), Revision)
    assert desk.file.read_text(encoding="utf-8") == first.text
    assert [each.number for each in await desk.texts.history(KIND, NAME)] == [3, 2, 1]
    unknown = await desk.texts.restore(KIND, NAME, 9, by="abe", why="It was clearer.", seen=restored.id)
    assert isinstance(unknown, TextRefusal)
    assert "no revision 9" in unknown.message


async def test_another_process_takes_what_went_live(desk: Desk) -> None:
    helper = Texts(store=desk.store, files=with_admins(Files.read(desk.folder / "config.yaml")))
    assert await helper.follow()
    assert not await helper.follow()
    pack = (await desk.live(PACK, TextKind.RULES)).text.replace("[florp]", "[florp, flarp]")
    draft = await desk.drafted(pack, kind=TextKind.RULES, name=PACK)
    assert not await helper.follow()
    await desk.texts.review(draft.id, by="abe")
    assert await helper.follow()
    assert judged(helper.files.rulebook, "You flarp.").abusive


@pytest.mark.parametrize("name", ["../config.yaml", "sexism-space.txt", "x/sexism-space.yaml", "/etc/passwd.yaml"])
async def test_name_that_leads_elsewhere_is_refused(desk: Desk, name: str) -> None:
    refusal = await desk.texts.draft(KIND, name, "id: x", by="ada", why="Because.", seen=None)
    assert isinstance(refusal, TextRefusal)
    assert refusal.code == "unknown"


async def test_writing_says_why_and_changes_something(desk: Desk) -> None:
    live = await desk.live()
    same = await desk.draft(live.text)
    silent = await desk.texts.draft(KIND, NAME, await desk.edited(), by="ada", why="  ", seen=live.id)
    assert isinstance(same, TextRefusal)
    assert isinstance(silent, TextRefusal)
    assert (same.code, silent.code) == ("not_now", "bad_text")
