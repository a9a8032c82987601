"""What the headings of a survey file say: an element by name or number, context, or something about a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulation.intake.headings import Wanted, plain
from simulation.skm import ELEMENTS

# what the question of an element speaks of, in the regulation, its questionnaire and common reports
SUBJECT = {
    "persyaratan": r"\b(per)?syarat|\brequirement", "prosedur": r"\bprosedur|\bmekanisme|\balur\b|\bprocedure",
    "waktu": r"\bwaktu|\bkecepatan|\bketepatan|\bspeed|\btime\b|\btimeliness", "biaya": r"\bbiaya|\btarif|\bcost|\bfee\b|\bfees\b|\bcharge",
    "produk": r"\bproduk|\bspesifikasi|\bhasil (layanan|pelayanan)|\bproduct",
    "kompetensi": r"\bkompeten|\bkemampuan|\bkeahlian|\bcompeten", "perilaku": r"\bperilaku|\bsopan|\bkesopanan|\bramah|\bsikap|\bbehavi|\bcourtesy",
    "pengaduan": r"aduan\b|\bcomplaint|\bkeluhan", "sarana": r"\bsarana|\bprasarana|\bfasilitas|\bfacilit",
}
NUMBERED = re.compile(
    r"(?:(?:nilai|skor|score|jawaban|answer|kode|jwb) )?(?:u|unsur|q|p|x|soal|pertanyaan|question|butir|item|aspek|indikator|unsur ke|no soal"
    r"|nilai|skor|jawaban|jwb|no|ikm|skm|unsur pelayanan|v)? ?0?(\d{1,2})(?: (?:nilai|skor|score|jawaban|kode))?")
CONTEXT = (
    Wanted("date", ("tanggal", "tgl", "waktu", "timestamp", "cap waktu", "date", "tanggal survei", "tanggal pengisian", "waktu pengisian",
                    "tanggal isi", "created at", "submitted at", "waktu survei", "tgl survei", "tanggal responden", "start date", "submitdate", "submission time"), r"^(tanggal|tgl)\b(?!.*\b(lahir|terbit|berlaku))|^timestamp"),
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
PERSONAL = re.compile(r"\bnama\b|\bname\b|\btelp|\btelepon|\bhp\b|\bphone|\bwa\b|\bwhatsapp|\bnik\b|\bnip\b|\bktp\b|\bemail|\be mail|\bsurel"
                       r"|\blahir\b|\bbirth|\balamat|\baddress|\bsaran\b|\bkritik|\bkomentar|\bcomment|\bsuggestion|\bmasukan\b|\bpekerjaan|\bttd\b|\btanda tangan")
NINE = frozenset(range(1, 10))
_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = re.compile(rf"(?:u|unsur|unsur ke) ({'|'.join(_NUMERALS)})")
_LONE = re.compile(r"\d{1,2}")
_BARE = 7  # so many of the figures 1 to 9 alone are headings; ratings and an age in a row of answers are fewer


def subjects(heading: str) -> set[str]:
    """Elements that a plain heading speaks of."""
    return {element for element, pattern in SUBJECT.items() if re.search(pattern, heading)}


def number(heading: str) -> int | None:
    """The number of the element in a plain heading that says nothing else: "u1", "unsur 1", "1"."""
    found = NUMBERED.fullmatch(heading)
    if found:
        return int(found[1])
    roman = _ROMAN.fullmatch(heading)
    return _NUMERALS.index(roman[1]) + 1 if roman else None


def recognise(cells: Sequence[str]) -> int:
    """How many headings of a survey a row may hold; names count more than numbers, an answer in own words is one heading."""
    headings = {plain(cell) for cell in cells if cell and len(cell) < 300}
    spoken = [subjects(h) for h in headings]
    named = min(len(set().union(*spoken)), sum(map(bool, spoken)))
    numbered = {number(h) for h in headings if not _LONE.fullmatch(h)} & NINE
    bare = {int(h) for h in headings if _LONE.fullmatch(h)} & NINE
    numbers = len(numbered) if len(numbered) > 2 else len(bare) if len(bare) >= _BARE else 0
    context = sum(any(w.exact(h) for h in headings) for w in CONTEXT)
    elements = max(named, numbers)
    return elements * 3 + (named == elements) + context if elements > 2 else 0


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row of cells is headings of all nine elements."""
    return recognise(cells) >= len(ELEMENTS) * 3
