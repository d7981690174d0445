"""
Stores from URLs, so that a setting can choose one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ocstate.exceptions import ConfigurationError
from ocstate.protocols import AsyncStore, Store
from ocstate.stores.inline import Inline
from ocstate.stores.threaded import Threaded

_Options = Mapping[str, str]
Value = TypeVar("Value")


def open_store(url: str) -> Store:
    """
    Build the store that *url* names, and import no other store's driver.

    - ``memory://``: in this process alone. Option ``maximum``.
    - ``file:///var/lib/shop/sessions``: a folder, absolute. Options
      ``fsync``, ``timeout``.
    - ``sqlite:///shop.db``: a file in the working directory, and with four slashes
      (``sqlite:////var/lib/shop.db``) anywhere. Options ``timeout``, ``synchronous``.

    Options follow a question mark, as in ``sqlite:///shop.db?timeout=2``; characters
    with a meaning in URLs are written with percent signs.

    Raises:
        ConfigurationError: If there is no such store or option, or if what the store
            needs is not installed or not there.
    """
    parts = _split(url)
    opener = _OPENERS.get(parts.scheme)
    if opener is None:
        raise ConfigurationError(_no_such_store(parts.scheme))
    return opener(unquote(parts.path), _options(parts.query))


def open_async_store(url: str) -> AsyncStore:
    """
    Build the store that *url* names for asyncio; see `open_store`.

    What may wait for a disk works in threads, as in `Threaded`; the memory store
    answers at once, as in `Inline`.

    Raises:
        ConfigurationError: As `open_store` does.
    """
    store = open_store(url)
    return Inline(store) if _split(url).scheme in _NEVER_WAIT else Threaded(store)


def _open_memory(path: str, options: _Options) -> Store:
    from ocstate.stores.memory import MemoryStore

    _check_options("memory", options, {"maximum"})
    if path:
        raise ConfigurationError(f"write {_EXAMPLES['memory']} without a path")
    return MemoryStore(_convert(options, "maximum", int, None))


def _open_file(path: str, options: _Options) -> Store:
    try:
        from ocstate.stores.file import FileStore
    except ModuleNotFoundError as error:
        if error.name != "filelock":
            raise
        raise ConfigurationError(
            "the file store needs filelock; where you have cloned ocstate: "
            'pip install ".[file]", else: pip install "ocstate[file]"'
        ) from error

    _check_options("file", options, {"fsync", "timeout"})
    if not path.strip("/"):
        raise ConfigurationError("name a folder, as in file:///var/lib/shop/sessions")
    return FileStore(
        path,
        fsync=_convert(options, "fsync", _flag, False),
        timeout=_convert(options, "timeout", float, 5.0),
    )


def _open_sqlite(path: str, options: _Options) -> Store:
    from ocstate.stores.sqlite import SqliteStore

    _check_options("sqlite", options, {"timeout", "synchronous"})
    # SQLAlchemy's rule: the slash after the empty host is no part of the file's name.
    return SqliteStore(
        path[1:],
        timeout=_convert(options, "timeout", float, 5.0),
        synchronous=options.get("synchronous", "NORMAL").upper(),
    )


_OPENERS: Mapping[str, Callable[[str, _Options], Store]] = {
    "file": _open_file,
    "memory": _open_memory,
    "sqlite": _open_sqlite,
}

_NEVER_WAIT = {"memory"}

_EXAMPLES: Mapping[str, str] = {
    "file": "file:///var/lib/shop/sessions, with three slashes and a whole path",
    "memory": "memory://",
    "sqlite": "sqlite:///shop.db for a file in the working directory, "
    "sqlite:////var/lib/shop.db for any other",
}


def _no_such_store(scheme: str) -> str:
    known = ", ".join(f"{name}://" for name in sorted(_OPENERS))
    if not scheme:
        return f"a store's URL begins with one of {known}"
    # Nothing else of the URL is shown: it may hold a password.
    return f"this version of ocstate has no store for {scheme}://; it has {known}"


def _split(url: str) -> SplitResult:
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(
            f"a store's URL is a text, such as 'sqlite:///shop.db', "
            f"not a {type(url).__name__}"
        )
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ConfigurationError(f"a store's URL cannot be read: {error}") from error
    if parts.scheme in _OPENERS:
        is_local = url[len(parts.scheme) :].startswith("://") and not parts.netloc
        if not is_local or parts.fragment:
            raise ConfigurationError(
                f"a {parts.scheme} store's URL is {parts.scheme}:// and a path that "
                f"begins with a slash, where # is written as %23: "
                f"write {_EXAMPLES[parts.scheme]}"
            )
    return parts


def _options(query: str) -> _Options:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError as error:
        raise ConfigurationError(f"a store's options cannot be read: {error}") from None
    options = dict(pairs)
    if len(options) < len(pairs):
        raise ConfigurationError("an option of a store is given twice")
    return options


def _check_options(store: str, options: _Options, known: set[str]) -> None:
    unknown = sorted(options.keys() - known)
    if unknown:
        raise ConfigurationError(
            f"the {store} store has no option {', '.join(unknown)}; "
            f"it has {', '.join(sorted(known))}"
        )


def _convert(
    options: _Options, name: str, kind: Callable[[str], Value], default: Value
) -> Value:
    if name not in options:
        return default
    try:
        return kind(options[name])
    except ValueError as error:
        raise ConfigurationError(
            f"{options[name]!r} is no value for the option {name}"
        ) from error


def _flag(text: str) -> bool:
    try:
        return {"1": True, "true": True, "0": False, "false": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None
