"""Evenings on which everything goes wrong: `python -m tests.faults N`, and what the servers' own records say of it."""
