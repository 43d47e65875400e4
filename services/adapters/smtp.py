"""E-mail by SMTP, with our own Message-ID so that a duplicate can be recognised.

What speaks SMTP loads with the first message: the web process sends none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.ports import Mail, Receipt
from services.settings import Settings

if TYPE_CHECKING:
    from email.message import EmailMessage


class SmtpMailer:
    """Sends through the configured mail server."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; a connection is made per message."""
        self._settings = settings

    def send(self, mail: Mail) -> Receipt:
        """Try once; a refusal or a server that is away is a Receipt, never an exception."""
        if not self._settings.smtp_host:
            return Receipt(delivered=False, detail="no mail server is configured (LADING_SMTP_HOST)")
        from smtplib import SMTPException

        try:
            message = self._compose(mail)
            self._hand_over(message)
        except (OSError, SMTPException, ValueError) as error:
            return Receipt(delivered=False, detail=f"{type(error).__name__}: {error}"[:500])
        return Receipt(delivered=True, detail=mail.message_id)

    def _compose(self, mail: Mail) -> EmailMessage:
        from email.message import EmailMessage

        message = EmailMessage()
        message["Message-ID"] = f"<{mail.message_id}@{self._settings.mail_from.rpartition('@')[2]}>"
        message["From"] = self._settings.mail_from
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message.set_content(mail.body)
        return message

    def _hand_over(self, message: EmailMessage) -> None:
        from smtplib import SMTP

        settings = self._settings
        with SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.outbound_timeout_s) as server:
            if settings.smtp_starttls:
                server.starttls()
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message)
