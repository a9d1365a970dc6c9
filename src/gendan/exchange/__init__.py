"""The door for files: spreadsheets and mail; every row goes through a verb."""
