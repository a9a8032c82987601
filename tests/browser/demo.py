"""A small notebook with three live charts and a slider, to try the browser side without the model."""

from pathlib import Path

import nbformat

ROWS = '''
import numpy as np

SCENARIOS = ["Jalur hari ini", "Uang sama dengan praktik dan tindak lanjut"]
QUARTERS = [(2027 + q // 4, q % 4) for q in range(20)]


def fan_rows(push):
    rows = []
    for s, scenario in enumerate(SCENARIOS):
        for q, (year, k) in enumerate(QUARTERS):
            middle = 86.4 + (0.2 + s * (0.2 + push / 50)) * (1 - np.exp(-q / 6))
            p05, p25, p50, p75, p95 = middle + (0.9 + 0.06 * q) * np.array([-1, -0.4, 0, 0.42, 1.05])
            rows.append({"scenario": scenario, "time": f"{year}-{3 * k + 1:02d}-01T00:00:00",
                         "period": f"triwulan {['I', 'II', 'III', 'IV'][k]} {year}",
                         "p05": p05, "p25": p25, "p50": p50, "p75": p75, "p95": p95})
    return rows


def level_rows(push):
    rows = []
    for s, scenario in enumerate(SCENARIOS):
        for i, year in enumerate(range(2026, 2032)):
            shift = 0.012 * i * (1 + s * push / 20)
            shares = np.array([0.08, 0.28, 0.40, 0.19, 0.05]) + shift * np.array([-0.2, -0.8, 0, 0.8, 0.2])
            rows += [{"scenario": scenario, "year": year, "level": n, "share": x} for n, x in enumerate(shares, 1)]
    return rows


def waiting_rows(push):
    counters = {"Disdukcapil: perekaman KTP-el": 34.2, "DPMPTSP: loket perizinan": 22.5,
                "RSUD: pendaftaran rawat jalan": 41.0, "Puskesmas Cebongan": 18.3}
    rows = []
    for counter, minutes in counters.items():
        for s, series in enumerate(["Sekarang", *SCENARIOS]):
            middle, spread = minutes * (1 - 0.002 * s * (10 + push)), minutes * 0.08 * (s > 0)
            rows.append({"counter": counter, "series": series, "p05": middle - spread, "p50": middle,
                         "p95": middle + 1.3 * spread})
    return rows
'''

PANEL = '''
import ipywidgets
from simulation.present.charts import fan, levels
from simulation.present.frame import Heading
from simulation.present.intervals import waiting
from simulation.present.picture import LOCALES
from simulation.workbook.live import VegaLive

ID = LOCALES["id"]
NOTE = "2 skenario, 256 undian, Kota Salatiga (contoh)"


def pictures(push):
    return (
        fan(fan_rows(push), Heading("Kepuasan warga (IKM)", "Garis: median. Pita: 50 % dan 90 % kemungkinan.",
            NOTE, f"Grafik kipas IKM pada dorongan {push}"), y_domain=(84, 90), y_title="IKM (25–100)", locale=ID,
            decimals=2),
        levels(level_rows(push), Heading("Tingkat kompetensi pegawai", "Persen pegawai pada tiap tingkat", NOTE),
               level_names=["1 Awal", "2 Dasar", "3 Menengah", "4 Mumpuni", "5 Ahli"], locale=ID),
        waiting(waiting_rows(push), Heading("Menunggu di loket tersibuk", "Titik: median. Batang: 90 % kemungkinan.",
                NOTE), x_domain=(0, 50), x_title="menit", locale=ID),
    )


slider = ipywidgets.IntSlider(value=10, min=0, max=100, description="Dorongan")
charts = [VegaLive(picture) for picture in pictures(slider.value)]


def follow(change):
    for chart, picture in zip(charts, pictures(change["new"])):
        chart.show(picture)


slider.observe(follow, "value")
rows = ipywidgets.HBox(charts, layout={"flex_flow": "row wrap"})
ipywidgets.VBox([slider, rows])
'''


def write(path: Path, *cells: str, intro: str = "# Contoh\n\nTiga grafik dan satu penggeser.") -> Path:
    """Write a notebook of the given code cells below an introduction."""
    body = [nbformat.v4.new_markdown_cell(intro), *(nbformat.v4.new_code_cell(cell.strip()) for cell in cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=body, metadata={"kernelspec": kernel}), path)
    return path
