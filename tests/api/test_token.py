"""
Which token a request carries.
"""

from __future__ import annotations

import pytest

from ocstate.api.parsing.body import parse_query
from ocstate.api.parsing.token import find_token
from ocstate.http.limits import DEFAULT_LIMITS
from ocstate.http.request import Request
from tests.api.calls import Shop


def found(query="", **headers):
    """
    Find the token of a request.
    """
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    request = Request(query=query, headers=pairs)
    carried = find_token(request, parse_query(request, DEFAULT_LIMITS))
    return carried.token, carried.by


ALL = {
    "authorization": "Bearer one",
    "query": "api_token=two",
    "cookie": "OCSESSID=three",
}


@pytest.mark.parametrize(
    ("given", "carried"),
    [
        ({}, (None, "nothing")),
        (ALL, ("one", "header")),
        ({**ALL, "authorization": "bearer  one "}, ("one", "header")),
        ({**ALL, "authorization": "Bearer "}, ("", "header")),
        ({**ALL, "authorization": "Basic b25l"}, ("two", "query")),
        ({**ALL, "authorization": ""}, ("two", "query")),
        ({**ALL, "authorization": "", "query": "api_token="}, ("three", "cookie")),
        ({"query": "api_token[]=two"}, ("", "query")),
        ({"query": "api_token=%FF"}, ("", "query")),
        ({"cookie": "a=b"}, (None, "nothing")),
    ],
)
def test_the_first_that_is_there_counts_alone(given, carried):
    """
    A wrong token is not made good by another one behind it.
    """
    assert carried == found(**given)


@pytest.mark.parametrize("value", ["a" * 32, "wrong", "0"])
def test_a_token_in_the_address_can_be_switched_off(value):
    """
    Addresses end up in logs; the header and the cookie go on, and an empty one, too.
    """
    shop = Shop(token_in_url=False).log_in()
    token, shop.token = shop.token, ""
    bearer = [("Authorization", f"Bearer {token}")]
    query = f"&api_token={value}"

    refused = shop.call("api/cart/products", query=query, headers=bearer)

    assert (400, "token_in_url") == (refused.status, refused.json["code"])
    for spelling in (
        f"&api_token={value}&api_token=",
        f"&api_token=&api%5Ftoken={value}",
        f"&api.token={value}&api_token=",
        f"& api token = {value} &api_token=",
        f"&api_token[]={value}&api_token=",
        f"&api_token[a][b]={value}&api_token=",
        f"&api_token%5B={value}",
        "&api_token=%FF&api_token=",
    ):
        assert 400 == shop.call("api/cart/products", query=spelling).status
    for headers in (bearer, [("Cookie", f"OCSESSID={token}")]):
        answer = shop.call("api/cart/products", query="&api_token=", headers=headers)
        assert "products" in answer.json
