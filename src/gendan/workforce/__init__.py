"""Our people: departments, shifts, skills, absences."""
