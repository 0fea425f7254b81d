"""Who a person is: an OpenID Connect provider with passwords, one-time codes and passkeys.

Begin reading at `provider.py`, which puts the parts together, and at `authorization.py`, which decides what a person is
asked for next. Nothing here knows a terminal; `assay.cli.trust_identity` starts it.
"""
