"""
What fields may hold, and how each is checked.
"""
