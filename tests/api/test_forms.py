"""
Forms, JSON and multipart: the same nesting, strictly, within limits.
"""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import quote_plus, unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocstate.api.errors import ApiProblem
from ocstate.api.parsing.arguments import trimmed
from ocstate.api.parsing.body import measure, parse_body, parse_query
from ocstate.api.parsing.forms import as_value, parse_form, parse_json
from ocstate.api.parsing.nesting import Garbled
from ocstate.exceptions import ConfigurationError
from ocstate.http.limits import Limits
from ocstate.http.request import Headers, Request

LIMITS = Limits()
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----ocstate-test"
PART = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\nx\r\n'
MANY_PARTS = PART % b"a" * 1001 + b"--b--"
LONG_HEAD = PART % (b"a" * 1025) + b"--b--"
NAMELESS = b"--b\r\nContent-Disposition: form-data; x=y\r\n\r\nx\r\n--b--"

names = st.text(
    st.characters(exclude_characters="[]", exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# In forms, blanks around a name are no part of it.
bare_names = names.map(trimmed).filter(bool)
nested = st.recursive(
    st.dictionaries(bare_names, texts, min_size=1, max_size=4),
    lambda inner: st.dictionaries(bare_names, texts | inner, min_size=1, max_size=4),
    max_leaves=12,
)


def flatten(fields, prefix=None):
    """
    Spell nested fields with brackets, as PHP's ``http_build_query`` does.
    """
    for key, value in fields.items():
        name = key if prefix is None else f"{prefix}[{key}]"
        if isinstance(value, dict):
            yield from flatten(value, name)
        else:
            yield name, value


def urlencode(fields, safe=""):
    """
    Encode nested fields as a form.
    """
    return "&".join(
        f"{quote_plus(name, safe=safe)}={quote_plus(value)}"
        for name, value in flatten(fields)
    ).encode()


def multipart(fields):
    """
    Encode nested fields as multipart, as curl does.
    """
    parts = []
    for name, value in flatten(fields):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        head = f'Content-Disposition: form-data; name="{escaped}"'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n".encode())
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def posted(body, content_type=FORM):
    """
    Parse a body of this content type.
    """
    headers = [("Content-Type", content_type)]
    return parse_body(Request(method="POST", headers=headers, body=body), LIMITS)


def depth_of(fields):
    """
    Count the levels below the first.
    """
    inner = [depth_of(each) for each in fields.values() if isinstance(each, dict)]
    return 1 + max(inner) if inner else 0


def refused(parse, *arguments):
    """
    Return the code with which something was refused.
    """
    with pytest.raises(ApiProblem) as caught:
        parse(*arguments)
    return caught.value.problem.code


@given(nested.filter(lambda fields: depth_of(fields) <= LIMITS.depth), st.booleans())
def test_nested_fields_survive_brackets(fields, plain):
    """
    What an encoder spells with brackets, escaped or not, is read back as it was.
    """
    assert fields == parse_form(urlencode(fields, "[]" if plain else ""), LIMITS)


@given(nested.filter(lambda fields: depth_of(fields) <= LIMITS.depth))
def test_nested_fields_survive_json(fields):
    """
    A JSON object of the same nesting is read as the form would be.
    """
    assert fields == parse_json(json.dumps(fields).encode(), LIMITS)


@given(
    st.dictionaries(
        names.filter(lambda name: not set(name) & {"\r", "\n", "%"}),
        texts.filter(lambda value: BOUNDARY not in value),
        max_size=4,
    )
)
def test_fields_survive_multipart(fields):
    """
    What curl sends of an array is read as the form would be.
    """
    content_type = f"multipart/form-data; boundary={BOUNDARY}"

    assert fields == posted(multipart(fields), content_type)


@given(
    st.binary(max_size=200),
    st.sampled_from([FORM, "application/json", "multipart/form-data; boundary=b"])
    | st.text(st.characters(codec="latin-1"), max_size=60),
)
def test_any_bytes_are_read_or_refused(body, content_type):
    """
    Whatever is sent, fields come of it or an `ApiProblem`, and nothing else.
    """
    for each in (body, b"--b\r\n" + body + b"\r\n--b--"):
        with suppress(ApiProblem):
            assert isinstance(posted(each, content_type), dict)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("", {}),
        ("a=1&a=2", {"a": "2"}),
        ("a[]=1&a[]=2", {"a": {"0": "1", "1": "2"}}),
        ("a[5]=1&a[]=2", {"a": {"5": "1", "6": "2"}}),
        ("a[x]=1&a[]=2", {"a": {"x": "1", "0": "2"}}),
        ("a[][b]=1&a[][b]=2", {"a": {"0": {"b": "1"}, "1": {"b": "2"}}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b]=2&a=1", {"a": "1"}),
        (
            "product%5B0%5D%5Boption%5D%5B5%5D=1",
            {"product": {"0": {"option": {"5": "1"}}}},
        ),
        ("a", {"a": ""}),
        ("=1&&a=b=c", {"a": "b=c"}),
        ("a+b=+%2B", {"a b": " +"}),
        ("+a%09=1&%0D%0A%20b = 2", {"a": "1", "b": " 2"}),
        ("a[b] =1 & a[ c]=2", {"a": {"b": "1 ", " c": "2"}}),
        ("a=100%", {"a": "100%"}),
        ("a=%E9", {"a": Garbled.NOT_UTF8}),
        ("a=%00", {"a": "\x00"}),
    ],
)
def test_a_form_is_read_as_php_reads_it(body, fields):
    """
    Brackets, repeated names, numbering and escapes mean what they mean to PHP.
    """
    assert fields == posted(body.encode())


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{}", {}),
        ("[]", {}),
        ('{"a": 1.50, "b": 1e400}', {"a": "1.50", "b": "1e400"}),
        (f'{{"a": {"9" * 5000}}}', {"a": "9" * 5000}),
        ('{"a": null, "b": [null, "x"]}', {"b": {"1": "x"}}),
        ('{"a": true, "b": false}', {"a": Garbled.NOT_TEXT, "b": Garbled.NOT_TEXT}),
        ('{"a": "\\ud800"}', {"a": Garbled.NOT_UTF8}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        ('{"a": 1, "a": 2}', {"a": "2"}),
    ],
)
def test_json_is_read_like_a_form(body, fields):
    """
    Numbers keep their spelling, null is absent, and no value is invented.
    """
    assert fields == posted(body.encode(), "application/json; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"a[=1", FORM, 400, "name_malformed"),
        (b"[a]=1", FORM, 400, "name_malformed"),
        (b"a[b]c=1", FORM, 400, "name_malformed"),
        (b"a[b[c]]=1", FORM, 400, "name_malformed"),
        (b"%E9=1", FORM, 400, "not_utf8"),
        (b"a" + b"[b]" * 9 + b"=1", FORM, 400, "nested_too_deep"),
        (b"a" * 201 + b"=1", FORM, 400, "name_too_long"),
        (b"a&" * 1000, FORM, 413, "too_many_fields"),
        (b"{", "application/json", 400, "json_malformed"),
        (b'{"a": NaN}', "application/json", 400, "json_malformed"),
        (b'"a', "application/json", 400, "json_malformed"),
        (b'{"a": "\\', "application/json", 400, "json_malformed"),
        (b"1", "application/json", 400, "json_no_object"),
        (b"[1]", "application/json", 400, "json_no_object"),
        (b"\xff", "application/json", 400, "not_utf8"),
        (b'{"\\ud800": 1}', "application/json", 400, "not_utf8"),
        (b'{"' + b"a" * 201 + b'": 1}', "application/json", 400, "name_too_long"),
        (b"[" * 100_000, "application/json", 400, "nested_too_deep"),
        (b"[" + b"0," * 1000 + b"0]", "application/json", 413, "too_many_fields"),
        (b"x", "multipart/form-data", 400, "multipart_malformed"),
        (
            b"--b\r\n\r\nx\r\n--b--",
            "multipart/form-data; boundary=b",
            400,
            "multipart_malformed",
        ),
        (b"--b\r\nx", "multipart/form-data; boundary=b", 400, "multipart_malformed"),
        (MANY_PARTS, "multipart/form-data; boundary=b", 413, "too_many_fields"),
        (LONG_HEAD, "multipart/form-data; boundary=b", 400, "name_too_long"),
        (NAMELESS, "multipart/form-data; boundary=b", 400, "multipart_malformed"),
        (b"a=1", "text/plain", 415, "media_type"),
        (b"a=1", "", 415, "media_type"),
    ],
)
def test_what_cannot_be_a_body_is_refused(body, content_type, status, code):
    """
    A body that is broken or beyond a limit is refused whole, with a stable code.
    """
    with pytest.raises(ApiProblem) as caught:
        posted(body, content_type)

    assert (status, code) == (caught.value.status, caught.value.problem.code)


