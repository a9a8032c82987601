"""Writes the made-up queue log data/samples/antrian_loket.csv: three counters over eight weeks, with the dirt that real logs have.

Run from the repository: `python tools/sample_tickets.py`. The same file every time.
"""

from __future__ import annotations

import csv
import heapq
import io
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.files import write_whole

TARGET = Path(__file__).resolve().parents[1] / "data" / "samples" / "antrian_loket.csv"
TITLE = "CONTOH BUATAN, bukan data sungguhan (made-up sample, not real data): antrean tiga loket selama delapan minggu"
HEADER = ["Tanggal", "No Antrian", "Unit", "Layanan", "Jam Ambil", "Jam Panggil", "Jam Selesai", "Status"]
UNIT = "Dinas Kependudukan dan Pencatatan Sipil"
FIRST, WEEKS = date(2026, 1, 12), 8
# letter of the number, name, windows, tickets a day, mean minutes, squared variation of minutes
COUNTERS = (("A", "Loket kartu keluarga dan pindah datang", 1, 15.0, 12.0, 0.9),
            ("B", "Loket akta pencatatan sipil", 1, 9.5, 15.0, 0.5),
            ("C", "Loket kartu identitas anak", 1, 13.5, 8.0, 0.4))
PROFILE = {8: 0.24, 9: 0.23, 10: 0.18, 11: 0.11, 13: 0.12, 14: 0.09, 15: 0.03}  # share of the day's arrivals per clock hour
DAY_SPREAD = 0.04  # squared variation of how busy a day is


def queue(rng, windows: int, per_day: float, minutes: float, scv: float):
    """One day at a counter: (taken, called, finished) in seconds, first come first served."""
    expected = per_day * rng.gamma(1.0 / DAY_SPREAD, DAY_SPREAD)
    taken = np.sort(np.concatenate([hour * 3600 + rng.integers(0, 3600, rng.poisson(expected * share)) for hour, share in PROFILE.items()]))
    shape = np.log1p(scv)
    served = np.maximum(20, np.rint(60.0 * minutes * np.exp(rng.normal(-shape / 2.0, np.sqrt(shape), len(taken))))).astype(int)
    free = [8 * 3600 + 300] * windows
    for arrival, length in zip(taken.tolist(), served.tolist(), strict=True):
        called = max(arrival + 5, heapq.heappop(free))
        heapq.heappush(free, called + length)
        yield arrival, called, called + length


def clock(second: int) -> str:
    """As the machine prints it."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d}"


def tickets(rng) -> list[list[str]]:
    """All rows without dirt, day by day."""
    rows = []
    for week in range(WEEKS):
        for weekday in range(5):
            day = FIRST + timedelta(weeks=week, days=weekday)
            today = []
            for letter, name, *counter in COUNTERS:
                for n, times in enumerate(queue(rng, *counter), start=1):
                    today.append((times[0], [f"{day:%d/%m/%Y}", f"{letter}{n:03d}", UNIT, name, *map(clock, times), "Selesai"]))
            rows += [row for _, row in sorted(today)]
    return rows


def spoil(rng, rows: list[list[str]]) -> list[list[str]]:
    """What happens to real logs: nobody pressed the button, nobody came, the clock was wrong, somebody tried the machine."""
    order = rng.permutation(len(rows))
    parts = np.split(order, np.cumsum([28, 34, 9, 4, 12, 6]))
    open_, absent, backwards, impossible, spelled, twice, _ = (sorted(part.tolist()) for part in parts)
    for i in open_:
        rows[i][6], rows[i][7] = "", "Dipanggil"
    for i in absent:
        rows[i][6], rows[i][7] = rows[i][5], "Tidak hadir"
    for i in backwards:  # closed by the next shift: the clock time is of the next morning
        rows[i][6] = clock(7 * 3600 + 40 * 60 + int(rng.integers(0, 300)))
    for i, found in zip(impossible, ("00/00/0000", "01/01/1900", "31/02/2026", "00/00/0000"), strict=True):
        rows[i][0] = found
    for i in spelled:
        rows[i][3] = rows[i][3].upper() if i % 2 else "  " + rows[i][3].replace(" ", "  ", 1)
    for i in reversed(twice):
        rows.insert(i + 1, list(rows[i]))
    for n, at in enumerate((0, 1, 400, 900)):
        day = rows[at][0]
        rows.insert(at, [day, f"TEST{n + 1}", UNIT, "Tes", "07:50:00", "07:50:10", "07:50:20", "Selesai"])
    return rows


def main() -> None:
    """Write the sample."""
    rng = np.random.default_rng(20260112)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow([TITLE])
    writer.writerow(HEADER)
    writer.writerows(spoil(rng, tickets(rng)))
    write_whole(TARGET, text.getvalue())


if __name__ == "__main__":
    main()
