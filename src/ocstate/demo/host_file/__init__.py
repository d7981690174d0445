"""
A host file: what a whole shop in one JSON document is written like.
"""
