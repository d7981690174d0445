"""
Clients as the original documentation writes them, against a real ``ocstate serve``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ocstate.api.texts import SUCCESS, TEXTS
from tests.cli.serving import Served, serve
from tests.clients.programs import CREDENTIAL, HERE, find_node, find_php, run

PERMISSION = TEXTS["permission"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("shop")) as served:
        yield served


@pytest.fixture(scope="module")
def php() -> str:
    return find_php()


@pytest.fixture(scope="module")
def node() -> str:
    return find_node()


@pytest.mark.parametrize("multipart", [[], ["multipart"]], ids=["form", "multipart"])
def test_php_adds_to_the_cart_after_a_login_with_the_same_jar(
    php, served, tmp_path, multipart
):
    """
    Without a login it reads the error's warning, with one it reads success.
    """
    client = (php, HERE / "cart.php", served.url, tmp_path / "cookie.txt")
    add = (*client, "add", "42", "1", *multipart)

    assert f"warning: {PERMISSION}" == run(*add)
    assert f"success: {SUCCESS['logged_in']}" == (
        run(*client, "login", CREDENTIAL.username, CREDENTIAL.key)
    )
    assert f"success: {SUCCESS['cart_changed']}" == run(*add)
    assert "OCSESSID" in (tmp_path / "cookie.txt").read_text()


def test_php_reads_why_a_product_was_not_added(php, served, tmp_path):
    """
    The warning says what is missing, also when the cause is a field.
    """
    client = (php, HERE / "cart.php", served.url, tmp_path / "cookie.txt")
    run(*client, "login", CREDENTIAL.username, CREDENTIAL.key)

    assert "warning: Size is required" == run(*client, "add", "30", "1")


@pytest.mark.parametrize("kind", ["cookie", "token"])
def test_javascript_goes_from_the_login_to_the_order(node, served, kind):
    """
    The functions are the same with the login's cookie and with its token.
    """
    who = (CREDENTIAL.username, CREDENTIAL.key)
    printed = run(node, HERE / "cart.mjs", served.url, kind, *who)
    told = [json.loads(line) for line in printed.splitlines()]
    early, added, cart, *later = [each["result"] for each in told]

    assert "Customer data required" == early["error"]["warning"]
    assert {"success"} == added.keys()
    assert [("42", "1")] == [
        (line["product_id"], line["quantity"]) for line in cart["products"]
    ]
    assert ["success" in each for each in later] == [True] * 6
    assert later[-1]["order_id"] > 0


def test_javascript_without_a_login_reads_the_warning(node, served):
    """
    Every function is refused, and the documented ones say so in their warning.
    """
    printed = run(node, HERE / "cart.mjs", served.url, "nothing")
    told = [json.loads(line) for line in printed.splitlines()]

    assert 9 == len(told)
    for each in told:
        error = each["result"]["error"]
        assert PERMISSION == (error if isinstance(error, str) else error["warning"])
