"""Jobs of the mailroom: importing them registers them with the worker."""

from gendan.mailroom import jobs

__all__ = ["jobs"]
