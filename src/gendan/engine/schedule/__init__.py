"""Finite plans: material and capacity together, by construction."""
