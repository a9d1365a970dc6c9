"""What a password must be, in our own sentences (Django's are not all translated)."""

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _


class Long(django.MinimumLengthValidator):
    """Long enough that guessing takes too long."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return _("The password is too short: it needs at least %(count)s characters.") % {
            "count": self.min_length
        }


class Unlike(django.UserAttributeSimilarityValidator):
    """Not the person's own name, user name or e-mail address."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return _("The password is too similar to your name or e-mail address.")


class Uncommon(django.CommonPasswordValidator):
    """None of the passwords that are tried first."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return _("Too many people use this password: it is tried first.")


class NotFigures(django.NumericPasswordValidator):
    """Not figures only."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return _("The password consists of figures only.")
