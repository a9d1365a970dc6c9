"""Gendan 跟单: follows a customer's order from the e-mail it arrives in to the lesson learned."""

__version__ = "0.1.0"
