"""
From a checkout to an order.
"""
