"""Papers between us and the customer: proforma invoice, contract, clauses, L/Cs, acceptance."""
