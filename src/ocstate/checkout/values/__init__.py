"""
What a checkout holds: frozen values, each its own file of the state.
"""
