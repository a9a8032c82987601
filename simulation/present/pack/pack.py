"""The council pack in one call: brief, slides, workbook, page and record, all or nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from simulation.errors import InputError, Problem, short_path, shown
from simulation.language import DEFAULT, listed, say
from simulation.outcome import Comparison
from simulation.present.story import Story, story
from simulation.record import FILE, Record, written_files

NAMES = {"id": {"brief": "ringkasan.pdf", "slides": "paparan.pptx", "workbook": "buku_kerja.xlsx", "page": "halaman.html"},
         "en": {"brief": "brief.pdf", "slides": "slides.pptx", "workbook": "workbook.xlsx", "page": "page.html"}}
_OWN = frozenset(name for names in NAMES.values() for name in names.values())
_LONGEST_STEM = 40  # letters of the folder's name in the name of its draft, which may not become too long for the disk


@dataclass(frozen=True)
class Pack:
    """What was written.

    Attributes:
        folder: of the pack. paths: of its files by part: brief, slides, workbook, page, record. record_id: short name of the run.
    """

    folder: Path
    paths: dict[str, Path]
    record_id: str

    def sentence(self, lang: str = DEFAULT) -> str:
        """What was written, where, and under which record."""
        return say("pack.written", lang, folder=short_path(self.folder), record=self.record_id,
                   files=listed([path.name for path in self.paths.values()], lang))


def make_pack(comparisons: Sequence[Comparison], folder: Path | str, lang: str = DEFAULT, made: str = "") -> Pack:
    """Write the pack of some options against one baseline; an earlier pack in the folder is replaced.

    The files are made in a folder beside it that takes its place at the end, so nothing half-written is left. The same
    comparisons and date give the same bytes.

    Args:
        comparisons: as for `story`. folder: where to; made if missing. lang: "id" or "en".
        made: ISO date on everything, today by default.

    Raises:
        InputError: as for `story`; the folder holds files that are no pack of this program or were changed since, or cannot be written.
    """
    folder = Path(folder)
    _may_replace(folder)
    made = made or date.today().isoformat()
    told = story(comparisons, lang, made)
    record = Record.of(_run(told), made)
    _write(folder, {NAMES[lang][part]: content for part, content in _contents(told).items()}, record)
    paths = {part: folder / name for part, name in NAMES[lang].items()}
    return Pack(folder, {**paths, "record": folder / FILE}, record.id)


def _write(folder: Path, contents: dict[str, bytes], record: Record) -> None:
    """All files into a draft, the record last, then the draft into the folder's place."""
    draft = _beside(folder, "part")
    try:
        draft.mkdir(parents=True)
        for name, content in contents.items():
            (draft / name).write_bytes(content)
        record.save(draft, list(contents))
        _swap(draft, folder)
    except OSError as error:
        raise InputError(Problem("pack_not_written", {"found": error.strerror or "?"}, short_path(folder))) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _run(told: Story) -> list:
    """The baseline and the options: the run whose id the story carries."""
    base = told.comparisons[0].b
    return [base, *(c.a for c in told.comparisons if c.a.scenario.id != base.scenario.id)]


def _contents(told: Story) -> dict[str, bytes]:
    """The files of the pack by part."""
    from simulation.present.excel import run, workbook
    from simulation.present.pack.brief import brief
    from simulation.present.pack.html import html
    from simulation.present.pack.slides import slides

    options = tuple(c for c in told.comparisons if c.a.scenario.id != c.b.scenario.id) or told.comparisons
    return {"brief": brief(told), "slides": slides(told), "workbook": workbook.content(run.Run(options, told.lang)),
            "page": html(told).encode("utf-8")}


def _may_replace(folder: Path) -> None:
    """Refuse a folder in which something would be lost: files that are no pack, or a pack changed by hand."""
    place = short_path(folder)
    if folder.is_symlink() or folder.exists() and not folder.is_dir():
        raise InputError(Problem("pack_not_folder", file=place))
    try:
        found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    except OSError as error:
        raise InputError(Problem("pack_not_written", {"found": error.strerror or "?"}, place)) from None
    if not found:
        return
    if strange := sorted(found - _OWN - {FILE}):
        raise InputError(Problem("pack_other_files", {"found": shown(", ".join(strange))}, place))
    try:
        recorded = Record.load(folder).files
    except InputError as error:
        raise InputError([Problem("pack_no_record", {"found": shown(", ".join(sorted(found)))}, place), *error.problems]) from None
    now = written_files(folder)
    if changed := sorted(name for name in now if recorded.get(name) != now[name]):
        raise InputError(Problem("pack_edited", {"found": shown(", ".join(changed))}, place))


def _beside(folder: Path, what: str) -> Path:
    """A hidden name next to the folder that nobody else uses."""
    full = folder.resolve()
    return full.with_name(f".{full.name[:_LONGEST_STEM]}.{secrets.token_hex(8)}.{what}")


def _swap(draft: Path, folder: Path) -> None:
    """Put the draft in the folder's place; the earlier pack goes once the new one stands, and comes back if it cannot."""
    if not folder.exists():
        os.replace(draft, folder)
        return
    old = _beside(folder, "old")
    os.replace(folder, old)
    try:
        os.replace(draft, folder)
    except OSError:
        with contextlib.suppress(OSError):
            os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
