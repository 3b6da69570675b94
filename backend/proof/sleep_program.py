"""Lets a product sleep while its clock is moved: its interpreter runs this before the product.

libfaketime leaves the steady clock alone only at the price that nobody can sleep by it: from
0.9.10 on `clock_nanosleep` fails then, which is what `time.sleep` calls. Waiting for nothing to
happen in no file takes as long, and is let be.
"""

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex) -> None:
    """Do nothing for so long."""
    length = float(seconds)
    if length < 0:
        raise ValueError("sleep length must be non-negative")
    select.select((), (), (), length)


if __name__ == "sitecustomize":  # not where it is merely read
    time.sleep = sleep
