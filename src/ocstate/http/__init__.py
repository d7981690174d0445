"""
What session middleware and APIs share of HTTP: requests, answers, and who sends them.
"""
