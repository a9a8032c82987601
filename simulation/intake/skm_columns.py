"""Which column of a survey file is which element: by name first, by number only when no name is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from simulation.errors import InputError, Problem, shown
from simulation.intake.dates import parse_moment
from simulation.intake.headings import (
    Wanted,
    find_columns,
    mapped_columns,
    no_column,
    plain,
    unclear,
)
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet
from simulation.intake.skm_answers import UNKNOWN, rating
from simulation.skm import ELEMENTS

# what the question of an element speaks of, in the regulation, its questionnaire and common reports
_SUBJECT = {
    "persyaratan": r"\b(per)?syarat|\brequirement", "prosedur": r"\bprosedur|\bmekanisme|\balur\b|\bprocedure",
    "waktu": r"\bwaktu|\bkecepatan|\bketepatan|\bspeed|\btime\b|\btimeliness", "biaya": r"\bbiaya|\btarif|\bcost|\bfee\b|\bfees\b|\bcharge",
    "produk": r"\bproduk|\bspesifikasi|\bhasil (layanan|pelayanan)|\bproduct",
    "kompetensi": r"\bkompeten|\bkemampuan|\bkeahlian|\bcompeten", "perilaku": r"\bperilaku|\bsopan|\bkesopanan|\bramah|\bsikap|\bbehavi|\bcourtesy",
    "pengaduan": r"aduan\b|\bcomplaint|\bkeluhan", "sarana": r"\bsarana|\bprasarana|\bfasilitas|\bfacilit",
}
_NUMBERED = re.compile(r"(?:u|unsur|q|p|x|soal|pertanyaan|question|nilai u|nilai unsur|skor u|unsur ke|no)? ?0?(\d{1,2})")
CONTEXT = (
    Wanted("date", ("tanggal", "tgl", "waktu", "timestamp", "cap waktu", "date", "tanggal survei", "tanggal pengisian", "waktu pengisian",
                    "tanggal isi", "created at", "submitted at", "waktu survei", "tgl survei", "tanggal responden"), r"^(tanggal|tgl)\b|^timestamp"),
    Wanted("wave", ("gelombang", "wave", "periode", "triwulan", "semester")),
    Wanted("unit", ("unit", "unit layanan", "unit pelayanan", "unit kerja", "upp", "opd", "perangkat daerah", "instansi", "bagian", "dinas",
                    "nama unit", "nama opd", "skpd", "unit penyelenggara pelayanan"), r"^(nama )?unit\b|^perangkat daerah"),
    Wanted("service", ("layanan", "jenis layanan", "pelayanan", "jenis pelayanan", "service", "nama layanan", "program",
                       "jenis layanan yang diterima", "pelayanan yang diterima"), r"^jenis (layanan|pelayanan)|^(layanan|pelayanan) yang"),
    Wanted("sex", ("jenis kelamin", "jenkel", "jk", "kelamin", "gender", "sex", "l p"), r"^jenis kelamin"),
    Wanted("age", ("usia", "umur", "age", "kelompok umur", "kelompok usia", "rentang usia", "usia tahun", "umur tahun"), r"^(usia|umur)\b"),
    Wanted("education", ("pendidikan", "pendidikan terakhir", "education", "tingkat pendidikan"), r"^pendidikan\b"),
)
# columns about a person or in their own words; never read, only counted
_PERSONAL = re.compile(r"\bnama\b|\bname\b|\btelp|\btelepon|\bhp\b|\bphone|\bwa\b|\bwhatsapp|\bnik\b|\bnip\b|\bktp\b|\bemail|\be mail|\bsurel"
                       r"|\balamat|\baddress|\bsaran\b|\bkritik|\bkomentar|\bcomment|\bsuggestion|\bmasukan\b|\bpekerjaan|\bttd\b|\btanda tangan")
SAMPLE = 300  # rows that show what a column holds


@dataclass(frozen=True)
class Layout:
    """Where the answers and their context stand.

    Attributes:
        elements: position of each element's column, in the regulation's order.
        context: position of date, wave, unit, service, sex, age, education where there is one.
        numbered: whether the elements are known by their number only; swapped: whether the questionnaire's order was found.
        dropped: headings about persons that were left out, counted only.
    """

    elements: tuple[int, ...]
    context: dict[str, int]
    numbered: bool
    swapped: bool
    dropped: int


def recognise(cells: Sequence[str]) -> int:
    """How many headings of a survey a row may hold."""
    headings = [plain(cell) for cell in cells if cell and len(cell) < 300]
    named = sum(any(re.search(p, h) for h in headings) for p in _SUBJECT.values())
    numbers = {int(m[1]) for h in headings if (m := _NUMBERED.fullmatch(h))}
    context = sum(any(w.exact(h) for h in headings) for w in CONTEXT)
    elements = max(named, len(numbers & set(range(1, 10))))
    return elements * 2 + context if elements > 2 else 0


def find_layout(sheet: Sheet, mapping: Mapping) -> Layout:
    """Find the nine elements and their context.

    Raises:
        InputError: elements without a column, or with several; what to write in a mapping file.
    """
    sample = [cells for _, cells in islice(sheet.rows(), SAMPLE)]
    columns = [tuple(row[i] for row in sample if row[i]) for i in range(len(sheet.header))]
    keys = (*ELEMENTS, *(w.key for w in CONTEXT))
    mapped = mapped_columns(sheet, keys, mapping)
    elements = {e: i for e, i in mapped.items() if e in ELEMENTS}
    named = _by_name(sheet, columns, mapping, elements)
    numbered, swapped = False, False
    if len(named) < len(ELEMENTS) and not elements:
        by_number = _by_number(sheet, columns)
        if by_number:
            elements, swapped = _in_order(by_number, columns, mapping)
            numbered = True
    elements = elements if numbered else named
    missing = [e for e in ELEMENTS if e not in elements]
    if missing:
        raise InputError(no_column(sheet, missing))
    rest = {w.key: i for w in CONTEXT for i in [mapped.get(w.key)] if i is not None}
    context = _context(sheet, mapping, set(elements.values()), rest)
    used = {*elements.values(), *context.values()}
    dropped = sum(bool(_PERSONAL.search(plain(h))) for i, h in enumerate(sheet.header) if i not in used)
    return Layout(tuple(elements[e] for e in ELEMENTS), context, numbered, swapped, dropped)


def _by_name(sheet: Sheet, columns, mapping: Mapping, mapped: dict[str, int]) -> dict[str, int]:
    """Elements whose heading speaks of one subject; a heading of two subjects goes to the one still without column."""
    found, taken = dict(mapped), set(mapped.values())
    fits: dict[str, list[int]] = {e: [] for e in ELEMENTS if e not in found}
    for i, heading in enumerate(sheet.header):
        h = plain(heading)
        if i in taken or not columns[i]:
            continue
        for element in fits:
            if re.search(_SUBJECT[element], h) and _holds_answers(columns[i], element, mapping):
                fits[element].append(i)
    for _ in ELEMENTS:  # settle what is certain first, then what is left
        for element in [e for e in fits if e not in found]:
            free = [i for i in fits[element] if i not in found.values()]
            single = [i for i in free if sum(i in other for e, other in fits.items() if e not in found) == 1]
            choice = free if len(free) == 1 else single
            if len(choice) == 1 and (len(free) == 1 or single):
                found[element] = choice[0]
    problems = [unclear(sheet, e, free) for e in fits if e not in found
                and len(free := [i for i in fits[e] if i not in found.values()]) > 1]
    if problems:
        raise InputError(problems)
    return found


def _holds_answers(values: Sequence[str], element: str, mapping: Mapping) -> bool:
    """Whether a column looks like ratings and not like dates or free text."""
    answers = sum(rating(value, element, mapping) != UNKNOWN for value in values)
    if answers * 2 >= len(values):
        return True
    dates = sum(len(value) > 5 and parse_moment(value) is not None for value in values)
    return dates * 2 < len(values) and len(set(values)) <= 12


def _by_number(sheet: Sheet, columns) -> dict[int, int]:
    """Position of elements 1 to 9 by their number.

    Raises:
        InputError: more than nine of them hold answers: another questionnaire.
    """
    found: dict[int, int] = {}
    for i, heading in enumerate(sheet.header):
        number = _NUMBERED.fullmatch(plain(heading))
        if number and columns[i] and 1 <= int(number[1]) <= 30:
            if int(number[1]) in found:
                raise InputError(unclear(sheet, number[1], [found[int(number[1])], i]))
            found[int(number[1])] = i
    if not set(range(1, 10)) <= set(found):
        return {}
    more = sorted(set(found) - set(range(1, 10)))
    if more:
        values = {"found": ", ".join(shown(sheet.header[found[n]]) for n in more)}
        raise InputError(Problem("skm_more_elements", values, sheet.name, sheet.header_line))
    return found


def _in_order(by_number: dict[int, int], columns, mapping: Mapping) -> tuple[dict[str, int], bool]:
    """The regulation's order, or the questionnaire's if the answer texts of 8 and 9 show it."""
    def fit(position: int, element: str) -> int:
        return sum(rating(value, element, mapping) != UNKNOWN for value in columns[position])

    straight = fit(by_number[8], "pengaduan") + fit(by_number[9], "sarana")
    crossed = fit(by_number[8], "sarana") + fit(by_number[9], "pengaduan")
    order = (*ELEMENTS[:7], "sarana", "pengaduan") if crossed > straight else ELEMENTS
    return {element: by_number[k] for k, element in enumerate(order, start=1)}, crossed > straight


def _context(sheet: Sheet, mapping: Mapping, taken: set[int], mapped: dict[str, int]) -> dict[str, int]:
    """Date, unit and the like among the columns that are not answers."""
    rest = replace(sheet, header=tuple("" if i in taken else h for i, h in enumerate(sheet.header)))
    return find_columns(rest, CONTEXT, Mapping(columns={key: sheet.header[i] for key, i in mapped.items()}))
