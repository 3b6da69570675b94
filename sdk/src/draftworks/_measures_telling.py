"""Says in sentences what a blueprint's scenarios cover and what a build may cost."""

from draftworks._models import Measures, Quote, Ratio

_PERCENT = 100


def tell_measures(measures: Measures | None, quote: Quote | None) -> list[str]:
    """Return what is to be read before a price, and then the price."""
    return [*_covered(measures), *_price(quote)]


def _covered(measures: Measures | None) -> list[str]:
    if measures is None:
        return []
    checkability = (
        f"Checkability {_percent(measures.checkability)}: a machine decides "
        f"{_of(measures.checkability)} outcomes."
    )
    coverage = (
        f"Coverage {_percent(measures.coverage)}: scenarios prove {_of(measures.coverage)} "
        f"requirements; outcomes look at {_of(measures.fields)} fields, {_of(measures.negative)} "
        f"scenarios show a refusal or an absence, {_of(measures.holdouts)} are sealed."
    )
    return [checkability, coverage]


def _price(quote: Quote | None) -> list[str]:
    if quote is None:
        return []
    return [
        f"A build costs about {_dollars(quote.low_micros)}, at most {_dollars(quote.high_micros)}."
    ]


def _of(ratio: Ratio) -> str:
    return f"{ratio.part} of {ratio.whole}"


def _percent(ratio: Ratio) -> str:
    return f"{ratio.share * _PERCENT:.0f} %" if ratio.whole else "unknown"


def _dollars(micros: int) -> str:
    return f"${micros / 1_000_000:.2f}"
