"""Every page: for a stranger, the wrong role, the right role; and its number of queries."""
