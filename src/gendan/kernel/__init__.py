"""What every room stands on: time, errors, verbs, states, the journal, numbers, money, files."""
