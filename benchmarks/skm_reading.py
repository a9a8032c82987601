"""Reading large survey files, and how often the interval of a survey holds the truth: `python -m benchmarks.skm_reading`."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from scipy.special import ndtr

from simulation.present import skm_report
from simulation.survey import Survey

COMMON = 0.5  # share of an answer that is the person's general mood
# where moods end and ratings begin: real surveys have few 1, most 3 and 4, and cost near 4
CUTS = np.array([[-2.2, -1.3, 0.3], [-2.1, -1.2, 0.3], [-2.0, -1.0, 0.5], [-2.5, -1.8, -0.7], [-2.2, -1.4, 0.3], [-2.3, -1.5, 0.2], [-2.3, -1.5, 0.1],
                 [-2.0, -1.1, 0.2], [-2.0, -1.0, 0.5]])
CSV_ROWS, XLSX_ROWS = 200_000, 20_000


def people(n: int, rng: np.random.Generator, missing: float = 0.0) -> np.ndarray:
    """Ratings (n, 9) of people whose nine answers hang together; a share of the answers is 0, not given, at random."""
    mood = np.sqrt(COMMON) * rng.standard_normal((n, 1)) + np.sqrt(1 - COMMON) * rng.standard_normal((n, 9))
    ratings = (1 + (mood[..., None] > CUTS).sum(axis=2)).astype(np.int8)
    return np.where(rng.random((n, 9)) < missing, 0, ratings).astype(np.int8)


def true_ikm() -> float:
    """IKM of everybody: a rating is 1 plus the chance of passing each cut."""
    return float(25 * (1 + (1 - ndtr(CUTS)).sum(axis=1)).mean())


def coverage(n: int, repetitions: int = 2000, draws: int = 2000, missing: float = 0.0, seed: int = 0) -> float:
    """Share of surveys of n people whose 95 % interval holds the true IKM."""
    rng, truth, inside = np.random.default_rng(seed), true_ikm(), 0
    for _ in range(repetitions):
        low, high = Survey.of("simulated", people(n, rng, missing)).interval(draws=draws)
        inside += low <= truth <= high
    return inside / repetitions


def rows_of_a_file(n: int, rng: np.random.Generator):
    """Heading and rows as an application exports them, with names and an empty column for suggestions."""
    yield ["Responden", "Waktu", "Unit Layanan", "Nama", "Jenis Kelamin", "Usia", "Pendidikan", *(f"U{k}" for k in range(1, 10)), "u10", "u11", "Saran"]
    start, seconds = datetime(2026, 1, 1, 8), np.sort(rng.integers(0, 300 * 86400, n))
    unit, age = rng.integers(1, 41, n), rng.integers(17, 80, n)
    for i, ratings in enumerate(people(n, rng)):
        yield [f"R{i}", (start + timedelta(seconds=int(seconds[i]))).isoformat(" "), f"Kelurahan {unit[i]}", "Nama Responden", "LP"[i % 2], int(age[i]),
               ("SMA / SMK", "S1 / Setara", "SMP")[i % 3], *map(int, ratings), "", "", ""]


def write_csv(path: Path, n: int) -> Path:
    """A text file of n respondents."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows_of_a_file(n, np.random.default_rng(1)))
    return path


def write_xlsx(path: Path, n: int) -> Path:
    """A workbook of n respondents."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for i, row in enumerate(rows_of_a_file(n, np.random.default_rng(1))):
            sheet.write_row(i, 0, row)
    return path


def seconds(run) -> float:
    """Best of three: the machine is shared."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def plain_csv(path: Path) -> None:
    """The yardstick for text: pandas reads the cells and does nothing with them."""
    import pandas as pd

    pd.read_csv(path)


def plain_xlsx(path: Path) -> None:
    """The yardstick for workbooks: openpyxl reads the cells and does nothing with them."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    for _ in book.worksheets[0].iter_rows(values_only=True):
        pass
    book.close()


def traced_peak(path: Path) -> float:
    """Peak of Python's memory while a file is read, as a multiple of the file."""
    tracemalloc.start()
    Survey.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / path.stat().st_size


def process_growth(path: Path) -> float:
    """Growth of a fresh process's peak memory by reading and reporting, as a multiple of the file."""
    code = ("import re, sys; from simulation.survey import Survey; from simulation.present import skm_report; import pandas, openpyxl\n"
            "peak = lambda: int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])  # not what a fork left behind\n"
            "before = peak(); skm_report.text(Survey.read(sys.argv[1])); print(peak() - before)")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024 / path.stat().st_size


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as folder:
        for path, n, plain, name in ((write_csv(Path(folder) / "a.csv", CSV_ROWS), CSV_ROWS, plain_csv, "pandas.read_csv"),
                                     (write_xlsx(Path(folder) / "a.xlsx", XLSX_ROWS), XLSX_ROWS, plain_xlsx, "openpyxl's plain read")):
            read, yardstick = seconds(lambda p=path: Survey.read(p)), seconds(lambda p=path, f=plain: f(p))
            survey = Survey.read(path)
            report = seconds(lambda s=survey: skm_report.text(s))
            print(f"{n:,} rows, {path.suffix[1:].upper()}, {path.stat().st_size / 1e6:.1f} MB: read {read:.1f} s ({read / yardstick:.1f} times {name}, "
                  f"{yardstick:.2f} s), report {report:.1f} s; memory {traced_peak(path):.1f} times the file (traced), {process_growth(path):.1f} (process)")
    print("95 % intervals over 2,000 simulated surveys hold the true IKM in:")
    for n in (20, 50, 100, 400):
        print(f"  n = {n}: {coverage(n, seed=n):.1%} (complete), {coverage(n, missing=0.1, seed=n):.1%} (a tenth of the answers missing)")


if __name__ == "__main__":
    main()
