"""Makers: documents made through the verbs, for tests and for the demo company."""
