"""Which columns of a staff list or a training history are read, and which of their rows are not about a person.

A column with a name, an address, an identity or a telephone number is not among them, so it is never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulation.intake.headings import Wanted, plain
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet

UNIT = Wanted("unit", ("unit kerja", "unor", "unor nama", "nama unor", "unit organisasi", "unit", "satuan kerja", "satker", "tempat tugas",
                       "nama unit kerja", "unit kerja nama", "lokasi kerja", "workplace", "nama unit"), r"^(unit|unor)\b(?!.*\b(induk|id|kode)\b)")
AGENCY = Wanted("agency", ("perangkat daerah", "opd", "skpd", "unor induk", "unor induk nama", "unit kerja induk", "unit induk", "nama opd",
                           "instansi", "agency", "instansi induk", "asal instansi", "unit organisasi induk", "nama perangkat daerah"))
STATUS = Wanted("status", ("status kepegawaian", "jenis asn", "status pegawai", "jenis pegawai", "status asn", "employment status",
                           "jenis kepegawaian", "status", "pns pppk", "status cpns pns", "pns p3k"))
STAFF = (
    UNIT, AGENCY, STATUS,
    Wanted("standing", ("kedudukan hukum", "kedudukan hukum nama", "kedudukan", "status aktif")),
    Wanted("post", ("nama jabatan", "jabatan", "jabatan nama", "post", "position", "jabatan terakhir", "job title"), r"^nama jabatan\b"),
    Wanted("kind", ("jenis jabatan", "jenis jabatan nama", "tipe jabatan", "kind of post")),
    Wanted("echelon", ("eselon", "eselon nama", "tingkat eselon", "echelon", "eselonering")),
    Wanted("group", ("kelompok pegawai", "kelompok", "staff group", "group")),
    Wanted("born", ("tahun lahir", "tanggal lahir", "tgl lahir", "thn lahir", "birth year", "year of birth", "date of birth", "birth date")),
    Wanted("age", ("usia", "umur", "age"), r"^(usia|umur) (tahun|th)?$"),
    Wanted("education", ("tingkat pendidikan", "tingkat pendidikan nama", "pendidikan", "pendidikan terakhir", "jenjang pendidikan", "education",
                         "tk pendidikan", "pendidikan terakhir nama")),
)
_PRE, _POST = r"(pre ?test|tes awal|awal)", r"(post ?test|tes akhir|akhir)"
TRAININGS = (
    UNIT, AGENCY, STATUS,
    Wanted("programme", ("program pelatihan", "nama pelatihan", "nama diklat", "pelatihan", "diklat", "program", "nama program", "kursus",
                         "training programme", "programme", "course", "nama kegiatan", "nama pengembangan kompetensi", "judul pelatihan"),
           r"^(nama|judul) (pelatihan|diklat|kursus|bimtek)", required=True),
    Wanted("hours", ("jp", "jumlah jp", "jam pelajaran", "jumlah jam pelajaran", "total jp", "hours", "lama jp", "jumlah jam", "durasi jp"),
           r"\bjp\b", required=True),
    Wanted("date", ("tanggal", "tanggal selesai", "tgl selesai", "tanggal pelaksanaan", "tgl", "date", "end date", "tanggal akhir",
                    "tanggal pelatihan"), r"^(tanggal|tgl) (selesai|akhir|pelaksanaan)"),
    Wanted("start", ("tanggal mulai", "tgl mulai", "start date")),
    Wanted("year", ("tahun", "year", "tahun pelaksanaan", "tahun diklat", "tahun pelatihan", "tahun anggaran")),
    Wanted("person", ("nip", "nip baru", "nip lama", "nip nipppk", "id peserta", "kode peserta", "id pegawai", "kode pegawai",
                      "participant id", "nomor peserta", "no peserta"), r"^(nip|id|kode) ?(peserta|pegawai|pppk)?$"),
    Wanted("before", ("pre test", "pretest", "nilai pre test", "nilai pretest", "pre test score", "nilai tes awal", "tes awal", "nilai awal"),
           rf"^(nilai|skor) {_PRE}"),
    Wanted("after", ("post test", "posttest", "nilai post test", "nilai posttest", "post test score", "nilai tes akhir", "tes akhir",
                     "nilai akhir"), rf"^(nilai|skor) {_POST}"),
    Wanted("applied", ("diterapkan", "menerapkan", "penerapan", "applied", "hasil diterapkan"), r"\b(diterapkan|menerapkan|penerapan|applied)\b"),
    Wanted("cost", ("biaya", "biaya per peserta", "biaya rp", "cost", "biaya pelatihan"), r"^biaya\b"),
)
_FOOTER = re.compile(r"^(sub ?)?(jumlah|total|grand total|keterangan|catatan|mengetahui|sumber|rata rata|sum)\b")


def no_person(cells: Sequence[str], columns: dict[str, int], sheet: Sheet, sure: Sequence[str]) -> bool:
    """Whether a row is a total, a note, a signature, the headings once more or their numbers, and not somebody's.

    Args:
        sure: keys of the columns of which somebody's row has at least two.
    """
    read = [cells[i] for i in columns.values()]
    if [plain(c) for c in read] == [plain(sheet.header[i]) for i in columns.values()]:
        return True
    filled = sum(bool(cells[columns[key]]) for key in sure if key in columns)
    if filled < 2 and len(read) > 2:
        return True
    if all(cell == str(i) for i, cell in enumerate(cells, start=1)):
        return True
    return filled < 3 and bool(_FOOTER.match(plain(next((c for c in cells if c), ""))))


def blanks(mapping: Mapping) -> set[str]:
    """Plain texts that say nothing."""
    return {"", "null", "nan", "n a", "na", "tidak ada data", "none"} | {plain(str(text)) for text in mapping.missing}
