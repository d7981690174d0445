"""
How long sessions live.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from ocstate.core.policy import Policies, Policy, with_subject, without_kind
from ocstate.exceptions import ConfigurationError


def test_times_are_seconds_or_timedeltas() -> None:
    """
    A time may be a number of seconds or a timedelta, and is kept in seconds.
    """
    policy = Policy(idle=timedelta(minutes=30), lifetime=timedelta(hours=12))
    assert (1800.0, 43200.0) == (policy.idle, policy.lifetime)
    assert 60.0 == Policy(rotation=timedelta(minutes=1)).rotation
    assert (30.0, 0.0) == (Policy().grace, Policy(grace=0).grace)


@pytest.mark.parametrize(
    "times",
    [
        {"idle": 0},
        {"idle": -1},
        {"lifetime": 0},
        {"rotation": 0},
        {"repeat": -1},
        {"repeat": float("nan")},
        {"grace": -1},
        {"grace": float("inf")},
        {"idle": float("nan")},
        {"lifetime": float("inf")},
        {"idle": 100, "lifetime": 99},
    ],
)
def test_impossible_times_are_configuration_errors(times: dict[str, float]) -> None:
    """
    A time of zero or below, or an idle time above the lifetime, is refused on creation.
    """
    with pytest.raises(ConfigurationError):
        Policy(**times)


def test_nothing_need_count_as_answered() -> None:
    """
    Alone among the times, that for which an answer counts may be zero.
    """
    assert 0.0 == Policy(repeat=0).repeat == Policy(repeat=timedelta(0)).repeat


def test_a_touch_is_due_after_a_tenth_of_the_idle_time() -> None:
    """
    A session that is only read is noted at most once in a tenth of its idle time.
    """
    assert 180.0 == Policy(idle=1800).touch_interval


@pytest.mark.parametrize(
    ("preset", "idle", "lifetime"),
    [
        (Policy.owasp_low_risk(), 1800, 8 * 3600),
        (Policy.owasp_high_value(), 300, 4 * 3600),
        (Policy.nist_aal2(), 1800, 12 * 3600),
        (Policy.nist_aal3(), 900, 12 * 3600),
    ],
)
def test_presets_are_what_their_sources_say(
    preset: Policy, idle: float, lifetime: float
) -> None:
    """
    Each preset has the times of the standard that it is named after.
    """
    assert (idle, lifetime) == (preset.idle, preset.lifetime)


@pytest.mark.parametrize(
    ("subjects", "kind"),
    [
        ((), "guest"),
        (("visitor:1",), "guest"),
        (("customer:123",), "customer"),
        (("api:7",), "api"),
        (("customer:123", "api:7"), "api"),
    ],
)
def test_a_policy_is_chosen_by_whose_session_it_is(
    subjects: tuple[str, ...], kind: str
) -> None:
    """
    A credential counts before a customer, and who is nobody is a guest.
    """
    policies = Policies(
        guest=Policy(idle=1), customer=Policy(idle=2), api=Policy(idle=3)
    )
    assert getattr(policies, kind) is policies.choose(subjects)


def test_one_policy_means_all_three() -> None:
    """
    A single policy counts for guests, customers and credentials alike.
    """
    policy = Policy(idle=7)
    assert Policies(guest=policy, customer=policy, api=policy) == Policies.of(policy)
    assert Policies() == Policies.of(Policies())


def test_defaults_are_what_the_documentation_says() -> None:
    """
    A guest has a day and a month, a customer half an hour and half a day, and a
    credential an hour and a day.
    """
    policies = Policies()
    hour = 3600.0

    assert Policy() == Policy(idle=1800, lifetime=43200, rotation=None, repeat=60)

    assert {
        "guest": (24 * hour, 30 * 24 * hour),
        "customer": (hour / 2, 12 * hour),
        "api": (hour, 24 * hour),
    } == {
        kind: (getattr(policies, kind).idle, getattr(policies, kind).lifetime)
        for kind in ("guest", "customer", "api")
    }


@pytest.mark.parametrize("kind", ["api", "customer", "visitor"])
def test_a_session_has_one_subject_of_each_kind(kind: str) -> None:
    """
    Another subject takes the place of the one of its kind, and all others stay.
    """
    subjects = ("visitor:1", "api:2", "customer:3", "apis:4")
    others = tuple(one for one in subjects if not one.startswith(f"{kind}:"))

    assert others == without_kind(subjects, kind)
    assert (*others, f"{kind}:9") == with_subject(subjects, f"{kind}:9")
