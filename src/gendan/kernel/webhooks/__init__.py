"""Webhooks: facts told to other systems as they happen, by the Standard Webhooks convention."""
