"""
What a client sent, read as PHP reads it.
"""
