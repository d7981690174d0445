"""
What an installation without any extra can do, shown by doing it.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

from ocstate import Sessions
from ocstate.checkout import AddLine
from ocstate.exceptions import ConfigurationError
from ocstate.stores import open_store

# The three dependencies, what cattrs needs itself, and what a new environment has.
BARE = {
    *("attrs", "cattrs", "msgpack", "ocstate"),
    *("typing_extensions", "pip", "setuptools"),
}


def check_installation() -> None:
    """
    Make sure that this is a bare installation, or the rest would show nothing.
    """
    names = {each.metadata["Name"].replace("-", "_") for each in distributions()}
    if names - BARE:
        sys.exit(f"not a bare installation: {', '.join(sorted(names - BARE))}")


def check_store(url: str) -> None:
    """
    Keep a cart in a store from one block to the next.
    """
    sessions = Sessions(open_store(url))
    with sessions.open(None) as session:
        session.do(AddLine(product_id=42, quantity=2))
    with sessions.open(session.token) as session:
        session.do(AddLine(product_id=42, quantity=1))
    quantity = session.checkout.cart.quantity
    if quantity != 3:
        sys.exit(f"{url} kept {quantity} of 3")
    sys.stdout.write(f"{url} keeps a cart\n")


def check_missing_extra() -> None:
    """
    Be told by name which extra a store needs that is not installed.
    """
    try:
        open_store("file:///tmp/ocstate")
    except ConfigurationError as error:
        if "ocstate[file]" not in str(error):
            raise
        sys.stdout.write(f"{error}\n")
    else:
        sys.exit("the file store opened without its extra")


if __name__ == "__main__":
    check_installation()
    check_store("memory://")
    with tempfile.TemporaryDirectory() as folder:
        check_store(f"sqlite:///{Path(folder) / 'shop.db'}")
    check_missing_extra()
