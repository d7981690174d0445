"""
Claims on a checkout: how they are stored, and how they end.
"""
