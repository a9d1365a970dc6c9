"""The verbs of the contracts room, one file per family."""

from gendan.contracts.services.voiding import void_papers, withdraw_paper

__all__ = ["void_papers", "withdraw_paper"]
