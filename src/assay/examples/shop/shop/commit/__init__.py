"""Two-phase commit as a sans-IO core: messages and time in, effects out. It follows `specs/two-phase-commit`."""
