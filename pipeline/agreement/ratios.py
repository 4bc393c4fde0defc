"""Division that leaves open what has nothing to divide by."""

from __future__ import annotations

import numpy as np

from pipeline.agreement.ratings import Floats

_ZERO = 1e-12


def ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole; NaN where the whole is nothing. Shapes are broadcast."""
    part, whole = np.broadcast_arrays(part, whole)
    open_ = np.full(part.shape, np.nan)
    found: Floats = np.divide(part, whole, out=open_, where=np.abs(whole) > _ZERO)
    return found
