"""
The session: pure functions of what was stored, what is wanted, and what time it is.
"""

from __future__ import annotations
