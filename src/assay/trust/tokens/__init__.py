"""Tokens between services: strict JOSE, keys that rotate, access tokens bound to their sender, and their exchange.

The folder knows neither people nor policy. Clocks are handed in; whatever is refused is a `TokenError` that says why.
"""
