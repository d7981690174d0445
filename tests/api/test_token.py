"""
Which token a request carries.
"""

from __future__ import annotations

import pytest

from ocstate.api.body import parse_query
from ocstate.api.limits import DEFAULT_LIMITS
from ocstate.api.request import Request
from ocstate.api.token import find_token


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
