"""The official method of the citizen satisfaction survey (SKM): NRR, IKM, category, sample size.

PermenPANRB 14/2017: nine elements of equal weight, `NRR = sum of ratings / respondents`, `IKM = 25 * sum(NRR / 9)`. The
ratings are whole numbers, so sums stay fractions and rounding to two decimals is exact. Older weights and bands are here only
to reproduce older reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from simulation.errors import InputError, unknown

ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")
# how reports weigh an element; the regulation prints 0,111 for 1/9, some reports use 0,11, the method of 2004 has 1/14 = 0,071
WEIGHTS = {"exact": None, "0.111": Fraction(111, 1000), "0.11": Fraction(11, 100), "0.071": Fraction(71, 1000)}
# lowest IKM of categories A, B, C; below is D
BANDS = {"2017": ("88.31", "76.61", "65.00"), "2004": ("81.26", "62.51", "43.76")}
Number = Fraction | Decimal | float | int


def index(nrr: Sequence[Number], weight: str = "exact") -> Fraction:
    """IKM of mean ratings (NRR, 1-4), 25-100.

    Args:
        nrr: one mean rating per element.
        weight: "exact" is 1 / number of elements; the others reproduce old reports.

    >>> float(index([3] * 9)), float(index([4] * 9, "0.111"))
    (75.0, 99.9)
    """
    if weight not in WEIGHTS:
        raise InputError(unknown("skm_weight", weight, WEIGHTS))
    share = WEIGHTS[weight] or Fraction(1, len(nrr))
    return 25 * share * sum((Fraction(value) for value in nrr), Fraction(0))


def rounded(value: Number, decimals: int = 2) -> Decimal:
    """Half up, exactly: 77.375 is 77.38 although a computer's 77.375 * 100 may fall short."""
    value = Fraction(value)
    step = Decimal(1).scaleb(-decimals)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_UP)


def category(ikm: Number, bands: str = "2017") -> str:
    """Mutu pelayanan A to D of an IKM, rounded to two decimals first: the printed bands have gaps.

    >>> category(88.306), category(76.605), category(75.77), category(75.77, "2004")
    ('A', 'B', 'C', 'B')
    """
    if bands not in BANDS:
        raise InputError(unknown("skm_bands", bands, BANDS))
    value = rounded(value=ikm)
    return next((name for name, low in zip("ABC", BANDS[bands], strict=True) if value >= Decimal(low)), "D")


def sample_size(population: int, error: float = 0.05) -> int:
    """Respondents by Krejcie and Morgan (1970): `X2 N P Q / (d2 (N-1) + X2 P Q)`, X2 = 3.841, P = Q = 0.5.

    It answers another question than an IKM asks (a share within 5 points), but it is the table the regulation points to.

    >>> [sample_size(n) for n in (10, 100, 1000, 100000)]
    [10, 80, 278, 383]
    """
    top = 3.841 * population * 0.25
    return round(top / (error**2 * (population - 1) + 3.841 * 0.25))
