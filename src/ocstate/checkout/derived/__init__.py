"""
What follows from other sections, and what becomes of it when they change.
"""
