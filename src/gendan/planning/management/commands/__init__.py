"""Commands of the planning room."""
