"""How papers are made: what they say (compose), clauses filled in, and the PDF (render)."""
