"""Proofs over Cedar policies."""
