"""
How long sessions live, and whose they are, as texts that stores can look up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import field, frozen
from attrs.converters import optional

from ocstate.core.demands import in_seconds, require_instance, require_time
from ocstate.exceptions import ConfigurationError, UsageError

_TOUCHES_PER_IDLE = 10


@frozen(kw_only=True)
class Policy:
    """
    The clocks of one kind of session, in seconds.

    Attributes:
        idle: How long it may go unused (OWASP Session Management Cheat Sheet; ASVS
            7.3.1). Being seen moves the end, at most once in a tenth of this time.
        lifetime: How long it may live at all, however busy (ASVS 7.3.2).
        rotation: After how long it gets a new token while it is used; None for only
            at login and logout, which always bring a new one (ASVS 7.2.4).
        grace: For how long a token that was renewed by its age still finds the
            session: requests with it may be on their way. It outlives that while its
            successor was never used, whose answer may be lost. A token that a login
            or logout has replaced dies at once.
        repeat: For how long what was answered counts as answered: a confirm that is
            sent again gets the same order, and a cookie with an age is not repeated.
            0 for never.

    Raises:
        ConfigurationError: If a time is not above zero (*grace* and *repeat* may be
            zero), or *idle* exceeds *lifetime*.
    """

    idle: float = field(default=1800.0, converter=in_seconds)
    lifetime: float = field(default=12 * 3600.0, converter=in_seconds)
    rotation: float | None = field(default=None, converter=optional(in_seconds))
    grace: float = field(default=30.0, converter=in_seconds)
    repeat: float = field(default=60.0, converter=in_seconds)

    def __attrs_post_init__(self) -> None:
        for name in ("idle", "lifetime", "repeat", "rotation", "grace"):
            value: float | None = getattr(self, name)
            if value is not None or name != "rotation":
                may_be_none = name in ("grace", "repeat")
                require_time(f"Policy.{name}", value, or_none=may_be_none)
        if self.idle > self.lifetime:
            raise ConfigurationError("Policy.idle must not exceed Policy.lifetime")

    @property
    def touch_interval(self) -> float:
        """
        Return the least time between two notes that a session was seen.
        """
        return self.idle / _TOUCHES_PER_IDLE

    @classmethod
    def owasp_low_risk(cls) -> Policy:
        """
        Return the cheat sheet's longest times: 30 minutes idle, 8 hours in all.
        """
        return cls(idle=30 * 60, lifetime=8 * 3600)

    @classmethod
    def owasp_high_value(cls) -> Policy:
        """
        Return the cheat sheet's short times: 5 minutes idle, 4 hours in all.
        """
        return cls(idle=5 * 60, lifetime=4 * 3600)

    @classmethod
    def nist_aal2(cls) -> Policy:
        """
        Return NIST SP 800-63B AAL2 in its stricter third revision: 30 min, 12 h.
        """
        return cls(idle=30 * 60, lifetime=12 * 3600)

    @classmethod
    def nist_aal3(cls) -> Policy:
        """
        Return NIST SP 800-63B AAL3: 15 minutes idle, 12 hours in all.
        """
        return cls(idle=15 * 60, lifetime=12 * 3600)


def _require_policy(argument: str, given: object) -> None:
    hint = "write Policy(idle=…, lifetime=…), in seconds"
    require_instance(argument, given, Policy, hint)


_GUEST = Policy(idle=24 * 3600, lifetime=30 * 24 * 3600)
_CUSTOMER = Policy()
_API = Policy(idle=3600, lifetime=24 * 3600)


@frozen(kw_only=True)
class Policies:
    """
    One policy for each kind of session, chosen by whose it is.

    Attributes:
        guest: Nobody is known: by default 24 hours idle, 30 days in all.
        customer: An account is attached: 30 minutes idle, 12 hours in all.
        api: A credential opened it: one hour idle, as OpenCart's token, 24 in all.
    """

    guest: Policy = _GUEST
    customer: Policy = _CUSTOMER
    api: Policy = _API

    def __attrs_post_init__(self) -> None:
        for name in ("guest", "customer", "api"):
            _require_policy(f"Policies.{name}", getattr(self, name))

    @classmethod
    def of(cls, policy: Policy | Policies) -> Policies:
        """
        Return *policy* for all kinds, if it is only one.

        Raises:
            ConfigurationError: If it is no policy at all.
        """
        if isinstance(policy, Policies):
            return policy
        _require_policy("policy", policy)
        return cls(guest=policy, customer=policy, api=policy)

    @property
    def longest(self) -> float:
        """
        Return the longest time that a session of any kind can live, in seconds.
        """
        return max(self.guest.lifetime, self.customer.lifetime, self.api.lifetime)

    def choose(self, subjects: Iterable[str]) -> Policy:
        """
        Return the policy for a session of these subjects; a credential counts first.
        """
        policy = self.guest
        for subject in subjects:
            kind = subject.partition(":")[0]
            if kind == "api":
                return self.api
            if kind == "customer":
                policy = self.customer
        return policy


_FORM = re.compile(r"[a-z][a-z0-9_]*:\S+", re.ASCII)


def require_subject(subject: str) -> None:
    """
    Make sure that *subject* is kind and number, joined by a colon.

    Raises:
        UsageError: If it is anything else.
    """
    if not _is_subject(subject):
        raise UsageError(
            f"a subject is kind and number, such as 'customer:123', not {subject!r}"
        )


def _is_subject(given: object) -> bool:
    return isinstance(given, str) and _FORM.fullmatch(given) is not None


def with_subject(subjects: tuple[str, ...], subject: str) -> tuple[str, ...]:
    """
    Return *subjects* with *subject* in place of the one of its kind.
    """
    return (*without_kind(subjects, subject.partition(":")[0]), subject)


def without_kind(subjects: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """
    Return *subjects* without the one of *kind*.
    """
    return tuple(one for one in subjects if one.partition(":")[0] != kind)
