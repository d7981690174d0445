"""
What becomes of each command: questions and decision side by side, by subject.
"""

from __future__ import annotations

__all__: list[str] = []
