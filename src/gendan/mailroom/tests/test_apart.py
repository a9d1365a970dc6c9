"""Mails made to keep a worker busy for ever end with their own process, and no other mail waits."""

import pytest

from gendan.intake.sandbox import files_of_our_own
from gendan.mailroom import apart, bodies
from gendan.mailroom.bodies import TooDeep

HEAD = b"From: mailer-daemon@x.example\nTo: a@b.example\nSubject: no\nMIME-Version: 1.0\n"
ANSWER = HEAD + (
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
    b"\xe5\xa5\xbd, thank you\n\nOn Monday Wei wrote:\n> when?\n--b\n"
    b'Content-Disposition: attachment; filename="po.pdf"\n\n%PDF-1\n--b\n'
    b'Content-Disposition: attachment; filename="b.bin"\nContent-Transfer-Encoding: base64\n\n'
    b"AAECAwr/\n--b--\n"
)
RETURNED = HEAD + (
    b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
    b"Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; wei@x.example\nAction: failed\n"
    b"Diagnostic-Code: smtp; 550 no such user\n\n--b\nContent-Type: text/rfc822-headers\n\n"
    b"Message-ID: <one@gendan.example>\n\n--b--\n"
)


def test_it_reads_the_same_apart_as_here() -> None:
    assert apart.read_body(ANSWER) == bodies.read_body(ANSWER)
    assert apart.read_body(ANSWER).files[1] == ("b.bin", b"\x00\x01\x02\x03\n\xff")
    assert apart.read_report(RETURNED) == bodies.read_report(RETURNED)
    assert apart.read_report(RETURNED).ids == ("<one@gendan.example>",)
    with files_of_our_own():
        assert apart.read_body(ANSWER) == bodies.read_body(ANSWER)


def test_a_mail_nested_too_deep_is_refused_apart() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(1000)
    )
    with pytest.raises(TooDeep):
        apart.read_body(HEAD + nested)


def test_a_mail_that_would_take_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 2)
    # Each of the many marks makes Python's mail library look at all that follow.
    endless = HEAD + b'Content-Type: text/plain; charset="' + b";" * 3_000_000 + b"\n\nhi"
    with pytest.raises(TooDeep):
        apart.read_body(endless)
