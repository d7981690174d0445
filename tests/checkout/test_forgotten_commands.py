"""
A command that somebody adds to the union alone, or to the table alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

import ocstate
from ocstate import checkout
from ocstate.checkout import AddLine, Command, SectionCommand
from ocstate.checkout.deciding.handlers import HANDLERS, require_handlers

SOURCE = Path(ocstate.__file__).parent


class Forgotten:
    pass


def test_a_command_without_a_handler_is_refused():
    """
    So is a handler for what is no command.
    """
    require_handlers(Command, HANDLERS)

    with pytest.raises(TypeError, match="not in both: Forgotten"):
        require_handlers(Command | Forgotten, HANDLERS)
    with pytest.raises(TypeError, match="not in both: AddLine"):
        require_handlers(Command, HANDLERS.keys() - {AddLine})
    with pytest.raises(TypeError, match="not in both: Forgotten"):
        require_handlers(Command, [*HANDLERS, Forgotten])


def test_a_package_with_a_forgotten_command_does_not_import(tmp_path):
    """
    Whoever adds a class to the union sees it at once, in every test and in every shop.
    """
    shutil.copytree(SOURCE, tmp_path / "ocstate")
    union = tmp_path / "ocstate/checkout/commands/__init__.py"
    text = union.read_text("utf-8")
    text = text.replace("\nCommand = (", "\n\nclass Forgotten: ...\n\n\nCommand = (")
    union.write_text(
        text.replace("    | Section", "    | Forgotten\n    | Section"), "utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-c", "import ocstate"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert "not in both: Forgotten" in done.stderr


def test_every_command_is_offered():
    """
    What can be asked of a checkout can be imported from it.
    """
    commands = {*get_args(Command)} - {SectionCommand[Any]}

    assert {each.__name__ for each in commands} <= {*checkout.__all__}
