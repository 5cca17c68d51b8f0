"""The whole simulated network in memory: servers, people, posts, and everything that people do there.

Not thread-safe: it belongs to one event loop, where its servers run too.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import regex

from bot.platforms.simulated import record, seen
from bot.platforms.simulated.hosts import Host, Settings
from bot.platforms.simulated.markup import counted_length, mentioned_in
from bot.platforms.simulated.people import VISIBILITIES, Notice, Person, Post, Refused, Token, Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_KEY_LIFE = timedelta(hours=1)
_RACE = timedelta(seconds=2)
"""How long a server that races does not know a key that it has just been given."""
"""How long Mastodon remembers an idempotency key."""
_LINK = regex.compile(r"https?://(?P<where>[^/]+)/@(?P<name>[\w.-]+)(?:@(?P<domain>[\w.-]+))?/(?P<number>\w+)/?")
_HANDLE = regex.compile(r"@?(?P<name>\w+(?:[\w.-]*\w)?)@(?P<domain>[\w.-]*\w)")


def utc_now() -> datetime:
    """The time of day, aware and in UTC."""
    return datetime.now(UTC)


class World:
    """Every server and every person of a simulated network; `now` is its clock.

    Each action is open to Python and, over HTTP, to the control interface of each server.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now, *, control_token: str | None = None) -> None:
        self.now = now
        self.control_token = control_token or secrets.token_urlsafe(24)
        """What the control interface asks for, as a bearer token."""
        self.hosts: dict[str, Host] = {}
        self.people: dict[str, Person] = {}
        self.posts: dict[str, Post] = {}
        """By uri, in the order of writing."""
        self.revision = 0
        """Rises with each change that a reader could see."""
        self.reports: list[dict[str, Any]] = []
        self._replies: dict[str, list[Post]] = {}
        self._written: dict[str, list[Post]] = {}
        self._numbers: dict[tuple[str, str], Post] = {}
        self._notices: dict[str, list[Notice]] = {}
        self._tokens: dict[str, Token] = {}
        self._keys: dict[tuple[str, str], tuple[datetime, Post]] = {}

    # Servers, people and their tokens

    def add_server(self, domain: str, settings: Settings | None = None, *, runs: bool = True) -> Host:
        """A server of that name; `running` makes those that are to run reachable."""
        if domain in self.hosts:
            raise Refused(422, f"there is already a server {domain}")
        host = Host(domain=domain, settings=settings or Settings(title=domain), salt=len(self.hosts), runs=runs)
        self.hosts[domain] = host
        return host

    def add_person(self, handle: str, *, created_at: datetime | None = None, **profile: Any) -> Person:  # noqa: ANN401
        """Somebody new, as `@name@server`; a server that is new too is added, and does not run.

        The profile takes the fields of `Person`: display_name, bio, fields, followers, following, bot, official.
        """
        found = _HANDLE.fullmatch(handle)
        if found is None:
            raise Refused(422, f"{handle!r} is not of the form @name@server")
        person = Person(
            username=found["name"], domain=found["domain"].lower(), created_at=created_at or self.now(), **profile
        )
        if person.acct.lower() in self.people:
            raise Refused(422, f"there is already somebody called {handle}")
        host = self.hosts.get(person.domain) or self.add_server(person.domain, runs=False)
        self.people[person.acct.lower()] = person
        host.meet(person, person.created_at)
        self.revision += 1
        return person

    def person(self, handle: str) -> Person:
        """Whoever is called `@name@server`."""
        person = self.people.get(handle.removeprefix("@").lower())
        if person is None:
            raise Refused(404, f"there is nobody called {handle}")
        return person

    def change_person(self, handle: str, **profile: Any) -> Person:  # noqa: ANN401  # as for `add_person`
        """Give somebody another display name, bio or any other field of the profile."""
        person = self.person(handle)
        for name, value in profile.items():
            if name not in {"display_name", "bio", "fields", "followers", "following", "bot", "official"}:
                raise Refused(422, f"a profile has no field {name!r} that can be changed")
            setattr(person, name, value)
        self.revision += 1
        return person

    def grant(self, handle: str | None, scopes: str = "read write") -> str:
        """A new access token for a person, or for an application alone when no handle is given."""
        person = self.person(handle) if handle else None
        token = Token(
            secret=secrets.token_urlsafe(32), person=person, scopes=frozenset(scopes.split()), created_at=self.now()
        )
        self._tokens[token.secret] = token
        return token.secret

    def token(self, secret: str) -> Token | None:
        """What is known of an access token; `None` when it was never given."""
        return self._tokens.get(secret)

    def revoke(self, secret: str) -> None:
        """Make a token worthless; no error when it is unknown."""
        token = self._tokens.get(secret)
        if token is not None:
            token.revoked = True

    # What people write

    def post(
        self,
        handle: str,
        text: str,
        *,
        in_reply_to: str | None = None,
        visibility: str = "public",
        idempotency_key: str | None = None,
        sent_by: str = "control",
        **said: Any,  # noqa: ANN401
    ) -> Post:
        """Write a post; it is delivered at once. `in_reply_to` is a uri or a link.

        `said` takes the other fields of `Wording`: spoiler_text, sensitive, language, poll, media, emoji.
        """
        author = self.person(handle)
        host = self.hosts[author.domain]
        repeated = self._repeated(author, idempotency_key)
        if repeated is not None:
            return repeated
        if visibility not in VISIBILITIES:
            raise Refused(422, "Validation failed: Visibility is not included in the list")
        parent = self._parent(author, in_reply_to)
        wording = self._checked(host, Wording(text=text, at=self.now(), **said))
        number = host.ids.at(wording.at)
        post = Post(
            uri=f"{author.uri}/statuses/{number}",
            number=number,
            author=author,
            wordings=[wording],
            visibility=visibility,
            in_reply_to=parent,
            mentioned=self._addressed(author, text),
            idempotency_key=idempotency_key,
            sent_by=sent_by,
        )
        self._store(post)
        return post

    def edit(self, uri: str, text: str, **said: Any) -> Post:  # noqa: ANN401  # as for `post`
        """Change what a post says; fields that are not named stay. Only people newly named are told."""
        post = self.find(uri)
        wording = replace(post.now, text=text, at=self.now(), **said)
        post.wordings.append(self._checked(self.hosts[post.author.domain], wording))
        before, post.mentioned = post.mentioned, self._addressed(post.author, text)
        self._deliver(post)
        self._tell(post, [person for person in post.mentioned if person not in before])
        self.revision += 1
        return post

    def delete(self, uri: str) -> Post:
        """Delete a post: from now on it is found nowhere, and its notifications are gone."""
        post = self.find(uri)
        post.deleted_at = self.now()
        self.revision += 1
        return post

    def find(self, reference: str) -> Post:
        """The undeleted post of that uri or link; refused with 404 when there is none."""
        post = self.posts.get(reference) or self._by_link(reference)
        if post is None or post.deleted_at is not None:
            raise Refused(404, "Record not found")
        return post

    def resolve(self, host: Host, viewer: Person, reference: str) -> Post | None:
        """The post behind a uri or link, fetched from its own server; `None` if the viewer may not see it."""
        try:
            post = self.find(reference)
        except Refused:
            return None
        if not seen.may_see(viewer, post) or (not host.knows(post) and not self._connected(host, post)):
            return None
        self._learn(host, post)
        return post

    def replies(self, post: Post) -> Sequence[Post]:
        """Every direct answer to a post, deleted ones too, oldest first."""
        return self._replies.get(post.uri, ())

    def by(self, author: Person) -> Sequence[Post]:
        """Everything that somebody has written, deleted posts too, oldest first."""
        return self._written.get(author.acct, ())

    # What people do to each other

    def block(self, who: str, whom: str) -> None:
        """Neither sees the other any more, and the blocker's notifications from the blocked are gone for good."""
        one, other = self.person(who), self.person(whom)
        one.blocks.add(other.acct)
        one.follows.discard(other.acct)
        other.follows.discard(one.acct)
        self._notices[one.acct] = [notice for notice in self._notices.get(one.acct, []) if notice.sender is not other]

    def unblock(self, who: str, whom: str) -> None:
        """Undo a block; what was lost stays lost."""
        self.person(who).blocks.discard(self.person(whom).acct)

    def mute(self, who: str, whom: str) -> None:
        """The muter no longer hears of the muted, who does not notice."""
        self.person(who).mutes.add(self.person(whom).acct)

    def unmute(self, who: str, whom: str) -> None:
        """Undo a mute; notifications from before it are listed again."""
        self.person(who).mutes.discard(self.person(whom).acct)

    def follow(self, who: str, whom: str) -> None:
        """Follow somebody, who is told."""
        one, other = self.person(who), self.person(whom)
        one.follows.add(other.acct)
        self._notify(other, "follow", one, None)

    def favourite(self, who: str, uri: str) -> None:
        """Favourite a post, whose author is told."""
        person, post = self.person(who), self.find(uri)
        if person.acct not in post.favourites:
            post.favourites.add(person.acct)
            self._notify(post.author, "favourite", person, post)

    def notices(self, recipient: Person) -> list[Notice]:
        """What stands in somebody's list of notifications, oldest first."""
        return [notice for notice in self._notices.get(recipient.acct, []) if seen.in_list(recipient, notice)]

    def url(self, post: Post) -> str:
        """The link to a post's page: on its own server, or, when that one does not run, on one that does."""
        return f"{self.profile_url(post.author)}/{post.number}"

    def profile_url(self, person: Person) -> str:
        """The link to somebody's page, found like a post's."""
        home = self.hosts[person.domain].address
        if home:
            return f"{home}/@{person.username}"
        other = next((host.address for host in self.hosts.values() if host.address), None)
        return f"{other}/@{person.acct}" if other else f"https://{person.domain}/@{person.username}"

    def numbered(self, domain: str, number: str) -> Post | None:
        """The post of that number on its author's own server, deleted or not."""
        return self._numbers.get((domain, number))

    def record(self) -> dict[str, Any]:
        """The network's own record of all that was written, to be held against the bot's books."""
        return record.of(self)

    # What happens by itself

    def _parent(self, author: Person, in_reply_to: str | None) -> Post | None:
        if in_reply_to is None:
            return None
        missing = "The post you are trying to reply to does not appear to exist."
        try:
            parent = self.find(in_reply_to)
        except Refused as gone:
            raise Refused(404, missing) from gone
        if not seen.may_see(author, parent):
            raise Refused(404, missing)
        return parent

    def _repeated(self, author: Person, key: str | None) -> Post | None:
        kind = self.hosts[author.domain].settings.idempotency_keys
        if key is None or kind == "ignored":
            return None
        at, post = self._keys.get((author.acct, key), (None, None))
        if at is None or post is None or self.now() - at > _KEY_LIFE:
            return None
        if kind == "raced" and self.now() - at < _RACE:
            return None
        if post.deleted_at is not None:
            raise Refused(404, "Record not found")
        return post

    def _checked(self, host: Host, wording: Wording) -> Wording:
        limit = host.settings.character_limit
        if not wording.text.strip() and not wording.media and not wording.poll:
            raise Refused(422, "Validation failed: Text can't be blank")
        if counted_length(wording.spoiler_text + wording.text) > limit:
            raise Refused(422, f"Validation failed: Text character limit of {limit} exceeded")
        return wording

    def _addressed(self, author: Person, text: str) -> list[Person]:
        names = (name if "@" in name else f"{name}@{author.domain}" for name in mentioned_in(text))
        found = (self.people.get(name.lower()) for name in names)
        return list(dict.fromkeys(person for person in found if person is not None))

    def _store(self, post: Post) -> None:
        self.posts[post.uri] = post
        self._numbers[post.author.domain, post.number] = post
        self._written.setdefault(post.author.acct, []).append(post)
        if post.in_reply_to is not None:
            self._replies.setdefault(post.in_reply_to.uri, []).append(post)
        if post.idempotency_key is not None:
            self._keys[post.author.acct, post.idempotency_key] = (self.now(), post)
        self.hosts[post.author.domain].learn(post)
        self._deliver(post)
        self._tell(post, post.mentioned)
        self.revision += 1

    def _deliver(self, post: Post) -> None:
        """Make the post known on the servers of those addressed, of whom it answers, and of the author's followers."""
        readers = set(post.mentioned)
        if post.visibility != "direct":
            readers |= {person for person in self.people.values() if post.author.acct in person.follows}
            if post.in_reply_to is not None and post.visibility != "private":
                readers.add(post.in_reply_to.author)
        for domain in dict.fromkeys(person.domain for person in readers):
            host = self.hosts[domain]
            if not host.knows(post) and self._connected(host, post):
                self._learn(host, post)

    def _learn(self, host: Host, post: Post) -> None:
        """Make a post known on a server, with the open posts that it answers, which the server would fetch too."""
        step: Post | None = post
        while step is not None and not host.knows(step):
            if step is not post and (step.visibility not in {"public", "unlisted"} or step.deleted_at is not None):
                return
            host.learn(step)
            step = step.in_reply_to

    def _connected(self, host: Host, post: Post) -> bool:
        home = self.hosts[post.author.domain]
        return home is host or (home.settings.federates and host.settings.federates)

    def _tell(self, post: Post, people: Iterable[Person]) -> None:
        for person in people:
            if self.hosts[person.domain].knows(post):
                self._notify(person, "mention", post.author, post)

    def _notify(self, recipient: Person, kind: str, sender: Person, post: Post | None) -> None:
        if not seen.may_be_told(recipient, sender):
            return
        host = self.hosts[recipient.domain]
        host.meet(sender, self.now())
        notice = Notice(number=host.ids.notice(self.now()), kind=kind, sender=sender, post=post, at=self.now())
        self._notices.setdefault(recipient.acct, []).append(notice)

    def _by_link(self, link: str) -> Post | None:
        found = _LINK.fullmatch(link)
        if found is None:
            return None
        domain = found["domain"] or self._domain_at(found["where"])
        post = self._numbers.get((domain, found["number"]))
        return post if post is not None and post.author.username.lower() == found["name"].lower() else None

    def _domain_at(self, where: str) -> str:
        served = (host.domain for host in self.hosts.values() if host.address and host.address.endswith(f"//{where}"))
        return next(served, where)
