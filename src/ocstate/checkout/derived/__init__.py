"""
What follows from other sections, and what becomes of it when they change.
"""

__all__: list[str] = []
