"""
What becomes of each command: questions and decision side by side, by subject.
"""

from __future__ import annotations
