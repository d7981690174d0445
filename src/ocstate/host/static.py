"""
The demo shop where version 0.1 had it; its place is `ocstate.demo`.
"""

from __future__ import annotations

from ocstate.demo import StaticHost

__all__ = ["StaticHost"]
