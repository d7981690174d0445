"""
The original documentation's text, where it lies beside the repository, and its parts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from tests.clients.programs import HERE

_BESIDE = HERE.parents[2] / "shared" / "opencart" / "documentation.txt"
_PATH = Path(os.environ.get("OCSTATE_DOCUMENTATION") or _BESIDE)

TEXT = _PATH.read_text("utf-8") if _PATH.is_file() else None
"""None where there is no such file; the project's own clients run in any case."""


def _between(first: str, last: str) -> str:
    assert TEXT is not None
    return TEXT.partition(f"\n{first}\n")[2].partition(f"\n{last}\n")[0]


def _php() -> str:
    """
    Return the example in PHP; the text has a blank in the mark that PHP begins with.
    """
    tag, _, code = _between("PHP Example", "JavaScript Example").partition("\n")
    assert "<? php" == tag
    return f"<?php\n{code}"


def _own(name: str) -> str:
    return (HERE / name).read_text("utf-8")


PHP = {"own": _own("add.php")}
JAVASCRIPT = {"own": _own("add.cjs")}
if TEXT is not None:
    PHP["documentation"] = _php()
    JAVASCRIPT["documentation"] = _between(
        "JavaScript Example", "Security Considerations"
    )


def requests(text: str) -> list[tuple[str, str]]:
    """
    Find the requests that a text writes, as methods and targets.
    """
    return re.findall(r"^(GET|POST) (/.*)$", text, re.MULTILINE)


def headers(text: str, session_id: str) -> Mapping[str, str]:
    """
    Find the header fields that a text wants in requests.
    """
    found = re.findall(r"^([A-Z][A-Za-z-]+) : (.*)$", text, re.MULTILINE)
    return {name: value.format(session_id=session_id) for name, value in found}
