"""Makers and the cast, for tests and for the demo company; the simulated world."""
