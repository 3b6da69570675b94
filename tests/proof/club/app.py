"""A small club's product: members sign in, share notes, mail each other and pay their fees."""

import datetime as dt
import html
import json
import os
import smtplib
import threading
import urllib.error
import urllib.request
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MEMBERS = {"ada@example.com": "owl", "bob@example.com": "frog"}
FORMS = {
    "/sign-in": ("Sign in", ["Email", "Password"]),
    "/notes": ("Share", ["Note"]),
    "/mail": ("Send", ["To", "Subject", "Text", "Times", "Kilobytes", "Delay"]),
    "/pay": ("Pay", ["Times"]),
}
notes: list[str] = []
sessions: dict[str, str] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/clock":
            now = dt.datetime.now(dt.UTC)
            script = "setInterval(() => { document.getElementById('page').textContent ="
            script += " 'Page ' + new Date().toISOString().slice(0, 16) }, 1000)"
            self.show(f"<p>Server {now:%Y-%m-%d %H:%M}</p><p id=page></p><script>{script}</script>")
        elif path == "/export":
            self.answer(
                200,
                "\n".join(notes),
                "text/csv",
                ("Content-Disposition", "attachment; filename=notes.csv"),
            )
        else:
            self.show(self.form(path) if path in FORMS else "")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        fields = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        form = {name: values[0] for name, values in fields.items()}
        getattr(self, "post_" + self.path.strip("/").replace("-", "_"))(form)

    def post_sign_in(self, form: dict[str, str]) -> None:
        email = form["Email"]
        if MEMBERS.get(email) != form["Password"]:
            self.show("<p role=alert>Wrong email or password</p>" + self.form("/sign-in"))
            return
        token = f"session-{len(sessions)}"
        sessions[token] = email
        self.answer(303, "", "text/plain", ("Location", "/"), ("Set-Cookie", f"s={token}; Path=/"))

    def post_notes(self, form: dict[str, str]) -> None:
        notes.append(f"{self.member}: {form['Note']}")
        self.show(self.form("/notes"))

    def post_mail(self, form: dict[str, str]) -> None:
        if form["Delay"]:
            threading.Thread(target=self.send_late, args=(form,)).start()
            self.show("<p role=status>Will be sent</p>")
            return
        self.show(f"<p role=status>{self.send_mails(form)}</p>")

    def send_late(self, form: dict[str, str]) -> None:
        threading.Event().wait(float(form["Delay"]))
        self.send_mails(form)

    def send_mails(self, form: dict[str, str]) -> str:
        """Careless on purpose: what is typed goes into the head of the email as it is."""
        parts = urlsplit(os.environ["SMTP_URL"])
        head = f"From: club@example.com\r\nTo: {form['To']}\r\nSubject: {form['Subject']}\r\n"
        text = form["Text"] + "\r\n" + "x" * 1022 * int(form["Kilobytes"] or 0)
        sent = refused = 0
        with smtplib.SMTP(parts.hostname, parts.port, timeout=20) as server:
            for _ in range(int(form["Times"] or 1)):
                try:
                    server.sendmail(
                        "club@example.com",
                        [form["To"]],
                        (head.replace("\\n", "\r\n") + "\r\n" + text).encode(),
                    )
                    sent += 1
                except smtplib.SMTPException:
                    refused += 1
                    if refused > 20:
                        break
        return f"{sent} sent, {refused} refused"

    def post_pay(self, form: dict[str, str]) -> None:
        for _ in range(int(form["Times"] or 1)):
            request = urllib.request.Request(  # noqa: S310 (the address is the works' own)
                os.environ["SERVICE_PAYMENTS_URL"] + "/charge?member=" + self.member,
                json.dumps({"amount": 5}).encode(),
                {"Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 (likewise)
                    said = (
                        f"{answer.status} {answer.headers['Content-Type']} {answer.read().decode()}"
                    )
            except urllib.error.HTTPError as error:
                said = f"{error.code} {error.read().decode()}"
        self.show(f"<p role=status>{html.escape(said)}</p>" + self.form("/pay"))

    @property
    def member(self) -> str:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("s")
        return sessions.get(cookie.value, "nobody") if cookie else "nobody"

    def form(self, path: str) -> str:
        button, names = FORMS[path]
        fields = "".join(f"<label>{name} <input name={name}></label>" for name in names)
        return f"<form method=post action={path}>{fields}<button>{button}</button></form>"

    def show(self, body: str) -> None:
        listed = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
        self.answer(
            200,
            f"""<!doctype html><html lang=en><title>Club</title><main>
            <h1>Club</h1><p>Signed in: {self.member}</p>{body}<ul aria-label=Notes>{listed}</ul>
            <button onclick="document.title = confirm('Sure?') ? 'Agreed' : 'Refused'">Ask</button>
            <a href=/export>Export</a></main></html>""",
            "text/html; charset=utf-8",
        )

    def answer(self, status: int, body: str, kind: str, *headers: tuple[str, str]) -> None:
        content = body.encode()
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", len(content)), *headers):
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
