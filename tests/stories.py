"""A small story made by hand, for the tests of what is written from one: any names, gains or losses, no simulation."""

from simulation.present.picture import Picture
from simulation.present.story import EXHIBITS, PAGES, Exhibit, Page, Story


def picture(names, values):
    """Points on a line, with the names as a reader would meet them in a chart."""
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Selisih: " + "; ".join(f"{name} {value}" for name, value in zip(names, values, strict=True)),
        "width": 500, "height": {"step": 20}, "data": {"name": "rows"}, "mark": {"type": "point", "clip": True},
        "encoding": {"x": {"field": "value", "type": "quantitative"}, "y": {"field": "name", "type": "nominal", "title": None}},
        "config": {"font": "Liberation Sans, Arial, sans-serif"},
    }
    return Picture(spec, {"rows": [{"name": name, "value": value} for name, value in zip(names, values, strict=True)]})


def exhibit(name, names, values):
    """One picture with its table."""
    table = [["Skenario", "Selisih"], *([n, f"{v:+.2f}"] for n, v in zip(names, values, strict=True))]
    return Exhibit(name, f"Judul {name}", f"Kalimat {name}.", picture(names, values), table, ())


def page(name, names, values):
    """One page about all names."""
    shown = {"picture": ("differences", "chain", "units"), "verdict": ("gain",), "caution": ("ikm",), "measure": ("waiting", "levels")}
    pairs = list(zip(names, values, strict=True))
    points = [f"{n} berselisih {v:+.2f} dari {names[-1]}, jadi menurut aturan yang sama tidak dapat dipastikan." for n, v in pairs]
    table = [["Skenario", "Biaya", "Peserta", "20 JP", "IKM", "Menit", "Putusan"],
             *([n, "Rp 1.600.000.000", "613", "22%", f"{v:+.2f} (-0.10 sampai +0.80)", "-0,1", "lebih baik"] for n, v in pairs)]
    exhibits = tuple(exhibit(e, names, values) for e in shown.get(name, ()))
    return Page(name, f"Halaman {name}", f"Inti {name}: {names[0]}.", tuple(points), exhibits,
                table if name in ("known", "options", "measure", "decision") else [], "Catatan pembicara.")


def small_story(names=("Rancangan", "Loket", "Jalur hari ini"), values=None, lang="id", made="2026-11-24"):
    """Eight pages about these scenarios; the last is the baseline."""
    values = values or [0.25, -0.03, *[0.0] * (len(names) - 2)][:len(names)]
    appendix = [["Asumsi", "Nilai", "Rentang", "Satuan", "Derajat", "Sumber"],
                *([f"asumsi nomor {i}", "0,5", "0,1 – 0,9", "rasio", "D", "Penulis, A. (2021). Judul. Jurnal 12(3)"] for i in range(60))]
    stamp = f"{' / '.join(names)} · 256 masa depan · Kota Contoh · 99,9% angka kota asumsi (D) · rekaman abc123def456"
    assert set(EXHIBITS) >= {"differences", "gain", "chain"}
    pages = tuple(page(p, names, values) for p in PAGES)
    return Story(lang, "Kota Contoh", "Apa yang dibeli anggaran?", made, "abc123def456", stamp, pages, appendix, ())
