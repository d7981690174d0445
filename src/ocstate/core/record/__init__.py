"""
The codec: what a session's record is made of, byte by byte.
"""
