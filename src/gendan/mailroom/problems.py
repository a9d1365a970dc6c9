"""What can stand in the way of a mailbox or a mail: kept as a code, said in the reader's words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, Any] = {
    # Of a mailbox.
    "unreachable": _("The mail server cannot be reached."),
    "no_answer": _("The mail server does not answer in time."),
    "not_secure": _("The mail server's certificate or encryption is not accepted."),
    "refused_target": _("This mail server is not asked: it is unknown or in a private network."),
    "wrong_password": _("The mail server does not accept the user name and password."),
    "token_refused": _("The sign-in service gives no access; sign in there again for a new token."),
    "token_unreachable": _("The sign-in service cannot be reached."),
    "no_token_login": _("The mail server does not offer signing in with OAuth2."),
    "secret_unreadable": _("The password can no longer be read; type it in again."),
    "no_folder": _("There is no such folder in the mailbox."),
    "no_move_folder": _("The folder that mails are moved to does not exist."),
    "not_imap": _("What answers there is no IMAP server."),
    "broken_off": _("The connection was broken off in the middle; what came until then is kept."),
    "not_marked": _("The mails came in, but the server did not mark or move them."),
    "internal": _("Something unexpected happened; the log says more."),
    # Of a mail.
    "too_large": _("The mail is larger than what is taken; only its head is here."),
    "too_deep": _("The mail is nested deeper, or has more parts, than any letter."),
    "not_handed_over": _("The mail server did not hand this mail over in three attempts."),
    "crashed": _("Sorting this mail was cut off three times."),
    "refused": _("The intake did not take it."),
    "unexpected": _("Sorting this mail raised an error; the log says more."),
    "no_notice": _("A ship notice in it could not be taken; it stays in the intake."),
    # Why a mail is left aside.
    "own_mail": _("It is a mail of our own that came back to us."),
    "automatic": _("An automatic reply to none of our mails."),
    "unknown_return": _("It tells of a mail that did not go out from here."),
}


def words_of(code: str) -> str:
    """A code as a sentence in the reader's language."""
    return str(PROBLEMS.get(code, code))


class MailboxProblem(Exception):
    """Why a mailbox cannot be read now: a code of PROBLEMS, and the server's own words."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        shown = "".join(char if char.isprintable() else " " for char in detail)
        self.detail = " ".join(shown.split())[:300]
