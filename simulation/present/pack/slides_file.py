"""The file of the slides: an empty wide one to begin with, and the finished one with fixed stamps, so that equal slides are equal bytes."""

from __future__ import annotations

import datetime
import io
import zipfile

from pptx import Presentation
from pptx.util import Pt

FONT = "Arial"  # on every machine, and as wide as Liberation Sans
_UNDATED = datetime.datetime(2000, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # earliest that a zip can hold
_LONGEST = 255  # letters of a property


def blank(width: float, height: float) -> Presentation:
    """An empty presentation of that size in points, its layouts widened to it and its fonts set."""
    file = Presentation()
    scale = Pt(width) / file.slide_width
    file.slide_width, file.slide_height = Pt(width), Pt(height)
    for sheet in (file.slide_master, *file.slide_layouts):
        tall = file.slide_height / Pt(540)
        for shape in sheet.placeholders:
            left, top, wide, high = shape.left, shape.top, shape.width, shape.height
            shape.left, shape.top, shape.width, shape.height = int(left * scale), int(top * tall), int(wide * scale), int(high * tall)
    for part in file.part.package.iter_parts():
        if "theme" in str(part.partname):
            part._blob = part.blob.replace(b'typeface="Calibri"', f'typeface="{FONT}"'.encode())
    return file


def packed(file: Presentation, title: str, lang: str, made: str, subject: str) -> bytes:
    """The bytes of a presentation without a trace of when and where they were made.

    Args:
        made: ISO date of the record, "" without one.
    """
    properties = file.core_properties
    stamp = datetime.datetime.fromisoformat(made) if made else _UNDATED
    properties.title, properties.subject, properties.language = title[:_LONGEST], subject[:_LONGEST], lang
    properties.created = properties.modified = properties.last_printed = stamp
    properties.author = properties.last_modified_by = properties.keywords = properties.comments = ""
    properties.revision = 1
    raw = io.BytesIO()
    file.save(raw)
    return still(raw.getvalue())


def still(archive: bytes) -> bytes:
    """The same zip with fixed times."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(entry, old.read(name))
    return made.getvalue()
