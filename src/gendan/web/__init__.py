"""The door for people: one module per room, the frame, templates and assets."""
