"""What people write for a type or a rule, and the word that the works has for it."""

import re

_TYPES = {
    "text": "string, name, word, words, short text, title, address, varchar, char, str",
    "long text": "note, notes, memo, paragraph, description, multiline, textarea, longtext",
    "whole number": "integer, int, count, quantity, amount of, counter, round number",
    "number": "decimal, float, numeric, percent, percentage, weight, length",
    "money": "price, amount, currency, cost, euro, euros, dollar, dollars, eur, usd, pounds, cash",
    "date": "day, birthday, calendar",
    "date and time": "datetime, date time, time, timestamp, moment",
    "yes/no": "checkbox, boolean, bool, yes or no, yes no, yesno, tick, tick box, flag, true/false",
    "email": "mail, e-mail, email address, mail address",
    "phone": "telephone, mobile, tel, phone number, telephone number",
    "web address": "url, website, web page, web site, homepage, web link, web",
    "choice": "select, dropdown, drop-down, list, enum, option, options, choices, status",
    "link to …, with the name of the other record": "link, reference, relation, lookup",
    "file": "image, photo, picture, upload, attachment, document, pdf, scan",
}
_TYPE_OF = {word: kind for kind, words in _TYPES.items() for word in words.split(", ")}
_RULES = (
    (
        r"mandatory|compulsory|obligatory|needed|necessary|must|not empty|not blank|not null",
        "required",
    ),
    (r"no duplicates|distinct|only once|not twice", "unique"),
    (r"(?:min|minimum|from|more than|not less than|>=?)[ .:]*(-?[0-9.]+)", r"at least \1"),
    (r"(?:max|maximum|up to|less than|not more than|<=?)[ .:]*(-?[0-9.]+)", r"at most \1"),
    (r"not negative|no minus|positive", "at least 0"),
    (
        r"(?:default|defaults to|initially|starts with|starts at|start|begins as)[ :=]+(\S.*)",
        r"starts as \1",
    ),
    (r"today", "on or after today, or starts as today"),
    (r"(?:in the )?future|not (?:in the )?past|after today|from today", "on or after today"),
)


def type_meant(words: str) -> str | None:
    """Return the type that these words stand for, if they are known."""
    return _TYPE_OF.get(words)


def rule_meant(clause: str) -> str | None:
    """Return the rule that this clause stands for, if its wording is known."""
    for pattern, rule in _RULES:
        found = re.fullmatch(pattern, clause.strip(), re.IGNORECASE)
        if found:
            return found.expand(rule)
    return None
