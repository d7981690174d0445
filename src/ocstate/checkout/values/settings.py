"""
The host's own configuration of one session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

Setting = str | int | bool | None
"""A value that a host may configure."""


def _sorted_items(
    given: Mapping[str, Setting] | Iterable[tuple[str, Setting]],
) -> tuple[tuple[str, Setting], ...]:
    return tuple(sorted(dict(given).items()))


@frozen
class Settings(Mapping[str, Setting]):
    """
    An immutable mapping of names to plain values, sorted by name.
    """

    items_: tuple[tuple[str, Setting], ...] = field(
        default=(), converter=_sorted_items, alias="items"
    )

    def __getitem__(self, key: str) -> Setting:
        for known, value in self.items_:
            if known == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    def with_setting(self, name: str, value: Setting) -> Settings:
        """
        Return these settings with *name* set; None removes it.
        """
        items = dict(self.items_)
        items.pop(name, None)
        if value is not None:
            items[name] = value
        return Settings(items)


NO_SETTINGS = Settings()
