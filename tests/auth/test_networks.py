"""
Allow-lists: which texts are networks, and which clients they admit.
"""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.exceptions import ConfigurationError
from ocstate.http.networks import admits, parse_address, parse_networks


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("127.0.0.1", "127.0.0.1/32"),
        (" 127.0.0.1 ", "127.0.0.1/32"),
        ("\t::1\n", "::1/128"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:DB8:0::1", "2001:db8::1/128"),
        ("::ffff:127.0.0.1", "127.0.0.1/32"),
        ("::ffff:7f00:1", "127.0.0.1/32"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::ffff:0:0/95", "::fffe:0:0/95"),
        ("::/0", "::/0"),
    ],
)
def test_an_entry_is_a_network(text, network):
    """
    Addresses and prefixes are networks, blanks around them ignored, mapped ones IPv4.
    """
    assert (ip_network(network),) == parse_networks([text])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "localhost",
        "127.0.0.1/33",
        "127.0.0.01",
        "127.0.0.256",
        "127.0.0",
        "127.0.0.1:80",
        "127.0.0.1, 127.0.0.2",
        "[::1]",
        "::1/129",
        "fe80::1%eth0",
        "fe80::%1/64",
        "*",
    ],
)
def test_what_is_no_network_is_named(text):
    """
    An entry that cannot be understood is an error with the entry in it.
    """
    with pytest.raises(ConfigurationError) as caught:
        parse_networks(["::1", text])

    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("networks", "address", "admitted"),
    [
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
        (["127.0.0.1"], "::ffff:127.0.0.1", True),
        (["127.0.0.1"], "::ffff:7f00:0001", True),
        (["127.0.0.1"], "::127.0.0.1", False),
        (["127.0.0.1"], "::1", False),
        (["::1"], "::1", True),
        (["::1"], "0:0:0:0:0:0:0:1", True),
        (["::1"], "127.0.0.1", False),
        (["::ffff:127.0.0.1"], "127.0.0.1", True),
        (["::ffff:127.0.0.1"], "::ffff:127.0.0.1", True),
        (["10.9.8.7", "192.0.2.0/24"], "192.0.2.255", True),
        (["10.9.8.7", "192.0.2.0/24"], "192.0.3.0", False),
        (["0.0.0.0/0"], "198.51.100.1", True),
        (["0.0.0.0/0"], "::ffff:198.51.100.1", True),
        (["0.0.0.0/0"], "2001:db8::1", False),
        (["::/0"], "2001:db8::1", True),
        (["::/0"], "198.51.100.1", False),
        (["::/0"], "::ffff:198.51.100.1", False),
        (["fe80::/10"], "fe80::1%eth0", True),
        (["fe80::/10"], "fe80::1%3", True),
        (["fe80::/10"], "fe80::1%", False),
        (["fe80::/10"], "fe80::1%eth 0", False),
        (["fe80::/10"], "fe80::1%eth0\n", False),
        (["fe80::/10"], "fe80::1%a%b", False),
        (["127.0.0.1"], "127.0.0.1%lo", False),
        (["127.0.0.1"], "::ffff:127.0.0.1%lo", True),
        ([], "127.0.0.1", False),
        ([], "::1", False),
    ],
)
def test_a_list_admits_its_own(networks, address, admitted):
    """
    An address is admitted by a network that holds it, in either form, and by no other.
    """
    assert admitted is admits(parse_networks(networks), address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        " 127.0.0.1",
        "127.0.0.1\n",
        "127.0.0.1\x00",
        "127.0.0.1:80",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "127.0.0.01",
        "\uff11\uff12\uff17.0.0.1",
        "[::1]",
        "::1/128",
        "unix:",
        "localhost",
        "testclient",
        "\udcff",
    ],
)
def test_a_malformed_address_is_never_admitted(address):
    """
    What is no address is nobody, even where everybody is let in.
    """
    assert not admits(parse_networks(["0.0.0.0/0", "::/0"]), address)


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    """
    A client's address is read without an error, whatever it is.
    """
    parsed = parse_address(text)

    assert parsed is None or parse_address(str(parsed)) == parsed


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_the_address(address):
    """
    Every IPv4 address is admitted in its mapped form by its own network, and back.
    """
    mapped = f"::ffff:{address}"

    assert admits(parse_networks([str(address)]), mapped)
    assert admits(parse_networks([mapped]), str(address))
    assert parse_address(mapped) == address


@given(st.ip_addresses(), st.integers(0, 128))
def test_an_address_is_in_its_own_networks(address, prefix):
    """
    Whatever the prefix, the network around an address holds it, unless it is mapped.
    """
    prefix = min(prefix, address.max_prefixlen)
    if getattr(address, "ipv4_mapped", None) is None:
        assert admits(parse_networks([f"{address}/{prefix}"]), str(address))
