"""Reads a mail from stdin with Python's own parser and prints what it says as JSON."""
import email, email.policy, json, sys
from email.utils import parsedate_to_datetime

raw = sys.stdin.buffer.read()
mail = email.message_from_bytes(raw, policy=email.policy.default)
print(json.dumps({
    "headers": list(mail.keys()), "subject": str(mail["Subject"]), "from": str(mail["From"]), "to": str(mail["To"]),
    "id": str(mail["Message-ID"]), "date": parsedate_to_datetime(mail["Date"]).isoformat(),
    "plain": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
    "html": mail.get_body(("html",)).get_content().replace("\r\n", ""),
    "defects": [str(defect) for part in mail.walk() for defect in part.defects]
        + [str(defect) for header in mail.values() for defect in getattr(header, "defects", ())],
    "longest": max(len(line) for line in raw.split(b"\r\n")), "bare": raw.replace(b"\r\n", b"").count(b"\n"),
    "types": [part.get_content_type() for part in mail.walk()],
}))
