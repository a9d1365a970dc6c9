"""The purchase order as a PDF."""
