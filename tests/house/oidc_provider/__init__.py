"""A real OpenID Connect provider for tests: django-allauth's own, in a process of its own."""
