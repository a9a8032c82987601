"""What lists of people share: headings of unit, status and person, cells that say nothing, rows that are no record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from simulation.errors import InputError
from simulation.intake.headings import Wanted, mapped_columns, plain, unclear
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet

UNIT_HEADINGS = ("unit kerja", "nama unit kerja", "unit", "unor", "nama unor", "unor nama", "unit organisasi", "nama unit organisasi",
                 "satuan kerja", "satuan kerja nama", "satker", "tempat tugas", "unit kerja nama", "work unit", "workplace", "office")
ABOVE_HEADINGS = ("perangkat daerah", "nama perangkat daerah", "unor induk", "unor induk nama", "nama unor induk", "unit kerja induk",
                  "unit induk", "opd", "nama opd", "skpd", "agency")
STATUS_HEADINGS = ("status kepegawaian", "jenis asn", "jenis pegawai", "status pegawai", "status asn", "status", "jenis kepegawaian",
                   "status cpns pns", "pns pppk", "employment status")
PERSON_HEADINGS = ("nip", "nip baru", "nip pegawai", "nomor induk pegawai", "id peserta", "id pegawai", "kode pegawai", "kode peserta",
                   "participant id", "employee id")
_EMPTY = frozenset(("", "-", "--", "n a", "na", "null", "nan", "none", "tidak ada", "0000 00 00"))
_FOOTER = re.compile(r"^(jumlah|total|sub ?total|grand total|keterangan|catatan|sumber|mengetahui)\b")
_NUMBERED = re.compile(r"\(?\d{1,2}\)?")


def named_columns(sheet: Sheet, wanted: Sequence[Wanted], mapping: Mapping) -> dict[str, int]:
    """Position of each wanted column that is there; of several names the first of `Wanted.names` counts, wherever it stands.

    Raises:
        InputError: the mapping file is wrong about a column, or a heading stands there twice.
    """
    found = mapped_columns(sheet, [w.key for w in wanted], mapping)
    headings, problems = [plain(heading) for heading in sheet.header], []
    for w in wanted:
        if w.key in found:
            continue
        free = [h for i, h in enumerate(headings) if i not in found.values()]
        name = next((name for name in (*w.names, plain(w.key)) if name in free), None)
        places = [i for i, heading in enumerate(headings) if heading == name]
        if len(places) > 1:
            problems.append(unclear(sheet, w.key, places))
        elif places:
            found[w.key] = places[0]
    if problems:
        raise InputError(problems)
    return found


def said(cells: Sequence[str], position: int | None, missing: frozenset[str]) -> str:
    """Text of a cell, white space collapsed, without the apostrophe that keeps Excel from counting; "" where nothing is said."""
    if position is None:
        return ""
    text = " ".join(cells[position].lstrip("'").split())
    return "" if plain(text) in missing else text


def no_answer(mapping: Mapping) -> frozenset[str]:
    """Plain texts that say nothing."""
    return _EMPTY | {plain(str(text)) for text in mapping.missing}


def is_footer(texts: Iterable[str], headings: Sequence[str]) -> bool:
    """Whether a row is a total, a note, the headings once more, or their numbers, not a record."""
    texts = list(texts)
    filled = [text for text in texts if text]
    return (any(_FOOTER.match(plain(text)) for text in filled) or (len(filled) > 1 and all(_NUMBERED.fullmatch(t) for t in filled))
            or [plain(text) for text in texts] == [plain(heading) for heading in headings])
