"""
The command line: ``ocstate demo`` and ``ocstate serve``.
"""

from __future__ import annotations

from ocstate.cli.command_line import main

__all__ = ["main"]
