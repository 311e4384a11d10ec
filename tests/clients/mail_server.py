"""A mail server (aiosmtpd) that asks for a login and tells each message as a mail program would show it.

    python mail_server.py USER PASSWORD

Prints `{"port": ...}` when it listens, on a port of 127.0.0.1 that was free, then one JSON line a message. Ends with its
standard input.
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def tell(what):
    print(json.dumps(what), flush=True)


class Shown:
    """What a mail program would show of each message."""

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        sender = message["From"].addresses[0]
        tell(
            {
                "envelope_from": envelope.mail_from,
                "envelope_to": envelope.rcpt_tos,
                "from_name": sender.display_name,
                "from_address": sender.addr_spec,
                "to": [address.addr_spec for address in message["To"].addresses],
                "subject": str(message["Subject"]),
                "message_id": str(message["Message-ID"]),
                "headers": sorted({name.lower() for name in message.keys()}),
                "defects": [type(defect).__name__ for part in message.walk() for defect in part.defects],
                "longest_line": max(len(line) for line in envelope.content.split(b"\r\n")),
                "text": message.get_body(("plain",)).get_content(),
                "html": message.get_body(("html",)).get_content(),
            }
        )
        return "250 Accepted"


async def serve(user, password):
    def check(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    def connection():
        return SMTP(
            Shown(), hostname="mail.example", authenticator=check, auth_required=True, auth_require_tls=False
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    tell({"port": server.sockets[0].getsockname()[1]})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(serve(*sys.argv[1:]))
