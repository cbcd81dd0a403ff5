"""Django's way out for mail: what pages and their parts send is written down, and delivered by the worker."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers.mailing import mail_server
from shouze.registers.rows import Delivery

_LONGEST_SUBJECT = 200


class Outbox(BaseEmailBackend):
    """Writes one delivery for each recipient; the delivery's text is emptied once it was taken or given up."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages down; UnavailableError where no mail server is set."""
        if mail_server() is None:
            raise UnavailableError(
                Text("没有设置邮件服务器", "No mail server is set"),
                remedy=Text("请管理员设置 smtp_url", "Ask the administrator to set smtp_url"),
            )
        Delivery.objects.bulk_create(
            Delivery(kind="mail", to=to, subject=each.subject[:_LONGEST_SUBJECT], body=str(each.body))
            for each in email_messages
            for to in each.recipients()
        )
        return len(email_messages)
