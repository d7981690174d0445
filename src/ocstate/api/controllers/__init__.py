"""
One small flow for every call.
"""
