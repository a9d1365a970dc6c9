"""The living milestones of every order: whose move it is, what is in danger, what to do today."""
