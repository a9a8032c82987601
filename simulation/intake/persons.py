"""Telling rows of one person apart from rows of another without knowing who it is.

An employee number is turned into a digest with a secret that is made for one reading, never written anywhere and gone with it:
nobody can find the number from the digest, and two readings of a file give unrelated digests.
"""

from __future__ import annotations

import re
import secrets
from hashlib import blake2b

_LOST = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)  # 1,98E+17: Excel has rounded the number, so different people look alike


class Persons:
    """Digests of employee numbers of one reading."""

    def __init__(self):
        self._secret = secrets.token_bytes(32)

    def key(self, text: str) -> bytes | None:
        """Digest of a number; None where there is none or it was rounded away."""
        number = re.sub(r"[\s'’`.\-]", "", text).upper()
        if not number or set(number) == {"0"} or _LOST.fullmatch(text.strip().lstrip("'")):
            return None
        return blake2b(number.encode(), key=self._secret, digest_size=16).digest()
