"""
What a checkout holds: frozen values, each its own file of the state.
"""

__all__: list[str] = []
