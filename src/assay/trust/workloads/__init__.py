"""Identities for workloads, as SPIFFE defines them: who a process is, proved by short-lived certificates and tokens."""
