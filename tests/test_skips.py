"""
The rule of ``OCSTATE_NO_SKIPS``: where everything is installed, a skip is a failure.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SKIPPING = """
import pytest

@pytest.mark.skip(reason="no php")
def test_marked(): ...

def test_called():
    pytest.skip("no node")

@pytest.fixture
def server():
    pytest.skip("no server")

def test_fixture(server): ...

@pytest.mark.xfail(strict=True)
def test_expected():
    assert False

def test_passes(): ...
"""


@pytest.mark.parametrize(
    ("setting", "outcome"),
    [
        ("1", {"passed": 1, "failed": 1, "errors": 3, "xfailed": 1}),
        ("0", {"passed": 1, "skipped": 4, "xfailed": 1}),
    ],
)
def test_a_skip_is_a_failure_where_nothing_may_be_skipped(
    setting, outcome, pytester, monkeypatch
):
    """
    Marks, calls, fixtures and whole modules that skip fail; expected failures do not.
    """
    monkeypatch.setenv("OCSTATE_NO_SKIPS", setting)
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text("utf-8"))
    pytester.makepyfile(
        test_some=SKIPPING,
        test_module="import pytest\npytest.importorskip('no_such_module')",
    )

    result = pytester.runpytest_subprocess("--continue-on-collection-errors")

    assert outcome == {**result.parseoutcomes()}
