"""Kinds of field: how each one is read from text, stored and shown again."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

Value = Any  # what a field stores: str, int, float or None when it is blank

LONGEST_TEXT = 500
LONGEST_NOTE = 20_000


class Refused(Exception):
    """A value that a field does not take; the message follows the field's name."""


class Field:
    """One labelled value of a record; the subclasses say what it holds."""

    sql_type: ClassVar[str] = "TEXT"
    control: ClassVar[str] = "input"  # the macro in `controls.html.jinja`
    input_type: ClassVar[str] = "text"
    input_mode: ClassVar[str] = "text"
    example: ClassVar[str] = ""
    picker: ClassVar[str] = ""  # the type of the browser's own calendar
    longest: ClassVar[int] = LONGEST_TEXT
    in_lists: ClassVar[bool] = True
    is_text: ClassVar[bool] = False
    is_number: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        *,
        key: str,
        required: bool = False,
        unique: bool = False,
        at_least: str | None = None,
        at_most: str | None = None,
        on_or_after_today: bool = False,
        starts_as: str = "",
        choices: tuple[str, ...] = (),
        to: str = "",
    ) -> None:
        self.name = name
        self.key = key
        self.required = required
        self.unique = unique
        self.at_least = at_least
        self.at_most = at_most
        self.on_or_after_today = on_or_after_today
        self.starts_as = starts_as
        self.choices = choices
        self.links_to = to

    def read(self, text: str) -> Value:
        """Turn what somebody typed into the value to store, or refuse it."""
        text = self.clean(text)
        if not text:
            if self.required:
                raise Refused("is required")
            return None
        if len(text) > self.longest:
            raise Refused(f"must be at most {self.longest} characters long")
        value = self.parse(text)
        self.check_bounds(value)
        return value

    def clean(self, text: str) -> str:
        """Drop spaces around the text and characters that nobody can see."""
        return "".join(c for c in text if is_visible(c)).strip()

    def parse(self, text: str) -> Value:
        """Read a text that is not blank."""
        return text

    def check_bounds(self, value: Value) -> None:
        """Refuse what lies outside "at least" and "at most"."""
        size = self.size(value)
        if self.at_least is not None and size < self.bound(self.at_least):
            raise Refused(f"must be at least {self.at_least}")
        if self.at_most is not None and size > self.bound(self.at_most):
            raise Refused(f"must be at most {self.at_most}")

    def size(self, value: Value) -> Value:
        """Return what the bounds are compared with."""
        return Decimal(str(value)) if self.is_number else value

    def bound(self, text: str) -> Value:
        """Read a bound as the rule writes it."""
        return Decimal(text) if self.is_number else self.parse(text)

    def show(self, value: Value) -> str:
        """Write a stored value as people read it; a blank one stays empty."""
        return "" if value is None else str(value)

    def default(self) -> str:
        """Return the text that a new form starts with."""
        return self.starts_as

    def titles_like(self, title: str) -> list[Value]:
        """Return the stored values that are shown as a title."""
        try:
            return [self.parse(title)]
        except Refused:
            return []

    def title_sql(self, column: str) -> str:
        """Write what such values are compared with."""
        return column


class Text(Field):
    """One line of text."""

    is_text = True


class LongText(Field):
    """Text of several lines."""

    control = "long_text"
    longest = LONGEST_NOTE
    in_lists = False
    is_text = True

    def clean(self, text: str) -> str:
        """Keep line breaks, in one form."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join("".join(filter(is_visible, x)).rstrip() for x in lines).strip()


class WholeNumber(Field):
    """A number without decimals."""

    sql_type = "INTEGER"
    input_mode = "numeric"
    is_number = True

    def parse(self, text: str) -> Value:
        """Accept digits with a sign."""
        if not re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            raise Refused("must be a whole number")
        return int(text)


class Number(Field):
    """A number that may have decimals."""

    sql_type = "REAL"
    input_mode = "decimal"
    is_number = True

    def parse(self, text: str) -> Value:
        """Accept digits with a sign and a decimal point."""
        return float(read_decimal(text)) + 0.0  # no minus zero

    def show(self, value: Value) -> str:
        """Write it without an exponent or needless zeros."""
        if value is None:
            return ""
        text = format(Decimal(repr(float(value))), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


class Money(Field):
    """An amount with two decimals, stored as a whole number of hundredths."""

    sql_type = "INTEGER"
    input_mode = "decimal"
    is_number = True

    def parse(self, text: str) -> Value:
        """Accept at most two decimals, so that nothing is rounded unseen."""
        hundredths = read_decimal(text) * 100
        if hundredths != int(hundredths):
            raise Refused("must be a number with at most 2 decimals")
        return int(hundredths)

    def size(self, value: Value) -> Value:
        """Compare whole amounts: a bound may have more than two decimals."""
        return Decimal(value) / 100

    def show(self, value: Value) -> str:
        """Write it with two decimals."""
        return "" if value is None else f"{Decimal(value) / 100:.2f}"


class Date(Field):
    """A day."""

    control = "date"
    input_mode = "numeric"
    example = "2026-03-12"
    picker = "date"

    def parse(self, text: str) -> Value:
        """Accept the ISO form only: others mean different days to different people."""
        try:
            return datetime.strptime(text, "%Y-%m-%d").date().isoformat()
        except ValueError:
            raise Refused(f"must be a date as {self.example}") from None

    def check_bounds(self, value: Value) -> None:
        """Refuse days that are over, where the field asks for it."""
        super().check_bounds(value)
        if self.on_or_after_today and value[:10] < date.today().isoformat():
            raise Refused("must be today or later")

    def default(self) -> str:
        """Start as today's date, or as the day that is named."""
        return self.today() if self.starts_as == "today" else self.starts_as

    def today(self) -> str:
        """Write the current day."""
        return f"{datetime.now():%Y-%m-%d}"


