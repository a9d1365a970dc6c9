"""Effects of a change on orders, inventory and contracts, and what they have against undoing it."""
