"""ISO-like dates everywhere: one way to write a date in both languages."""
