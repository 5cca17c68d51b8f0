from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.platforms.simulated.conftest import JO, LEADER, PARTY, SAM

if TYPE_CHECKING:
    import httpx
    from selectolax.lexbor import LexborNode

    from tests.platforms.simulated.conftest import Network

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }} \u202e"


def at(tree: LexborHTMLParser, selector: str) -> LexborNode:
    node = tree.css_first(selector)
    assert node is not None, f"there is no {selector}"
    return node


async def page(network: Network, address: str, **headers: str) -> tuple[httpx.Response, LexborHTMLParser]:
    async with network.http(None) as reader:
        answer = await reader.get(address, headers=headers)
    return answer, LexborHTMLParser(answer.text)


async def test_a_reply_of_an_official_account_stands_under_what_it_answers_and_is_marked(network: Network) -> None:
    first = network.world.post(PARTY, "Our plan")
    rude = network.world.post(SAM, "rude", in_reply_to=first.uri)
    reply = network.world.post(LEADER, f"{SAM} Not in our name.", in_reply_to=rude.uri, visibility="unlisted")
    answer, tree = await page(network, network.world.url(rude))
    official = at(tree, f"#p{reply.number}-brindle\\.example")
    nested = [node.attributes["id"] for node in tree.css(".answers .answers article")]
    assert answer.status_code == 200
    assert "official account" in official.text()
    assert nested == [official.attributes["id"]]
    assert "official account" not in at(tree, f"#p{rude.number}-elsewhere\\.example").text()
    assert "chosen" in (at(tree, f"#p{rude.number}-elsewhere\\.example").attributes["class"] or "")


async def test_edited_and_deleted_posts_say_so_and_deleted_words_are_gone(network: Network) -> None:
    first = network.world.post(PARTY, "Our plan")
    edited = network.world.post(JO, "before", in_reply_to=first.uri)
    network.world.edit(edited.uri, "afterwards")
    deleted = network.world.post(SAM, "regretted", in_reply_to=first.uri)
    network.world.delete(deleted.uri)
    _, tree = await page(network, network.world.url(first))
    text = tree.body.text() if tree.body else ""
    assert "edited" in at(tree, f"#p{edited.number}-fernwick\\.example").text()
    assert "deleted by its author" in at(tree, f"#p{deleted.number}-elsewhere\\.example").text()
    assert "afterwards" in text
    assert "before" not in text
    assert "regretted" not in text


@pytest.mark.parametrize("place", ["/", "/@mal@elsewhere.example", "thread"])
async def test_hostile_text_is_only_ever_text(network: Network, place: str) -> None:
    network.world.add_person("@mal@elsewhere.example", display_name=HOSTILE, bio=HOSTILE, fields=((HOSTILE, HOSTILE),))
    post = network.world.post(
        "@mal@elsewhere.example", HOSTILE, spoiler_text=HOSTILE, poll=(HOSTILE,), media=(HOSTILE,)
    )
    answer, tree = await page(network, network.world.url(post) if place == "thread" else place)
    assert [len(tree.css(name)) for name in ("img", "main script", "[onerror]")] == [0, 0, 0]
    assert "{{ 7 * 7 }}" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_nothing_is_loaded_from_elsewhere(network: Network) -> None:
    network.world.post(SAM, f"{PARTY} hello")
    _, tree = await page(network, "/")
    assert not tree.css("[src], link, iframe, object")


async def test_private_posts_have_no_page_and_are_in_no_timeline(network: Network) -> None:
    secret = network.world.post(SAM, f"{PARTY} psst", visibility="direct")
    answer, _ = await page(network, network.world.url(secret))
    _, timeline = await page(network, "/")
    assert answer.status_code == 404
    assert not timeline.css("article")


@pytest.mark.parametrize("path", ["/@nobody", "/@party/1", "/@party@fernwick.example/x", "/@nobody/1"])
async def test_what_is_not_there_is_said_on_a_page(network: Network, path: str) -> None:
    answer, tree = await page(network, path)
    assert answer.status_code == 404
    assert "Not found" in (tree.body.text() if tree.body else "")


async def test_a_page_that_has_not_changed_is_not_sent_again(network: Network) -> None:
    first = network.world.post(PARTY, "Our plan")
    before, whole = await page(network, "/")
    again, _ = await page(network, "/", **{"If-None-Match": before.headers["ETag"], "X-Part": "main"})
    network.world.post(SAM, "an answer", in_reply_to=first.uri)
    after, part = await page(network, "/", **{"If-None-Match": before.headers["ETag"], "X-Part": "main"})
    assert at(whole, "body").attributes["data-tag"] == before.headers["ETag"]
    assert (again.status_code, after.status_code) == (304, 200)
    assert "an answer" in at(part, "main").text()
    assert not part.css("script, style")


async def test_a_long_thread_is_cut_on_the_timeline_to_what_official_accounts_answered(network: Network) -> None:
    first = network.world.post(PARTY, "Our plan")
    replies = [network.world.post(SAM, f"reply {number}", in_reply_to=first.uri) for number in range(8)]
    network.world.post(LEADER, "Not in our name.", in_reply_to=replies[3].uri, visibility="unlisted")
    _, tree = await page(network, "/")
    assert [node.text(strip=True) for node in tree.css("article .said")] == [
        "Our plan",
        "reply 3",
        "Not in our name.",
    ]
    assert "All 10 posts" in at(tree, "main").text()


async def test_a_long_timeline_has_pages_and_tags_have_their_own(network: Network) -> None:
    for number in range(45):
        network.world.post(JO, f"thought {number} {'#buses' if number == 3 else ''}")
    _, first = await page(network, "/")
    _, second = await page(network, "/?page=2")
    _, tagged = await page(network, "/tags/Buses")
    assert [len(tree.css("article")) for tree in (first, second, tagged)] == [40, 5, 1]
    assert "Older threads" in at(first, "nav").text()
    assert "Newer threads" in at(second, "nav").text()


async def test_a_profile_shows_the_bio_and_what_was_written_in_public(network: Network) -> None:
    network.world.change_person(PARTY, fields=(("Replies", "Staff approve"),))
    network.world.post(PARTY, "Our plan")
    network.world.post(PARTY, "for friends", visibility="private")
    answer, tree = await page(network, "/@party")
    assert "We plant trees." in answer.text
    assert "Staff approve" in answer.text
    assert len(tree.css("article")) == 1
