#!/usr/bin/env python3
"""Prints polynomials.rs, which stands beside it.

    pip install mpmath && python3 polynomials.py | rustfmt --edition 2024 > polynomials.rs

Each is the polynomial p of its degree that makes the largest of weight(x) |p(x) - f(x)| on an interval least, by Remez's
exchange: through degree + 2 points of alternating error, which move to the extrema of the error until those are equal.
"""

import struct

from mpmath import cos, erf, erfc, expm1, log, log1p, mp, mpf, lu_solve, matrix, pi, sqrt, fabs

mp.dps = 60


def remez(f, weight, a, b, degree, rounds=12, grid=3000):
    """Coefficients, lowest first, and the largest weighted error."""
    a, b = mpf(a), mpf(b)
    n = degree + 2
    points = [(a + b) / 2 - (b - a) / 2 * cos(pi * (mpf(i) + mpf(1) / 2) / n) for i in range(n)]
    sampled = [(a + b) / 2 - (b - a) / 2 * cos(pi * mpf(i) / grid) for i in range(grid + 1)]
    values = [(x, f(x), weight(x)) for x in sampled]
    for _ in range(rounds):
        system, right = matrix(n, n), matrix(n, 1)
        for row, x in enumerate(points):
            for power in range(degree + 1):
                system[row, power] = x**power
            system[row, degree + 1] = (-1) ** row / weight(x)
            right[row] = f(x)
        solution = lu_solve(system, right)
        coefficients = [solution[i] for i in range(degree + 1)]
        errors = [(x, w * (evaluate(coefficients, x) - y)) for x, y, w in values]
        # The largest error of each run of one sign.
        extrema, best = [], None
        for x, error in errors:
            if best is not None and (error > 0) == (best[1] > 0):
                best = (x, error) if fabs(error) > fabs(best[1]) else best
            else:
                if best is not None:
                    extrema.append(best)
                best = (x, error)
        extrema.append(best)
        while len(extrema) > n:
            extrema.pop(0 if fabs(extrema[0][1]) < fabs(extrema[-1][1]) else -1)
        if len(extrema) < n:
            break
        points = [x for x, _ in extrema]
    return coefficients, max(fabs(error) for _, error in errors)


def evaluate(coefficients, x):
    total = mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def shortest(x, single):
    """The fewest digits that the type reads as the number nearest to x."""
    if not single:
        return repr(float(x))
    nearest = lambda x: struct.unpack("f", struct.pack("f", float(x)))[0]
    return next(text for digits in range(1, 12) if nearest(text := mp.nstr(x, digits)) == nearest(x))


def show(name, about, result, single):
    coefficients, error = result
    shown = "".join(f"    {shortest(c, single)},\n" for c in coefficients)
    kind = "f32" if single else "f64"
    print(f"/// {about}; the largest error is {mp.nstr(error, 2)}.")
    print(f"pub(in super::super) const {name}: [{kind}; {len(coefficients)}] = [\n{shown}];\n")


half = log(mpf(2)) / 2 * mpf("1.0001")


def tail_of_exp(x):
    """(exp(x) - 1 - x) / x^2, by its series near 0."""
    if fabs(x) < mpf("1e-8"):
        return mpf(1) / 2 + x / 6
    return (expm1(x) - x) / x**2


def tail_of_log(x):
    """(ln(1 + x) - x + x^2/2) / x^3, by its series near 0."""
    if fabs(x) < mpf("1e-8"):
        return mpf(1) / 3 - x / 4
    return (log1p(x) - x + x**2 / 2) / x**3


def near_of_erf(square):
    """erf(x) / x - 1 in x^2."""
    x = sqrt(square)
    if x < mpf("1e-15"):
        return 2 / sqrt(pi) - 1
    return erf(x) / x - 1


def far_of_erf(x):
    """-ln(1 - erf(x)) / x - 1."""
    return -log(erfc(x)) / x - 1


def relative_to_log(x):
    """x^3 / ln(1 + x), without the sign."""
    return x**2 if fabs(x) < mpf("1e-20") else fabs(x**3 / log1p(x))


print("//! The polynomials of the elementary functions, lowest power first; made by `polynomials.py`.\n")
low, high = sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1
for name, single, of_exp, of_log in [("single", True, 4, 7), ("double", False, 10, 18)]:
    print(f"pub(super) mod {name} {{")
    show("EXP", "(exp r - 1 - r) / r^2 for |r| <= ln(2)/2, by the error of exp r",
         remez(tail_of_exp, lambda x: x**2 + mpf("1e-9"), -half, half, of_exp), single)
    show("LN", "(ln(1 + f) - f + f^2/2) / f^3 for 1 + f from 1/sqrt 2 to sqrt 2, by the relative error of ln",
         remez(tail_of_log, lambda x: relative_to_log(x) + mpf("1e-9"), low, high, of_log), single)
    print("}")
show("ERF_NEAR", "erf(x)/x - 1 in x^2 for |x| <= 0.95, by the relative error of erf",
     remez(near_of_erf, lambda x: 1 / (1 + near_of_erf(x)), 0, mpf("0.9025"), 5), True)
show("ERF_FAR", "-ln(1 - erf x)/x - 1 for x from 0.93 to 4, by the error of erf",
     remez(far_of_erf, lambda x: x * erfc(x), mpf("0.93"), 4, 6), True)
