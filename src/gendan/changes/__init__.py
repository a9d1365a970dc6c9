"""Change orders: what a change of a confirmed order breaks, carrying it through, undoing it."""
