"""E-mails as people, machines and mail servers write them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

SENDER = "lisi@example.invalid"


def mail(text: str = "我的号码被泄露了，请处理", sender: str = SENDER, **headers: str) -> EmailMessage:
    """Return a mail of a person; ``headers`` with underscores for hyphens."""
    message = EmailMessage()
    message["From"], message["To"] = f"李四 <{sender}>", "privacy@operator.invalid"
    message["Subject"] = headers.pop("subject", "投诉")
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((text, sender)))}@example.invalid>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def bounce_of(message_id: str, **more: Any) -> bytes:
    """Return what a mail server sends back about a message (RFC 3464)."""
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@relay.invalid>
To: privacy@operator.invalid
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{abs(hash(message_id))}@relay.invalid>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.invalid

Final-Recipient: rfc822; lisi@example.invalid
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

From: privacy@operator.invalid
To: lisi@example.invalid
Message-ID: {message_id}
Subject: answer

text
--b--
""".encode()