def test_a_quote_too_many_costs_no_more_time():
    """
    A megabyte of escaped quotes is measured in one pass.
    """
    assert "json_malformed" == refused(parse_json, b'"' + b'\\"' * 500_000, LIMITS)


def test_files_are_ignored():
    """
    A file in a multipart body is an unknown field, whatever it is called.
    """
    part = b'Content-Disposition: form-data; name="%s"%s\r\n\r\nx\r\n'
    body = b"--b\r\n" + part % (b"a", b"") + b"--b\r\n"
    body += part % (b"b", b'; filename="b.txt"') + b"--b--\r\n"

    assert {"a": "x"} == posted(body, 'multipart/form-data; boundary="b"')


def test_an_empty_body_is_an_empty_form():
    """
    A call without a body needs no content type.
    """
    assert {} == parse_body(Request(method="POST"), LIMITS)


def test_a_query_has_brackets_too():
    """
    A query is read like a form.
    """
    request = Request(query="route=api/cart/add&a[b]=1")

    assert {"route": "api/cart/add", "a": {"b": "1"}} == parse_query(request, LIMITS)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"body": b"x" * 11}, "body_too_long"),
        ({"query": b"x" * 11}, "query_too_long"),
        ({"headers": [("a", "b" * 10)]}, "headers_too_long"),
        ({"headers": [("a", "")] * 11}, "headers_too_long"),
    ],
)
def test_sizes_are_measured_before_work_is_done(given, code):
    """
    What exceeds a limit is refused by its size alone.
    """
    limits = Limits(body=10, query=10, headers=10, header_bytes=10)

    assert code == refused(measure, Request(**given), limits)
    measure(Request(body=b"x" * 10, query=b"x" * 10), limits)


