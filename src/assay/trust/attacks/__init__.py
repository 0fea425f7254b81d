"""Attacks on what Assay's zero trust defends: each must fail, and each succeeds once its defence is taken away.

An attack that no missing defence lets through shows nothing; `running` therefore does each one twice.
"""
