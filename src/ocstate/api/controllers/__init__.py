"""
One small flow for every call.
"""

from __future__ import annotations
