"""The mail's wire: its own Message-ID, Chinese as it was written, nothing smuggled into a header; a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from services.adapters.smtp import SmtpMailer
from services.ports import Mail
from services.settings import Settings
from tests.support.waiting import PATIENCE_S, free_port


class Post:
    """A mail server that keeps what it takes and refuses what its names say."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], Message]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = BytesParser(policy=default).parsebytes(envelope.content)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, message))
        return "250 OK"


@dataclass
class MailServer:
    """A running server and a mailer that talks to it."""

    post: Post
    mailer: SmtpMailer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    post = Post()
    port = free_port()
    # with a name of its own the server does not ask the network for one
    controller = Controller(
        post, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE_S, server_hostname="mail.example"
    )
    controller.start()
    settings = Settings(
        smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False, mail_from="notice@carrier.example",
        outbound_timeout_s=60,
    )  # fmt: skip
    yield MailServer(post, SmtpMailer(settings))
    controller.stop()


def a_mail(**changes: Any) -> Mail:
    values = {
        "message_id": "ntc_1",
        "to": "dock@example.com",
        "subject": "到货通知:YD-1",
        "body": "您好,\n\n卷钢 3 卷\n",
    }
    return Mail(**{**values, **changes})


def test_mail_arrives_with_its_chinese_and_its_own_message_id(mail_server: MailServer) -> None:
    receipt = mail_server.mailer.send(a_mail())
    assert (receipt.delivered, receipt.detail) == (True, "ntc_1")
    ((sender, to, message),) = mail_server.post.taken
    assert (sender, to) == ("notice@carrier.example", ["dock@example.com"])
    assert message["Message-ID"] == "<ntc_1@carrier.example>"
    assert message["Subject"] == "到货通知:YD-1"
    assert message.get_content().replace("\r\n", "\n") == "您好,\n\n卷钢 3 卷\n"  # type: ignore[attr-defined]


def test_a_second_try_carries_the_same_message_id(mail_server: MailServer) -> None:
    for _ in range(2):
        assert mail_server.mailer.send(a_mail()).delivered
    assert len({message["Message-ID"] for _, _, message in mail_server.post.taken}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "到货\r\nBcc: all@example.com"},
        {"subject": "x\nX-Evil: 1"},
        {"to": "dock@example.com\r\nBcc: all@example.com"},
        {"message_id": "ntc_1>\r\nX-Evil: <1"},
    ],
)
def test_a_header_cannot_be_smuggled_in(mail_server: MailServer, changes: dict[str, str]) -> None:
    receipt = mail_server.mailer.send(a_mail(**changes))
    assert not receipt.delivered
    assert mail_server.post.taken == []


def test_a_refused_recipient_is_a_receipt(mail_server: MailServer) -> None:
    receipt = mail_server.mailer.send(a_mail(to="nobody@example.com"))
    assert (receipt.delivered, "550" in receipt.detail) == (False, True)
    assert mail_server.post.taken == []


def test_a_mail_server_that_is_away_or_not_set_is_a_receipt() -> None:
    port = free_port()
    away = SmtpMailer(Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False, outbound_timeout_s=1))
    assert not away.send(a_mail()).delivered
    unset = SmtpMailer(Settings()).send(a_mail())
    assert (unset.delivered, "LADING_SMTP_HOST" in unset.detail) == (False, True)


def test_a_server_without_starttls_gets_nothing_when_it_is_required(mail_server: MailServer) -> None:
    plain = mail_server.mailer._settings
    strict = SmtpMailer(Settings(smtp_host=plain.smtp_host, smtp_port=plain.smtp_port, smtp_starttls=True))
    assert not strict.send(a_mail()).delivered
    assert mail_server.post.taken == []
