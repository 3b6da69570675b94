"""Everything that a product mailed since its data was just-started, and what a check may claim."""

from collections import Counter

from backend.proof.mail import Mail
from backend.proof.words import counted

MOST_MAILS = 500
MOST_MAIL_BYTES = 10_000_000
_MOST_LISTED = 5


class Mailbox:
    """One scenario's emails, in the order they came."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.was_called = False
        self._claimed: set[int] = set()
        self._refused: Counter[str] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether more would be too many."""
        return len(self.mails) >= MOST_MAILS

    def add(self, mail: Mail) -> None:
        """Take in an email."""
        self.mails.append(mail)

    def refuse(self, reason: str) -> None:
        """Remember that an email was not taken, and why."""
        self._refused[reason] += 1

    def claim(self, address: str, subject: str) -> Mail | None:
        """Return the first such email that no check has claimed before; None when none is left."""
        for index, mail in enumerate(self.mails):
            if index in self._claimed or not mail.goes_to(address):
                continue
            if mail.has_subject(subject):
                self._claimed.add(index)
                return mail
        return None

    def describe(self) -> str:
        """Say what came instead, in one or two sentences."""
        waiting = [mail for index, mail in enumerate(self.mails) if index not in self._claimed]
        listed = "; ".join(
            f"{mail.title} to {', '.join(mail.recipients)}" for mail in waiting[:_MOST_LISTED]
        )
        more = len(waiting) - _MOST_LISTED
        said = f"What came: {listed}{f'; and {more} more' if more > 0 else ''}."
        if not waiting:
            said = self._nothing()
        refused = (f"{counted(n, 'email')} refused: {why}" for why, n in self._refused.items())
        return " ".join((said, *(f"{one}." for one in refused)))

    def _nothing(self) -> str:
        if self.mails:
            return "What came was checked by a step above: each needs an email of its own."
        if self.was_called:
            return "No email came at all."
        return "No email came at all: the product never called the mail server at SMTP_URL."
