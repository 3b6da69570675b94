"""Values that fit a field, values that do not, and how the product shows them."""

from decimal import Decimal

from backend.blueprints.blueprint import Entity, Field, FieldType

_SAMPLES = {
    FieldType.DATE: "2099-05-04",
    FieldType.DATE_AND_TIME: "2099-05-04 09:30",
    FieldType.YES_NO: "Yes",
    FieldType.EMAIL: "somebody@example.com",
    FieldType.PHONE: "020 7946 0123",
    FieldType.WEB_ADDRESS: "https://example.com",
}
_PAST = {FieldType.DATE: "2001-01-01", FieldType.DATE_AND_TIME: "2001-01-01 09:00"}
_NUMBERS = {FieldType.WHOLE_NUMBER, FieldType.NUMBER, FieldType.MONEY}


def sample_of(entity: Entity, field: Field) -> str:
    """Return a value that the field takes; for a link it is the sample of the other's title."""
    if field.type in _NUMBERS:
        return field.at_least or field.at_most or "1"
    if field.type is FieldType.CHOICE:
        return field.choices[-1]
    plain = f"{entity.name} one" if field is entity.fields[0] else f"{field.name} one"
    return _SAMPLES.get(field.type, plain.replace('"', ""))


def shown(field: Field, value: str) -> str:
    """Return the value as a page shows it."""
    return f"{Decimal(value):.2f}" if field.type is FieldType.MONEY else value


def refused_of(field: Field) -> tuple[str, str] | None:
    """Return a value that breaks a rule of the field, and the error that follows."""
    if field.required and field.starts_as is None and field.type is not FieldType.YES_NO:
        return "", f"{field.name} is required"
    if field.at_least is not None:
        value = str(Decimal(field.at_least) - 1)
        return value, f"{field.name} must be at least {field.at_least}"
    if field.at_most is not None:
        value = str(Decimal(field.at_most) + 1)
        return value, f"{field.name} must be at most {field.at_most}"
    if field.on_or_after_today and field.type in _PAST:
        return _PAST[field.type], f"{field.name} must be today or later"
    return None