@pytest.mark.parametrize("name", ["body", "headers", "fields", "depth", "name"])
def test_a_limit_leaves_room_for_something(name):
    """
    A limit of nothing is a mistake in the configuration.
    """
    with pytest.raises(ConfigurationError):
        Limits(**{name: 0})


def test_headers_are_found_whatever_their_case():
    """
    Repeated fields are joined, cookies by a semicolon; values stay out of logs.
    """
    pairs = [("Cookie", "a=1"), ("cookie", "b=2"), ("Accept", "x"), ("ACCEPT", "y")]
    headers = Headers(pairs)

    assert ("a=1; b=2", "x, y") == (headers["COOKIE"], headers["accept"])
    assert ["cookie", "accept"] == list(headers)
    assert 2 == len(headers)
    assert "Accept" in headers
    assert 1 not in headers
    assert "Headers(cookie, accept)" == repr(headers)


@given(st.text("%%%aAf09g+ ", max_size=40))
@example("%aa%a%a%")
@example("%41%4")
@example("%41" * 2001 + "%4")
def test_escapes_are_undone_as_the_standard_library_does(text):
    """
    A percent sign that begins no escape stands for itself, wherever it comes.
    """
    expected = unquote_to_bytes(text.replace("+", " "))

    assert {"a": as_value(expected)} == parse_form(f"a={text}".encode(), LIMITS)
