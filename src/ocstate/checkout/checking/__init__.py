"""
What fields may hold, and how each is checked.
"""

__all__: list[str] = []
