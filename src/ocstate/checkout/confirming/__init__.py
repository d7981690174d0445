"""
What has to be right before a checkout is confirmed.
"""