class DateTime(Date):
    """A day and a time, to the minute."""

    example = "2026-03-12 14:30"
    picker = "datetime-local"

    def parse(self, text: str) -> Value:
        """Accept a space or a T between day and time."""
        try:
            moment = datetime.strptime(text.replace("T", " "), "%Y-%m-%d %H:%M")
        except ValueError:
            raise Refused(f"must be a date and time as {self.example}") from None
        return f"{moment:%Y-%m-%d %H:%M}"

    def today(self) -> str:
        """Write the current day and time."""
        return f"{datetime.now():%Y-%m-%d %H:%M}"


class YesNo(Field):
    """A tick or its absence; blank means no."""

    sql_type = "INTEGER"
    control = "checkbox"
    words: ClassVar[Mapping[str, int]] = {
        **dict.fromkeys(("yes", "y", "true", "on", "1"), 1),
        **dict.fromkeys(("no", "n", "false", "off", "0", ""), 0),
    }

    def read(self, text: str) -> Value:
        """Accept the usual words; a blank is an answer too, so never "required"."""
        try:
            return self.words[self.clean(text).casefold()]
        except KeyError:
            raise Refused("must be Yes or No") from None

    def titles_like(self, title: str) -> list[Value]:
        """Look for what Yes or No stands for."""
        return [self.words[title.casefold()]] if title.casefold() in self.words else []

    def show(self, value: Value) -> str:
        """Say Yes or No."""
        return "Yes" if value else "No"


class Email(Field):
    """An email address."""

    input_type = "email"
    input_mode = "email"
    longest = 254
    is_text = True
    pattern: ClassVar[str] = (
        r"[^\s@<>()\[\]\",;:\\]{1,64}@(?!-)[^\s@.<>()\[\]\",;:\\/]+"
        r"(\.[^\s@.<>()\[\]\",;:\\/]+)*\.[^\W\d_]{2,}"
    )

    def parse(self, text: str) -> Value:
        """Accept name@example.com."""
        name = text.partition("@")[0]
        dotted = ".." in text or name.startswith(".") or name.endswith(".")
        if dotted or not re.fullmatch(self.pattern, text):
            raise Refused("must be a valid email address")
        return text


class Phone(Field):
    """A telephone number, kept as it was written."""

    input_type = "tel"
    input_mode = "tel"
    longest = 40
    is_text = True

    def parse(self, text: str) -> Value:
        """Accept 5 to 20 digits with the usual signs and an extension."""
        number = re.sub(r"\s*(ext\.?|x)\s*[0-9]{1,6}$", "", text, flags=re.IGNORECASE)
        digits = sum(c.isdigit() for c in number)
        if not re.fullmatch(r"\+?[0-9 ()./-]+", number) or not 5 <= digits <= 20:
            raise Refused("must be a valid phone number")
        return text


class WebAddress(Field):
    """The address of a web page."""

    input_type = "url"
    input_mode = "url"
    longest = 2_000
    is_text = True
    pattern: ClassVar[str] = (
        r"https?://([^\s/?#@:.]+(\.[^\s/?#@:.]+)+|localhost)(:[0-9]{1,5})?([/?#]\S*)?"
    )

    def parse(self, text: str) -> Value:
        """Accept http and https only: anything else is no page to open."""
        if not re.fullmatch(self.pattern, text, flags=re.IGNORECASE):
            raise Refused("must be a valid web address")
        return text


class Choice(Field):
    """One of a few words."""

    control = "choice"
    is_text = True

    def parse(self, text: str) -> Value:
        """Accept the choices as they are written."""
        if text not in self.choices:
            raise Refused("must be one of the choices")
        return text


class Link(Field):
    """Another record, stored as its number."""

    sql_type = "INTEGER"
    control = "link"

    def parse(self, text: str) -> Value:
        """Read the number of a record; whether it exists is checked by the caller."""
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise Refused("must be one of the choices")
        return int(text)


class File(Field):
    """A file, stored as the key of its content and its name: `0f3c…/plan.pdf`."""

    control = "file"
    in_lists = False

    def show(self, value: Value) -> str:
        """Show the file's name."""
        return "" if value is None else str(value).partition("/")[2]

    def titles_like(self, title: str) -> list[Value]:
        """Compare names."""
        return [title]

    def title_sql(self, column: str) -> str:
        """Cut off the key, of 32 characters, and the slash."""
        return f"substr({column}, 34)"


def read_decimal(text: str) -> Decimal:
    """Read plain digits with a point: a comma means different things to people."""
    if not re.fullmatch(r"[+-]?([0-9]{1,13}(\.[0-9]{0,9})?|\.[0-9]{1,9})", text):
        raise Refused("must be a number")
    return Decimal(text)


def is_visible(character: str) -> bool:
    """Tell ordinary characters from controls and from marks that turn text around."""
    if (
        character
        in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ):
        return False
    return character == "\t" or unicodedata.category(character) not in ("Cc", "Cs")
