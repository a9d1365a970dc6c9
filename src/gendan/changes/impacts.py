"""What the rooms below say about a change; they cannot register themselves, being below."""

from gendan.changes.effects import letters, money, papers, stock

__all__ = ["letters", "money", "papers", "stock"]
