"""The registry and the lock service, replicated by Raft over three nodes, and how services use them."""
