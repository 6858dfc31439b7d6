"""A mail server on loopback: prints its port, then a line of JSON for each mail it takes.

smtp_server.py [--starttls CERTIFICATE KEY] [--smtps CERTIFICATE KEY] [--user NAME PASSWORD] [--later COUNT]
"""
import asyncio, base64, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

words = sys.argv[1:]


def option(name, count):
    if name not in words:
        return None
    place = words.index(name)
    return words[place + 1:place + 1 + count]


def context(files):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


class Handler:
    def __init__(self):
        self.later = int((option("--later", 1) or ["0"])[0])

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.later > 0:
            self.later -= 1
            return "451 4.7.1 greylisted, try again later"
        login = session.auth_data
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": server.transport.get_extra_info("sslcontext") is not None,
            "user": login.login.decode() if login else None, "data": base64.b64encode(envelope.content).decode(),
        }), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    name, password = option("--user", 2)
    good = isinstance(data, LoginPassword) and data.login == name.encode() and data.password == password.encode()
    return AuthResult(success=good, handled=False, auth_data=data)


async def main():
    handler, starttls, smtps = Handler(), option("--starttls", 2), option("--smtps", 2)
    user = option("--user", 2)

    def protocol():
        return SMTP(
            handler, hostname="test.invalid", require_starttls=bool(starttls), tls_context=context(starttls) if starttls else None,
            auth_required=bool(user), auth_require_tls=bool(starttls), authenticator=authenticate if user else None)

    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context(smtps) if smtps else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
