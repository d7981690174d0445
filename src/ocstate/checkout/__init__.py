"""
The domain inside a session: values, commands and rules, all of them pure.
"""
