"""
Allow-lists: networks that are parsed once, and addresses that they admit.

IPv4 and IPv6 have one namespace here. A server that listens on both families sees an
IPv4 client as ``::ffff:192.0.2.1`` (RFC 4291 section 2.5.5.2), so such addresses and
networks are folded to the IPv4 that they stand for, on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from ocstate.exceptions import ConfigurationError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# RFC 6874 section 2 allows these in the name of a zone.
_ZONE = re.compile(r"%[0-9A-Za-z._~-]+", re.ASCII)

_MAPPED = IPv6Network("::ffff:0:0/96")


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """
    Parse the entries of an allow-list, each an address or a prefix.

    Blanks around an entry are no part of it, and bits behind the prefix are ignored
    (``10.1.2.3/8`` is ``10.0.0.0/8``). IPv4-mapped entries become IPv4. One that
    reaches beyond the mapped addresses, such as ``::/0``, stays IPv6 and admits no
    IPv4 client: that would take ``0.0.0.0/0`` beside it.

    Raises:
        ConfigurationError: If an entry is no network, or names a zone: a zone belongs
            to one machine's interface, so an allow-list cannot mean it.
    """
    return tuple(_parse_network(text) for text in texts)


def _parse_network(text: str) -> Network:
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is no address and no network") from error
    if isinstance(network, IPv4Network):
        return network
    if network.network_address.scope_id is not None:
        raise ConfigurationError(f"{text!r} names a zone, which no list can admit")
    if network.subnet_of(_MAPPED):
        low = int(network.network_address) & 0xFFFFFFFF
        return IPv4Network((low, network.prefixlen - _MAPPED.prefixlen))
    return network


def parse_address(text: str) -> Address | None:
    """
    Parse a client's address, IPv4-mapped ones folded; None for what is none.

    The zone of a link-local address is dropped after its form was checked: it says
    through which interface of the server the client came, not who it is. Ports,
    brackets and blanks are no part of an address.
    """
    bare, percent, _ = text.partition("%")
    if percent and not _ZONE.fullmatch(text, len(bare)):
        return None
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return None if percent else address
    return address.ipv4_mapped or address


def admits(networks: Iterable[Network], address: str) -> bool:
    """
    Tell whether one of *networks* holds *address*.

    An empty list admits nobody, and nothing admits a malformed address.
    """
    parsed = parse_address(address)
    return parsed is not None and any(parsed in network for network in networks)
