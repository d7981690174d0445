"""
What an answer says to caches, row by row of the table in `ocstate.http.caching`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.http.caching import guard

OWN = 'private, no-cache="Set-Cookie"'


def control(*values):
    """
    Guard an answer with these fields of ``Cache-Control``; return its one.
    """
    guarded = guard([("cache-CONTROL", value) for value in values])
    ((name, value),) = guarded.fields
    assert "Cache-Control" == name
    return value, guarded.corrected


@pytest.mark.parametrize(
    ("said", "answer", "corrected"),
    [
        ([], OWN, ()),
        ([""], OWN, ()),
        (["no-store"], "no-store", ()),
        (["No-Store", "max-age=0"], "no-store, max-age=0", ()),
        (["private"], OWN, ()),
        (["private, max-age=60"], f"private, max-age=60, {OWN[9:]}", ()),
        (["no-cache"], "no-cache, private", ()),
        (["no-cache", "private"], "no-cache, private", ()),
        (['private="X-User"'], OWN, ()),
        (['no-cache="X-User"'], 'no-cache="X-User, Set-Cookie", private', ()),
        (['no-cache="set-cookie"'], 'no-cache="Set-Cookie", private', ()),
        (["public"], OWN, ("public",)),
        (["PUBLIC , Max-Age = 60"], f"max-age=60, {OWN}", ("public",)),
        (["s-maxage=9, max-age=60"], f"max-age=60, {OWN}", ("s-maxage",)),
        (["max-age=60", "public", "s-maxage=9"], f"max-age=60, {OWN}",
         ("public", "s-maxage")),
        (["public, no-store"], "no-store", ("public",)),
        (["no-store, must-understand"], f"no-store, must-understand, {OWN}", ()),
        (["max-age=60, immutable"], f"max-age=60, immutable, {OWN}", ()),
        (['ext="a, public", max-age=1'], f'ext="a, public", max-age=1, {OWN}', ()),
        (['ext="s-maxage=9,public"'], f'ext="s-maxage=9,public", {OWN}', ()),
        (['ext="a\\", public"'], f'ext="a\\", public", {OWN}', ()),
        (['ext=""'], f'ext="", {OWN}', ()),
        (["public;max-age=3"], f"max-age=3, {OWN}", ("public",)),
        (["max-age=3; s-maxage=9"], f"max-age=3, {OWN}", ("s-maxage",)),
        (['ext="a;public"'], f'ext="a;public", {OWN}', ()),
        (["no-store=0, max-age=9"], f"no-store=0, max-age=9, {OWN}", ()),
        (['no-store="a"'], f"no-store=a, {OWN}", ()),
    ],
)  # fmt: skip
def test_no_shared_cache_may_keep_it(said, answer, corrected):
    """
    Whatever the application said, in however many fields and in whatever case.
    """
    assert (answer, corrected) == control(*said)


@pytest.mark.parametrize(
    ("field", "stays"),
    [
        (("CDN-Cache-Control", "max-age=60"), False),
        (("CDN-Cache-Control", "no-store"), True),
        (("CDN-Cache-Control", "private"), True),
        (("CDN-Cache-Control", 'private="a"'), False),
        (("Cloudflare-CDN-Cache-Control", "public, max-age=60"), False),
        (("Vercel-CDN-Cache-Control", "max-age=60"), False),
        (("Netlify-CDN-Cache-Control", "max-age=60"), False),
        (("Surrogate-Control", "max-age=60"), False),
        (("Surrogate-Control", "no-store"), True),
        (("Fastly-Surrogate-Control", "max-age=60"), False),
        (("CloudFront-Cache-Control", "max-age=60"), False),
        (("Edge-Control", "cache-maxage=60m"), False),
        (("Akamai-Edge-Control", "no-store"), True),
        (("Some-Next-Cache-Control", "max-age=60"), False),
        (("CDN-Cache-Control", " NO-STORE ,max-age=3"), True),
        (("CDN-Cache-Control", "max-age=60, private"), True),
        # What follows a semicolon is said of its member alone, and nobody need know it.
        (("CDN-Cache-Control", "max-age=60;no-store"), False),
        (("CDN-Cache-Control", "max-age=60; private"), False),
        (("Surrogate-Control", "no-store;edge-7, max-age=60"), False),
        (("CDN-Cache-Control", "no-store=?0, max-age=60"), False),
        (("CDN-Cache-Control", "no-store, no-store=?0"), False),
        (("CDN-Cache-Control", 'ext="a, no-store", max-age=60'), False),
        (("CDN-Cache-Control", 'ext="a\\", no-store, b", max-age=60'), False),
        (("CDN-Cache-Control", 'ext="no-store, max-age=60'), False),
        (("Edge-Control", "!no-store, max-age=1d"), False),
        (("My_Own.CDN-Cache-Control", "max-age=60"), False),
        (("X-LiteSpeed-Cache-Control", "public,max-age=120"), False),
        (("X-Accel-Expires", "60"), False),
        (("X-Accel-Expires", "@0"), False),
        (("X-Accel-Expires", "0"), True),
        (("Expires", "Thu, 01 Jan 2099 00:00:00 GMT"), True),
        (("Set-Cookie", "a=b"), True),
    ],
)
def test_what_counts_before_it_is_taken_off(field, stays):
    """
    A cache in front may have a field of its own; none of them may let it store.
    """
    guarded = guard([field])
    name, _ = field
    assert stays is (field in guarded.fields)
    assert (() if stays else (name.lower(),)) == guarded.corrected
    assert ("Cache-Control", OWN) in guarded.fields
    assert stays is (guarded.told is None)


@given(st.lists(st.text("publicstore-maxg=,\" 0\\'", max_size=40), max_size=3))
def test_nothing_makes_it_public(values):
    """
    Also not what no grammar knows; and what was said twice comes to the same.
    """
    value, _ = control(*values)
    again, corrected = control(value)
    assert {"private", "no-store"} & {each.strip() for each in value.split(",")}
    assert (value, ()) == (again, corrected)
