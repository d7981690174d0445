"""
PHP's patterns, found by Python.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.demo.host_file.patterns import translated


@pytest.mark.parametrize(
    ("php", "found", "missed"),
    [
        (r"/^\d{4}$/", ["2024", "2024\n"], ["20245", "٢٠٢٤", "x2024"]),
        (r"/^\d{4}$/u", ["2024", "٢٠٢٤"], ["204"]),
        (r"/^\d{4}$/D", ["2024"], ["2024\n"]),
        (r"/^\d{4}\z/", ["2024"], ["2024\n"]),
        (r"/^\d{4}\Z/", ["2024", "2024\n"], ["2024x"]),
        ("/abc/", ["xabcx"], ["ABC"]),
        ("/abc/i", ["xABCx"], ["ab"]),
        ("/é/iu", ["É"], ["e"]),
        ("/^b$/m", ["a\nb\nc"], ["a b c"]),
        ("/a.b/", ["axb"], ["a\nb"]),
        ("/a.b/s", ["a\nb"], ["ab"]),
        ("/a b # c/x", ["ab"], ["a b"]),
        ("/b/A", ["bc"], ["ab"]),
        ("/a|b/A", ["bc"], ["xb"]),
        ("#^/x/y$#", ["/x/y"], ["x/y"]),
        (r"/^\/x$/", ["/x"], ["x"]),
        ("~a~", ["a"], ["b"]),
        ("{^a{2}$}", ["aa"], ["aaa"]),
        ("(^(a|b)$)", ["a"], ["c"]),
        ("[^[a-c]$]", ["b"], ["d"]),
        ("<^a$>i", ["A"], ["b"]),
        ("  /a/ \n", ["a"], ["b"]),
        (r"/^[^\s@]+@x$/", ["a@x"], ["a b@x"]),
        ("/^[]a]+$/", ["]a"], ["b"]),
        ("/^[^]a]+$/", ["b"], ["]", "a"]),
        ("/^[[&|~]+$/", ["[&|~"], ["a"]),
        ("/^[a$]+$/", ["a$"], ["b"]),
        (r"/^a\hb$/", ["a b", "a\tb"], ["a\nb"]),
        (r"/^[a\h]+$/", ["a \t"], ["a\nb"]),
        (r"/^a\Rb$/", ["a\r\nb", "a\nb"], ["a b"]),
        (r"/^\x{e9}\x41$/", ["éA"], ["eA"]),
        (r"/^(?<year>\d+)-(?P=year)$/", ["7-7"], ["7-8"]),
        (r"/(?<=a)b(?<!x)/", ["ab"], ["b"]),
        ("/^(?>a+)b$/", ["aab"], ["b"]),
        ("/^a++b$/", ["aab"], ["b"]),
    ],
)
def test_a_pattern_finds_the_same(php, found, missed):
    """
    What PHP finds with a pattern Python finds too, and nothing else.
    """
    pattern = re.compile(translated(php))

    assert [] == [text for text in found if not pattern.search(text)]
    assert [] == [text for text in missed if pattern.search(text)]


@pytest.mark.parametrize(
    ("php", "words"),
    [
        ("", "delimiters"),
        ("abc", "delimiters"),
        ("\\a\\", "delimiters"),
        ("/abc", "ends with its delimiter"),
        ("(a(b)", "ends with its delimiter"),
        (r"/abc\/", "ends with its delimiter"),
        ("/a/q", "unknown modifiers q"),
        ("/a/Ui", "unknown modifiers U"),
        ("/a(/", "no such pattern"),
        (r"/\p{L}/u", "no such pattern"),
        ("/[[:alpha:]]/", "named sets"),
        ("/a{99999999999}/", "no such pattern"),
    ],
)
def test_what_python_cannot_say_is_refused(php, words):
    """
    A pattern that is none, or means something that Python lacks, is refused.
    """
    with pytest.raises(ValueError, match=words):
        translated(php)


@given(st.text())
def test_any_text_is_a_pattern_or_refused(text):
    """
    No text makes an error of another kind, and what is translated compiles.
    """
    try:
        python = translated(text)
    except ValueError:
        return
    re.compile(python)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_finds_itself(text):
    """
    A text that was quoted as PHP quotes it is found in itself.
    """
    quoted = "".join(f"\\x{{{ord(each):x}}}" for each in text)

    assert re.search(translated(f"/^{quoted}$/uD"), text)
