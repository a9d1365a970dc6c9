"""Commands of the followup room."""
