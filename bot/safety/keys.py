"""The keys of the evidence: from the environment, by the name that the configuration gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import log
from bot.vault import BadKeyError, Vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config


def vault_of(settings: Config, environment: Mapping[str, str]) -> Vault:
    """What evidence is kept in. Raises BadKeyError where a key is named that is not there, or is none."""
    name = settings.evidence.key_env
    if name is None:
        return Vault()
    keys = environment.get(name, "").replace(",", " ").split()
    for key in keys:
        log.register_secret(key)
    if not keys:
        raise BadKeyError(
            f"{name} is not set, and `evidence.key_env` says that it holds the key of the evidence. Set it; if there is"
            " none yet, `not-in-our-name evidence key` makes one."
        )
    try:
        return Vault(keys)
    except BadKeyError as error:
        raise BadKeyError(f"{name}: what stands there {error}.") from None
