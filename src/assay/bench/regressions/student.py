"""Student's t distribution, as far as a t-test needs it."""

import math

__all__ = ["two_sided_probability"]

_LARGEST_STEPS = 300
_CLOSE_ENOUGH = 1e-15
_TINY = 1e-300


def two_sided_probability(statistic: float, degrees_of_freedom: float) -> float:
    """How probable a value at least as far from zero is, on either side, if nothing differs; 0 to 1.

    Equals the regularised incomplete beta function I_x(n/2, 1/2) at x = n/(n + t²) (Abramowitz and Stegun, 26.7.1).

    Raises:
        ValueError: There is no degree of freedom.
    """
    if degrees_of_freedom <= 0:
        raise ValueError("a t-test without a degree of freedom")
    if math.isinf(statistic):
        return 0.0
    square = statistic * statistic
    return _incomplete_beta(
        degrees_of_freedom / 2,
        0.5,
        degrees_of_freedom / (degrees_of_freedom + square),
        square / (degrees_of_freedom + square),
    )


def _incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """I_x(a, b), with `rest` for 1 - x, which would lose its digits where x is almost 1."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest))
    # The fraction converges quickly on one side of the mean only; the other side follows by symmetry.
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(a, b, x) / a
    return 1.0 - front * _continued_fraction(b, a, rest) / b


def _continued_fraction(a: float, b: float, x: float) -> float:
    """The fraction of I_x(a, b) (Abramowitz and Stegun, 26.5.8), evaluated from the front by Lentz's method."""
    fraction = 1.0
    numerators = 1.0
    denominators = 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1))
    fraction = denominators
    for step in range(1, _LARGEST_STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        change = 1.0
        for coefficient in (even, odd):
            denominators = 1.0 / _not_zero(1.0 + coefficient * denominators)
            numerators = _not_zero(1.0 + coefficient / numerators)
            change = denominators * numerators
            fraction *= change
        if abs(change - 1.0) < _CLOSE_ENOUGH:
            break
    return fraction


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
