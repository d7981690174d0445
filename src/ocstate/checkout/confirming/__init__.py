"""
What has to be right before a checkout is confirmed.
"""

__all__: list[str] = []
