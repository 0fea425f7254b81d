"""`assay trust`: zero trust. Each part adds its commands in a module of its own."""

import typer

from assay.cli import trust_identity, trust_policy, trust_proofs, trust_tokens, trust_workloads

__all__ = ["application"]

application = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

trust_identity.add_to(application)
trust_tokens.add_to(application)
trust_policy.add_to(application)
trust_proofs.add_to(application)
trust_workloads.add_to(application)
