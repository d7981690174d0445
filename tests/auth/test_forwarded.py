"""
Proxies: a header counts from a declared peer alone, and only its trusted end.
"""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.exceptions import ConfigurationError
from ocstate.http.forwarded import Proxies, Sender

PROXIES = Proxies.of(["10.0.0.0/8", "::1", "192.0.2.9"])


def send(peer: str, forwarded: str | None = None, proto: str | None = None) -> Sender:
    """
    Ask who sent a request that came to the server by http.
    """
    headers = {"x-forwarded-for": forwarded, "x-forwarded-proto": proto}
    given = {name: value for name, value in headers.items() if value is not None}
    return PROXIES.sender(peer, "http", given)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        # Nobody declared: what it says of others is nothing.
        ("203.0.113.1", "198.51.100.7", "203.0.113.1"),
        ("", "198.51.100.7", ""),
        ("testclient", "198.51.100.7", "testclient"),
        # One declared proxy.
        ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("::ffff:10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        # What the client claimed before the proxy added it.
        ("10.1.2.3", "127.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "10.9.9.9, 198.51.100.7", "198.51.100.7"),
        # A row of declared proxies.
        ("10.1.2.3", "198.51.100.7, 192.0.2.9, 10.4.4.4", "198.51.100.7"),
        ("10.1.2.3", "spoofed, 198.51.100.7,192.0.2.9", "198.51.100.7"),
        # A client inside the proxies' own networks.
        ("10.1.2.3", "10.5.5.5", "10.5.5.5"),
        # With ports, in brackets, mapped.
        ("10.1.2.3", "198.51.100.7:4711", "198.51.100.7"),
        ("10.1.2.3", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.1.2.3", "[2001:db8::7]", "2001:db8::7"),
        ("10.1.2.3", "::ffff:198.51.100.7", "198.51.100.7"),
        # What is no address is nobody, and never the proxy itself.
        ("10.1.2.3", "unknown", ""),
        ("10.1.2.3", "198.51.100.7,", ""),
        ("10.1.2.3", "198.51.100.7, _hidden, 10.4.4.4", ""),
        ("10.1.2.3", "[198.51.100.7", ""),
    ],
)
def test_the_client_is_who_stands_before_the_last_declared_proxy(
    peer, forwarded, expected
):
    """
    A stranger's claims change nothing, and a declared proxy's last word counts.
    """
    assert expected == send(peer, forwarded).client


@pytest.mark.parametrize(
    ("peer", "forwarded", "proto", "expected"),
    [
        ("203.0.113.1", None, "https", "http"),
        ("10.1.2.3", "198.51.100.7", "https", "https"),
        ("10.1.2.3", "198.51.100.7", "HTTPS", "https"),
        ("10.1.2.3", "198.51.100.7", None, "http"),
        ("10.1.2.3", "198.51.100.7", "gopher", "http"),
        ("10.1.2.3", "198.51.100.7", "", "http"),
        # The client claimed https, and its proxy saw http.
        ("10.1.2.3", "198.51.100.7", "https, http", "http"),
        # Two proxies: the one that the client spoke to counts.
        ("10.1.2.3", "198.51.100.7, 10.4.4.4", "https, http", "https"),
        ("10.1.2.3", "198.51.100.7, 10.4.4.4", "https", "https"),
        ("10.1.2.3", "198.51.100.7, 10.4.4.4", "https, http, http", "http"),
    ],
)
def test_the_scheme_is_what_the_clients_own_proxy_saw(peer, forwarded, proto, expected):
    """
    The entry counts that belongs to the client's hop; anything else leaves it alone.
    """
    assert expected == send(peer, forwarded, proto).scheme


def test_without_declared_proxies_nothing_is_believed():
    """
    By default the peer is the client and the server's scheme is the scheme.
    """
    headers = {"x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https"}

    assert Sender("127.0.0.1", "http") == (
        Proxies().sender("127.0.0.1", "http", headers)
    )


def test_a_socket_file_is_declared_by_its_own_word():
    """
    A peer without an address is a proxy only where ``unix`` was declared.
    """
    headers = {"x-forwarded-for": "198.51.100.7"}

    assert "198.51.100.7" == Proxies.of(["unix"]).sender("", "http", headers).client
    assert "" == Proxies.of(["10.0.0.0/8"]).sender("", "http", headers).client
    assert "elsewhere" == (
        Proxies.of(["unix"]).sender("elsewhere", "http", headers).client
    )


@pytest.mark.parametrize("declared", [["nowhere"], ["10.0.0.0/40"], "10.0.0.0/8"])
def test_a_wrong_declaration_is_found_at_the_start(declared):
    """
    What is no network, or a text in the place of a list, is an error of ours.
    """
    with pytest.raises(ConfigurationError):
        Proxies.of(declared)


@given(
    forwarded=st.text(max_size=80) | st.none(), proto=st.text(max_size=20) | st.none()
)
def test_no_header_makes_it_fail(forwarded, proto):
    """
    Whatever a client writes, the answer is an address, or nobody, and a scheme.
    """
    sender = send("10.1.2.3", forwarded, proto)

    assert not sender.client or ip_address(sender.client)
    assert sender.scheme in ("http", "https")


@given(st.ip_addresses(), st.lists(st.ip_addresses().map(str), max_size=4))
def test_a_spoofed_beginning_never_counts(client, spoofed):
    """
    Whatever a client puts before its proxy's entry, the proxy's entry is the client.
    """
    own = str(getattr(client, "ipv4_mapped", None) or client)
    forwarded = ", ".join([*spoofed, str(client)])
    behind = Proxies.of(["192.0.2.200/32"])

    found = behind.sender("192.0.2.200", "http", {"x-forwarded-for": forwarded})

    assert own == "192.0.2.200" or found.client == own


@pytest.mark.parametrize(
    ("value", "client", "scheme"),
    [
        ("for=198.51.100.7", "198.51.100.7", "http"),
        ("For=198.51.100.7;Proto=HTTPS;by=10.1.2.3", "198.51.100.7", "https"),
        ('for="198.51.100.7:4711";proto=https', "198.51.100.7", "https"),
        ('for="[2001:db8::7]:4711"', "2001:db8::7", "http"),
        ('for="[2001:db8::7]"', "2001:db8::7", "http"),
        ("for=203.0.113.9, for=198.51.100.7;proto=https", "198.51.100.7", "https"),
        ("for=198.51.100.7;proto=https, for=10.9.9.9", "198.51.100.7", "https"),
        ("for=198.51.100.7;;proto=https;", "198.51.100.7", "https"),
        ('for="198.51.100.7:_port"', "198.51.100.7", "http"),
        ('for="198.51.100.7:65535"', "198.51.100.7", "http"),
        ('for="198.51.100.7:65536"', "", "http"),
        ('for="[2001:db8::7]:70000"', "", "http"),
        ('for="198.51.100.7:"', "", "http"),
        ('for="198.51.100.7:999999"', "", "http"),
        ("for=198.51.100.7:4711", "", "http"),
        ("for=2001:db8::7", "", "http"),
        ('for="2001:db8::7"', "", "http"),
        ('for="2001:db8::7:4711"', "", "http"),
        ("for=[2001:db8::7]", "", "http"),
        ('for="[198.51.100.7]x"', "", "http"),
        ('for="[198.51.100.7]"', "", "http"),
        ('for="[2001:db8::7]:4711:4712"', "", "http"),
        ('for="[fe80::1%eth0]"', "", "http"),
        ("f(or)=a;for=198.51.100.7", "", "http"),
        ("for =198.51.100.7", "", "http"),
        ("for= 198.51.100.7", "", "http"),
        ("for=198.51.100.7; proto=https", "", "http"),
        ("for=198.51.100.7 ;proto=https", "", "http"),
        (" for=198.51.100.7\t", "198.51.100.7", "http"),
        ("for=203.0.113.9\t,\tfor=198.51.100.7", "198.51.100.7", "http"),
        ("\xa0for=198.51.100.7", "", "http"),
        ("for=198.51.100.7\x0b", "", "http"),
        ("for=198.51.100.7\x85", "", "http"),
        ('for="198.51.100.7";ext="\x00"', "", "http"),
        ("for=198.51.100.7;by=2001:db8::1", "", "http"),
        ('for=198.51.100.7;by="2001:db8::1"', "", "http"),
        ('for=198.51.100.7;by="10.1.2.3:70000"', "", "http"),
        ('for=198.51.100.7;by="[2001:db8::1]:443"', "198.51.100.7", "http"),
        ("for=198.51.100.7;by=_hidden", "198.51.100.7", "http"),
        ("for=198.51.100.7;by=unknown", "198.51.100.7", "http"),
        ("for=unknown", "", "http"),
        ("for=_hidden", "", "http"),
        ("proto=https", "", "https"),
        ("for=198.51.100.7 proto=https", "", "http"),
        ('for="198.51.100.7', "", "http"),
        ('for=10.9.9.9;x=", for=198.51.100.7', "", "http"),
        ("for=203.0.113.9;for=198.51.100.7", "", "http"),
        ("", "10.1.2.3", "http"),
    ],
)
def test_the_standard_header_counts_where_it_was_chosen(value, client, scheme):
    """
    RFC 7239, read from the right; what is malformed is nobody, never the proxy.
    """
    headers = {"forwarded": value, "x-forwarded-for": "192.0.2.66"}
    proxies = Proxies.of(["10.0.0.0/8"], "forwarded")

    sender = proxies.sender("10.1.2.3", "http", headers)

    assert (client, scheme) == (sender.client, sender.scheme)
    old = Proxies.of(["10.0.0.0/8"]).sender("10.1.2.3", "http", headers)
    assert "192.0.2.66" == old.client


def test_another_header_cannot_be_chosen():
    """
    A name that nobody reads would leave everybody behind the proxy's address.
    """
    with pytest.raises(ConfigurationError, match="x-real-ip"):
        Proxies.of(["10.0.0.0/8"], "x-real-ip")


@given(st.text('for="[]:;, 1.2proto\\x', max_size=60))
def test_no_standard_header_makes_it_fail(value):
    """
    Whatever a client writes there, the answer is an address, or nobody.
    """
    proxies = Proxies.of(["10.0.0.0/8"], "forwarded")
    sender = proxies.sender("10.1.2.3", "http", {"forwarded": value})

    assert not sender.client or ip_address(sender.client)
    assert sender.scheme in ("http", "https")
