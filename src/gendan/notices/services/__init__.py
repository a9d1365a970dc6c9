"""The verbs of the notices, one file per family."""

from gendan.notices.services.telling import acknowledge_notices, tell, tell_followers, tell_role

__all__ = ["acknowledge_notices", "tell", "tell_followers", "tell_role"]
