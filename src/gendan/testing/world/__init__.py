"""The simulated world: a fictional company whose days are turned through the real verbs."""
