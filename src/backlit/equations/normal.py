"""The standard normal density and distribution function, for GELU; the array API has no erf of its own."""

import math

from backlit.equations.arrays import Array, namespace

__all__ = ["normal_cdf", "normal_pdf"]

SERIES_LIMIT = 2.5
"""Below it the series converges in SERIES_TERMS terms, above it the fraction in FRACTION_TERMS: both to 1e-15."""
SERIES_TERMS = 36
FRACTION_TERMS = 90
DENSITY_LIMIT = 40.0


def normal_pdf(z: Array) -> Array:
    """Density of the standard normal distribution, exp(-z^2 / 2) / sqrt(2 pi), elementwise, any shape.

    >>> import numpy as np
    >>> float(normal_pdf(np.asarray(0.0)).round(6))
    0.398942
    """
    xp = namespace(z)
    # beyond it the density is 0 in float64, and z * z might overflow in float32
    near = xp.where(xp.abs(z) < DENSITY_LIMIT, z, 0 * z + DENSITY_LIMIT)
    return xp.exp(-near * near / 2) / math.sqrt(2 * math.pi)


def normal_cdf(z: Array) -> Array:
    """Distribution function of the standard normal distribution, elementwise, any shape, precise in both tails.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.11 (series around 0) and 26.2.14
    (continued fraction in the tail).

    >>> import numpy as np
    >>> normal_cdf(np.asarray([-1.0, 0.0, 1.0])).round(6).tolist()
    [0.158655, 0.5, 0.841345]
    """
    xp = namespace(z)
    size = xp.abs(z)
    near = xp.where(size < SERIES_LIMIT, z, 0 * z)
    far = xp.where(size < SERIES_LIMIT, 0 * z + SERIES_LIMIT, size)
    tail = upper_tail(far)
    return xp.where(size < SERIES_LIMIT, 0.5 + central_part(near), xp.where(z < 0, tail, 1 - tail))


def central_part(z: Array) -> Array:
    """The distribution function minus a half, by a series of positive terms: z, z^3 / 3, z^5 / (3 5), ..."""
    total = z
    term = z
    for odd in range(3, 2 * SERIES_TERMS, 2):
        term = term * z * z / odd
        total = total + term
    return normal_pdf(z) * total


def upper_tail(z: Array) -> Array:
    """Probability above z for z > 0: density / (z + 1 / (z + 2 / (z + 3 / ...)))."""
    fraction = z
    for numerator in range(FRACTION_TERMS, 0, -1):
        fraction = z + numerator / fraction
    return normal_pdf(z) / fraction
