"""
What a shop is asked, by whom, and a whole shop in one file.
"""

__all__: list[str] = []
