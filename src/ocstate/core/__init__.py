"""
The session: pure functions of what was stored, what is wanted, and what time it is.
"""
