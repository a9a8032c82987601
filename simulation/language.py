"""The two languages of the workbook: messages from the catalogues, numbers and money as their readers write them."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

LANGUAGES = ("id", "en")
DEFAULT = "id"
_LOCALES = {"id": "id_ID", "en": "en_GB"}
_FOLDER = Path(__file__).parent / "locale"


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All messages of a language, by key: one file per part of the workbook, no key in two of them."""
    import yaml

    messages: dict[str, str] = {}
    for path in sorted((_FOLDER / lang).glob("*.yaml")):
        part = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        repeated = messages.keys() & part.keys()
        if repeated:
            raise ValueError(f"{path}: messages defined twice: {sorted(repeated)}")
        messages |= part
    return messages


def say(key: str, lang: str = DEFAULT, /, **values) -> str:
    """The message `key` with its values filled in.

    >>> say("verdict.better", "en")
    'better'
    """
    return catalogue(lang)[key].format(**values)


def number(value: float, lang: str = DEFAULT, decimals: int = 2, sign: bool = False) -> str:
    """A number with a fixed count of decimals.

    >>> number(1234.5), number(1234.5, "en"), number(-0.001, sign=True)
    ('1.234,50', '1,234.50', '0,00')
    """
    from babel.numbers import format_decimal

    rounded = round(float(value), decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(rounded, format=pattern, locale=_LOCALES[lang])
    return "+" + text if sign and rounded > 0 else text


def figure(value: float, lang: str = DEFAULT) -> str:
    """A number as a reader would type it: up to six digits, no grouping, see `read_figure`.

    >>> figure(0.347), figure(60000.0), figure(2.45, "en")
    ('0,347', '60000', '2.45')
    """
    rounded = float(f"{value:.6g}")
    text = f"{rounded:.12f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if lang == "id" else text


def read_figure(text: str) -> float | None:
    """The number that a reader typed, with a decimal comma or point and no grouping; None when it could mean two things.

    >>> read_figure("2,45"), read_figure("2.45"), read_figure("1.600.000")
    (2.45, 2.45, None)
    """
    plain = text.strip().replace(",", ".")
    if plain.count(".") > 1:
        return None
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in plain else None


def rupiah(value: float, lang: str = DEFAULT) -> str:
    """An amount of money.

    >>> rupiah(1.6e9)
    'Rp 1.600.000.000'
    """
    return "Rp " + number(value, lang, 0)


def about_rupiah(value: float, lang: str = DEFAULT) -> str:
    """An uncertain amount in three digits with its power in words.

    >>> about_rupiah(1934727737.0), about_rupiah(-350e6, "en"), about_rupiah(50e9), about_rupiah(0.0)
    ('Rp 1,93 miliar', 'Rp -350 million', 'Rp 50 miliar', 'Rp 0')
    """
    rounded = float(f"{value:.3g}")
    for name, unit in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6)):
        if abs(rounded) >= unit:
            part = rounded / unit
            decimals = max(0, 2 - int(math.log10(abs(part)) + 1e-12))
            digits = next(d for d in range(decimals + 1) if d == decimals or round(part, d) == round(part, decimals))
            return f"Rp {number(part, lang, digits)} {say(f'money.{name}', lang)}"
    return rupiah(rounded, lang)


def percent(share: float, lang: str = DEFAULT, decimals: int = 0) -> str:
    """A share as a percentage.

    >>> percent(0.164), percent(0.164, "en", 1)
    ('16%', '16.4%')
    """
    return number(100.0 * share, lang, decimals) + "%"


def band(p05: float, p50: float, p95: float, lang: str = DEFAULT, decimals: int = 2, sign: bool = False) -> str:
    """A median with its 90 % band.

    >>> band(0.1, 0.2, 0.5, "en", sign=True)
    '+0.20 (+0.10 to +0.50)'
    """
    low, middle, high = (number(v, lang, decimals, sign) for v in (p05, p50, p95))
    return say("format.band", lang, low=low, middle=middle, high=high)


def listed(names: list[str], lang: str = DEFAULT) -> str:
    """Names with "and" before the last.

    >>> listed(["a", "b", "c"], "en"), listed(["a"])
    ('a, b and c', 'a')
    """
    return "".join(names) if len(names) < 2 else say("list.and", lang, most=", ".join(names[:-1]), last=names[-1])


def quarter(index: int, start_year: int, lang: str = DEFAULT) -> str:
    """Name of the `index`-th quarter of a run (1 = first).

    >>> quarter(6, 2027), quarter(6, 2027, "en")
    ('triwulan II 2028', 'Q2 2028')
    """
    year, part = divmod(index - 1, 4)
    return say("format.quarter", lang, part=("I", "II", "III", "IV")[part], number=part + 1, year=start_year + year)


def day(date, lang: str = DEFAULT) -> str:
    """A calendar day in words.

    >>> from datetime import date
    >>> day(date(2026, 3, 1)), day(date(2026, 3, 1), "en")
    ('1 Maret 2026', '1 March 2026')
    """
    from babel.dates import format_date

    return format_date(date, "d MMMM y", locale=_LOCALES[lang])
