"""
Ports of a host that are not where they would be looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from inspect import getattr_static, isroutine
from numbers import Number

from ocstate.exceptions import ConfigurationError

_PLAIN = (str, bytes, Number, list, tuple, dict, set, frozenset, type(None), type)


def require_spelling(host: object, ports: Mapping[str, tuple[str, ...]]) -> None:
    """
    Find attributes that look like a port with a letter too much or too little.

    Only names are compared, and only for ports that *host* lacks. What is data, or is
    called, or is merely the singular of a port's name, is the host's own business,
    unless it has that port's method.

    Args:
        ports: The methods of each port.

    Raises:
        ConfigurationError: If there is one; it says which port was meant.
    """
    for name in _own_names(host):
        absent = [port for port in ports if getattr_static(host, port, None) is None]
        for port in get_close_matches(name, absent, n=1, cutoff=0.75):
            if _looks_like(host, name, port, ports[port]):
                raise ConfigurationError(
                    f"the host has no port {name!r}: did you mean {port!r}?"
                )


def _own_names(host: object) -> Iterator[str]:
    for name in dir(host):
        is_lazy = isinstance(getattr_static(host, name, None), property)
        if not name.startswith("_") and not is_lazy:
            yield name


def _looks_like(host: object, name: str, port: str, methods: tuple[str, ...]) -> bool:
    value = getattr(host, name, None)
    if isinstance(value, _PLAIN) or isroutine(value):
        return False
    if any(callable(getattr(value, method, None)) for method in methods):
        return True
    is_close = bool(get_close_matches(name, [port], cutoff=0.85))
    return is_close and port not in (f"{name}s", name.removesuffix("s"))
