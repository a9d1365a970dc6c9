"""Mailboxes that are read, the mails that came by them, and what each mail belongs to."""
