"""Signing in: password, second factor, passkeys, the company's own service, sessions, locks."""
