"""Who must know which fact and who must act on it: rules, delivery, proof, escalation."""
