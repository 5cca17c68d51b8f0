"""Loads `config.yaml`, names every mistake in it at once, and says where the files around it lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.config.references import broken_references
from bot.config.shape import Config, Section
from bot.yaml_file import BadFile, Loaded, fit, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pydantic.fields import FieldInfo

S = TypeVar("S", bound=BaseModel)
MISSING = object()


def load(path: Path) -> Loaded[Config]:
    """The configuration. Raises BadFile with every mistake of shape and every broken reference, each with its line.

    A mistake of shape hides nothing: references are looked at in whatever else of the file is right.
    """
    document = parse(path)
    config, problems = fit(document, Config)
    references = broken_references(config or salvaged(Config, document.content))
    problems += tuple(document.problem(*loc, message=message) for loc, message in references)
    if config is None or problems:
        raise BadFile(problems)
    return Loaded(config, path, document)


def database_address(loaded: Loaded[Config]) -> str:
    """The database's address; a file is made absolute, and a relative one lies beside the configuration."""
    address = loaded.value.database
    if not address.startswith("sqlite:"):
        return address
    return f"sqlite:///{loaded.path.resolve().parent / address.removeprefix('sqlite:///')}"


def responses_folder(loaded: Loaded[Config]) -> Path:
    """The folder of responses, beside the configuration."""
    return loaded.path.resolve().parent / "responses"


def pack_folders(loaded: Loaded[Config]) -> tuple[Path, ...]:
    """The folders of the party's own rule packs, in their order."""
    return tuple(loaded.path.resolve().parent / folder for folder in loaded.value.rules.packs)


def console_folder(loaded: Loaded[Config]) -> Path:
    """The folder of the rule packs that the console writes; it is made with the first of them."""
    return loaded.path.resolve().parent / loaded.value.rules.console


def environment_names(config: Config) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each environment variable that must hold a secret, with the place in the file that names it."""
    for index, account in enumerate(config.accounts):
        yield ("accounts", index, "token_env"), account.token_env
    if config.desks.telegram is not None:
        yield ("desks", "telegram", "token_env"), config.desks.telegram.token_env
    for index, reviewer in enumerate(config.reviewers):
        if reviewer.ring_env is not None:
            yield ("reviewers", index, "ring_env"), reviewer.ring_env
    if config.desks.console.oidc is not None:
        yield ("desks", "console", "oidc", "client_secret_env"), config.desks.console.oidc.client_secret_env
    if config.privacy.key_env is not None:
        yield ("privacy", "key_env"), config.privacy.key_env
    if config.referral.outbox_token_env is not None:
        yield ("referral", "outbox_token_env"), config.referral.outbox_token_env
    if config.evidence.key_env is not None:
        yield ("evidence", "key_env"), config.evidence.key_env
    mail = config.weekly_digest.mail
    if mail is not None and mail.password_env is not None:
        yield ("weekly_digest", "mail", "password_env"), mail.password_env


def salvaged(shape: type[S], content: object) -> S:
    """As much of a section as is right: what is wrong or absent has its default, or is None if it must be given."""
    given = content if isinstance(content, dict) else {}
    values: dict[str, Any] = {}
    for name, info in shape.model_fields.items():
        value = _rescued(info, given[name]) if name in given else MISSING
        if value is MISSING and info.is_required():
            value = _pieces(info.annotation, None)
        if value is not MISSING or info.is_required():
            values[name] = None if value is MISSING else value
    return shape.model_construct(**values)


def _rescued(info: FieldInfo, content: object) -> object:
    try:
        return _accepted(Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation, content)
    except ValidationError:
        return _pieces(info.annotation, content)


def _pieces(annotation: object, content: object) -> object:
    """What can be had of a value that is wrong as a whole; a wrong word in a list leaves an empty one in its place."""
    origin, inner = get_origin(annotation), get_args(annotation)
    kinds = [kind for kind in (annotation, *inner) if isinstance(kind, type) and issubclass(kind, Section)]
    if origin is tuple:
        return tuple(_piece(inner[0], kinds, entry) for entry in (content if isinstance(content, list) else ()))
    if origin is dict:
        entries = content if isinstance(content, dict) else {}
        return {key: _piece(inner[1], kinds, entry) for key, entry in entries.items()}
    return salvaged(kinds[0], content) if kinds else MISSING


def _piece(kind: object, sections: Sequence[type[Section]], content: object) -> object:
    if sections:
        return salvaged(sections[0], content)
    try:
        return _accepted(kind, content)
    except ValidationError:
        return ""


def _accepted(kind: Any, content: object) -> object:  # noqa: ANN401  a type is a value here
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    return adapter.validate_python(content)
