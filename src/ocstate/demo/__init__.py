"""
A complete host out of one JSON file, for demos and tests.
"""

from __future__ import annotations

from ocstate.demo.host import StaticHost

__all__ = ["StaticHost"]
