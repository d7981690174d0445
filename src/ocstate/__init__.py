"""
The state of a shop's checkout session.
"""

__all__: list[str] = []
