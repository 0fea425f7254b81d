"""Raft as a sans-IO core: messages and time in, effects out. It follows `specs/raft/Raft.tla`."""
