"""Says how long a stage may go on before its build would cost more than was set aside for it."""

from backend.builds.quote import STORED_BYTES
from billing.meters import Meter
from billing.prices import quote_micros

# What still runs while a stage that was told to stop puts its things away.
TIDYING_SECONDS = 5


def affordable_seconds(*, left_micros: int, lanes: int) -> float:
    """Return how many seconds of the dearest stage can be paid, keeping back what delivery costs.

    The dearest second pays a product for each lane, a spare one, its own tests and the browser.
    """
    delivery = quote_micros({Meter.BUILDS: 1, Meter.STORED_BYTES: STORED_BYTES})
    second = quote_micros(
        {Meter.SANDBOX_MILLISECONDS: 1000 * (lanes + 2), Meter.BROWSER_MILLISECONDS: 1000}
    )
    return max((left_micros - delivery) / second - TIDYING_SECONDS, 0.0)
