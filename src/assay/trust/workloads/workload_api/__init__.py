"""The SPIFFE Workload API over a Unix socket: server, and a client that follows it."""
