"""
One small flow for every call.
"""

from __future__ import annotations

__all__: list[str] = []
