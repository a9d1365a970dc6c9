"""Who a mail is from: what our own server found out, and nothing that a sender wrote himself."""

import pytest

from gendan.mailroom.bodies import without_quote
from gendan.mailroom.heads import digest_of, read_head
from gendan.mailroom.proofs import proof_of

SENDER = "anna@nordwind.example"
GOOD = (
    "mx.haichuan.example; spf=pass smtp.mailfrom=nordwind.example;"
    " dkim=pass (2048-bit key; s=x) header.d=nordwind.example; dmarc=pass header.from=x"
)


def head(*lines: tuple[str, str]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in lines]


def test_the_line_of_the_named_server_is_believed_wherever_it_stands() -> None:
    found = proof_of(
        head(("Received", "by x"), ("Authentication-Results", GOOD), ("Received", "by y")),
        trusted="MX.haichuan.example",
        sender=SENDER,
    )
    assert (found.spf, found.dkim, found.dmarc, found.is_confirmed) == (
        "pass",
        "pass",
        "pass",
        True,
    )


def test_a_line_of_another_server_or_a_second_one_is_not_believed() -> None:
    forged = ("Authentication-Results", GOOD)
    bad = "mx.haichuan.example; spf=fail smtp.mailfrom=nordwind.example; dmarc=fail"
    found = proof_of(
        head(("Authentication-Results", bad), ("Received", "by x"), forged),
        trusted="mx.haichuan.example",
        sender=SENDER,
    )
    assert (found.spf, found.dmarc, found.is_confirmed) == ("fail", "fail", False)
    other = proof_of(head(forged), trusted="mx.other.example", sender=SENDER)
    assert other.dmarc == ""


def test_without_a_named_server_only_a_line_above_all_others_is_believed() -> None:
    good = ("Authentication-Results", GOOD)
    assert proof_of(head(good, ("Received", "by x")), sender=SENDER).is_confirmed
    assert not proof_of(head(("Received", "by x"), good), sender=SENDER).is_confirmed


@pytest.mark.parametrize(
    ("line", "confirmed"),
    [
        ("a.example; spf=pass smtp.mailfrom=bounce.nordwind.example", False),
        ("a.example; spf=pass smtp.mailfrom=anna@nordwind.example", True),
        ("a.example; dkim=pass header.d=evil.example", False),
        ("a.example; dkim=pass header.d=example", False),
        ("a.example; dkim=fail header.d=x.example; dkim=pass header.d=nordwind.example", True),
        ("a.example; dmarc=fail; dkim=pass header.d=nordwind.example", False),
        ("a.example; dkim=fail (dkim=pass header.d=nordwind.example)", False),
        ("a.example 1; none", False),
        ("", False),
        (";;;===", False),
        ("(" * 5000, False),
    ],
)
def test_a_sender_is_confirmed_only_by_their_own_domain(line: str, confirmed: bool) -> None:
    found = proof_of(head(("Authentication-Results", line)), sender=SENDER)
    assert found.is_confirmed is confirmed


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 09:00, Mei <m@x.example> wrote:\n> Which?", "Yes."),
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 09:00, Mei\n<m@x.example> wrote:\n> Which?", "Yes."),
        ("好的。\n\n在 2026-03-02 09:00:00，海川 <m@x.example> 写道：\n> 什么颜色", "好的。"),
        ("Yes.\n-----Original Message-----\nFrom: Mei\nWhich?", "Yes."),
        ("好\n------------------ 原始邮件 ------------------\n发件人: 海川", "好"),
        ("Yes.\n\nFrom: Mei\nSent: Monday\nTo: Anna\nSubject: Which\n\nWhich?", "Yes."),
        ("From: our stock\nwe need 10", "From: our stock\nwe need 10"),
        ("> Which?\nBlue.", "> Which?\nBlue."),
        ("Yes.\n________________________________\nFrom: Mei", "Yes."),
        ("On Monday we wrote: nothing.", "On Monday we wrote: nothing."),
        ("", ""),
    ],
)
def test_what_an_answer_quotes_is_cut_and_its_own_words_never(text: str, own: str) -> None:
    assert without_quote(text)[0] == own


def test_a_name_with_a_comma_is_one_name() -> None:
    found = read_head(b"From: =?utf-8?q?Berg=2C_Anna?= <Anna@Nordwind.example>, b@x.example\n\n")
    assert (found.sender_name, found.sender_address) == ("Berg, Anna", "anna@nordwind.example")


def test_copies_of_a_mail_are_one_and_other_mails_are_others() -> None:
    raw = b"Message-ID: <a@b>\r\nDate: x\r\n\r\nten"
    assert digest_of(raw) == digest_of(b"Received: by z\r\n" + raw)
    assert digest_of(raw) == digest_of(raw.replace(b"\r\n", b"\n"))
    assert digest_of(raw) != digest_of(raw.replace(b"ten", b"two"))
