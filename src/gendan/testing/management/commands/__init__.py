"""Commands for the demo company."""
