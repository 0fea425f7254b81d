"""The pillar of zero trust: who and what may do what, decided each time and never assumed."""
