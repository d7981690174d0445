"""
Whether a text is an e-mail address, as PHP's ``FILTER_VALIDATE_EMAIL`` sees it.

OpenCart asks that filter, so shops hold addresses that it accepts and none that it
refuses. It follows RFC 5321 with some turns of its own: a name of one label, such as
``localhost``, is no domain; the last label begins with a letter; blanks are refused
even in quotes; comments and letters beyond ASCII are refused. Where the filter gives
up counting, at several quoted pieces with nothing between, this one goes on.
"""

from __future__ import annotations

import ipaddress
import re

_LONGEST = 320
"""Octets of an address (RFC 3696, erratum 1003, as the filter has it)."""

_LONGEST_LOCAL = 64
_LONGEST_PATH = 254
_LONGEST_LABEL = 63

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[^\x00\t\n\r "\\\x80-\U0010ffff]|\\[\x00-\x7f])*"'
_LOCAL = re.compile(rf"(?:{_ATOM}|{_QUOTED})(?:\.(?:{_ATOM}|{_QUOTED}))*")

_LABEL = r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}")

# What counts as one character of a local part: quotes around it are free, and a
# backslash goes with the character that it escapes.
_UNIT = re.compile(r'"?(?:\\[\x00-\x7e]|[^"\\])"?')

_IPV6_TAG = "ipv6:"
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+")
_MOST_GROUPS_BESIDE_GAP = 6


def is_email(text: str) -> bool:
    """
    Tell whether *text* is an address that PHP's filter accepts.
    """
    if len(text) > _LONGEST:
        return False
    local, at, domain = text.rpartition("@")
    return (
        bool(at)
        and _LOCAL.fullmatch(local) is not None
        and not _is_too_long(local, text)
        and (_is_literal(domain) if domain.startswith("[") else _is_name(domain))
    )


def _is_too_long(local: str, text: str) -> bool:
    # The filter counts from the left and gives up at what is no unit, such as the
    # second quote of an empty pair; a local part that it cannot count has no limit.
    count, position = 0, 0
    while unit := _UNIT.match(text, position):
        count, position = count + 1, unit.end()
        if position == len(local) and count > _LONGEST_LOCAL:
            return True
    return count > _LONGEST_PATH


def _is_name(domain: str) -> bool:
    return _DOMAIN.fullmatch(domain) is not None and all(
        len(label) <= _LONGEST_LABEL for label in domain.split(".")
    )


def _is_literal(domain: str) -> bool:
    if not domain.endswith("]"):
        return False
    inside = domain[1:-1]
    if inside[: len(_IPV6_TAG)].lower() == _IPV6_TAG:
        return _is_ipv6(inside[len(_IPV6_TAG) :])
    return _is_address(ipaddress.IPv4Address, inside)


def _is_ipv6(text: str) -> bool:
    if not _IPV6.fullmatch(text) or not _is_address(ipaddress.IPv6Address, text):
        return False
    # A gap stands for two groups at least, and an IPv4 tail counts as two.
    groups = len([group for group in text.split(":") if group]) + ("." in text)
    return "::" not in text or groups <= _MOST_GROUPS_BESIDE_GAP


def _is_address(
    of: type[ipaddress.IPv4Address | ipaddress.IPv6Address], text: str
) -> bool:
    try:
        of(text)
    except ValueError:
        return False
    return True
