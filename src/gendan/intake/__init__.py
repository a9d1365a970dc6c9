"""A document that came in becomes a draft order; what was corrected is learned."""
