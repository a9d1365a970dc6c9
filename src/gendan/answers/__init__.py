"""What we answer an order with: accepted, changed and refused lines, in the sender's own format."""
