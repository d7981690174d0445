"""
What must and what must not type-check: mypy judges the files in ``tests/typing``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def mypy(*paths: Path, cache: Path) -> str:
    """
    Return mypy's findings; its settings are the project's own.
    """
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml"),
            *("--cache-dir", cache, *paths),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def test_the_public_types_accept_and_refuse(tmp_path):
    """
    Right uses of the public names type-check strictly, and each wrong one is refused.
    """
    files = sorted((ROOT / "tests" / "typing").glob("*.py"))

    assert f"Success: no issues found in {len(files)} source files\n" == mypy(
        *files, cache=tmp_path
    )


def test_an_ignore_that_nothing_needs_is_found(tmp_path):
    """
    A wrong use that type-checks would be reported by the test above.
    """
    page = tmp_path / "page.py"
    page.write_text(
        "from ocstate.problem import Problem\n"
        'Problem("too_short", severity="error")  # type: ignore[arg-type]\n'
    )

    assert 'page.py:2: error: Unused "type: ignore" comment' in mypy(
        page, cache=tmp_path
    )
