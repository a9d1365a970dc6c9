"""Makes order documents of which the right answer is known: a truth first, then a layout for it."""
