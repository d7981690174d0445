"""
What is the same for all sessions of an application, wired in one place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from attrs import field, frozen

from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.core.demands import (
    described,
    in_seconds,
    require_instance,
    require_sections,
    require_time,
)
from ocstate.core.edge import World
from ocstate.core.policy import Policies, Policy
from ocstate.core.record.codec import Codec
from ocstate.core.record.limits import Limits
from ocstate.core.record.named import HostSection
from ocstate.exceptions import ConfigurationError

__all__ = [
    "DEFAULT_LEASE",
    "DEFAULT_LIMITS",
    "DEFAULT_PATIENCE",
    "OWN_TOKENS",
    "Setup",
    "hashed_key",
]

DEFAULT_LIMITS = Limits()
DEFAULT_PATIENCE = 5.0
"""Seconds."""

DEFAULT_LEASE = 30.0
"""Seconds."""

_MOST_DOUBTED = 10_000
"""How many keys of damaged sessions a process remembers."""

OWN_TOKENS = re.compile(r"[a-z0-9]{32}", re.ASCII)


def hashed_key(token: str) -> str:
    """
    Return the key under which a store sees the session of *token*.

    SHA-256 in hex: a reader of the store cannot take over a session with what is there.
    """
    return hashlib.sha256(token.encode()).hexdigest()


@frozen(kw_only=True)
class Setup:
    """
    The rules, clocks and encodings that every session of one application shares.

    Attributes:
        world: A clock and dice.
        key_of: Makes a store's key of a token; by default a hash.
        token_form: What a token looks like at all; anything else is unknown without
            a look into the store.
        patience: Seconds that a commit keeps deciding again while others are first.
        lease: Seconds for which a confirm has the checkout to itself; then anybody may
            finish it.
    """

    world: World
    policies: Policies = Policies()
    codec: Codec = field(factory=Codec)
    rules: Rules = RULES
    key_of: Callable[[str], str] = hashed_key
    token_form: re.Pattern[str] = OWN_TOKENS
    patience: float = field(default=DEFAULT_PATIENCE, converter=in_seconds)
    lease: float = field(default=DEFAULT_LEASE, converter=in_seconds)
    _doubted: set[str] = field(factory=set, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        require_time("patience", self.patience)
        require_time("lease", self.lease)

    @classmethod
    def of(
        cls,
        world: World,
        *,
        policy: Policy | Policies | None = None,
        sections: Mapping[str, type | HostSection] | None = None,
        rules: Rules = RULES,
        key_of: Callable[[str], str] = hashed_key,
        token_form: re.Pattern[str] = OWN_TOKENS,
        limits: Limits = DEFAULT_LIMITS,
        patience: float = DEFAULT_PATIENCE,
        lease: float = DEFAULT_LEASE,
    ) -> Setup:
        """
        Wire what a user gave, with the defaults for the rest.

        Raises:
            ConfigurationError: If a part of it cannot be right.
        """
        require_sections({} if sections is None else sections)
        require_instance("rules", rules, Rules, "write rules=RULES.with_…(…)")
        require_instance("limits", limits, Limits, "write limits=Limits(…)")
        require_instance(
            "token_form", token_form, re.Pattern, 'write re.compile("[a-z0-9]{32}")'
        )
        if not callable(key_of):
            raise ConfigurationError(
                "key_of has to be a function from a token to the store's key, "
                f"not {described(key_of)}"
            )
        return cls(
            world=world,
            policies=Policies() if policy is None else Policies.of(policy),
            codec=Codec(sections or {}, limits),
            rules=rules,
            key_of=key_of,
            token_form=token_form,
            patience=patience,
            lease=lease,
        )

    def doubt(self, key: str) -> None:
        """
        Remember that damage came to light in the midst of the session under *key*.
        """
        if len(self._doubted) >= _MOST_DOUBTED:
            self._doubted.clear()
        self._doubted.add(key)

    def doubts(self, key: str) -> bool:
        """
        Tell whether a session has to be read whole before it counts as alive.
        """
        return key in self._doubted

    def key_or_none(self, token: str | None) -> str | None:
        """
        Return the key of what a client sent, or None if it cannot be a token.
        """
        if not isinstance(token, str) or not self.token_form.fullmatch(token):
            return None
        return self.key_of(token)
