"""Addresses that open a letter in the reader's own mail program."""

from urllib.parse import quote

LONGEST_BODY = 1500  # what mail programs take in an address


def mail_to(email: str, subject: str, body: str) -> str:
    """A mailto address with subject and body filled in."""
    return (
        f"mailto:{quote(email, safe='@')}?subject={quote(subject, safe='')}"
        f"&body={quote(body[:LONGEST_BODY], safe='')}"
    )
