"""No sentence about a result is fixed text: what the model finds is composed from the figures of a run.

A heuristic. It finds figures with a unit of a result, and words of judgement, in messages, data and prose that nothing fills in.
"""

import re
from pathlib import Path

import nbformat
import pytest
import yaml

from simulation.language import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parents[2]
FIGURE = re.compile(r"(?<![\w{.,])[+\-−]?\d[\d.,]*\s*(?:IKM|points?|poin|minutes?|menit|(?:b|m)illion|miliar|juta|assumptions|"
                    r"asumsi|seats|kursi|hours|jam)\b", re.IGNORECASE)
MONEY = re.compile(r"Rp\s?\d")
JUDGED = re.compile(r"\b(?:weak|strong(?:est|er)?|lemah|kuat|terkuat|levers?|pengungkit|mostly because|terutama karena|may well not|belum tentu|"
                    r"less than one|kurang dari yang dapat)\b", re.IGNORECASE)
# What may stand: who says so, and why.
ALLOWED = {
    "evaluation.": "a gain of 2 points is what the page asks about, not what it found",
    "form.": "instructions of an empty form", "trainings.": "the yearly entitlement and ceiling of the rules", "monitoring.": "definitions of the rules",
    "levers.": "composed: the words of each key are chosen by the figures", "sample": "made-up files say so",
    "needs.sentence": "100 points is the scale of the priorities", "skm.visible": "the sensitivity of a survey is asked about a change of 1 point",
    "story.known.title": "how well things are known, not a result",
    "discovery.says.caution": "a caution about correlation, whatever the result",
    "excel.title.city": "how solid the data are, not a result",
    "excel.note.scorecard": "how a share is written",
    "brief.appendix_lead": "what a grade means: how strong the basis is",
}
PROSE = {  # a piece of notebook prose, and why it may stand
    "Rp 1.6 billion": "the budget that the scenario file of today's path holds", "Rp 1,6 miliar": "the same",
    "64 points": "points of the search, set in the cell", "64 titik": "the same", "2 points": "the gain asked about", "2 poin": "the gain asked about",
}


def claims(text: str) -> list[str]:
    """Pieces of a text that look like a result nobody computed; what is filled in does not count."""
    plain = re.sub(r"\{[^}]*\}", "{}", text)
    return [found[0] for pattern in (FIGURE, MONEY, JUDGED) for found in pattern.finditer(plain)]


def test_the_heuristic_sees_what_it_should():
    """The two sentences that once stood on the first page, figures in a note, and nothing in a composed one."""
    assert claims("Generic classroom hours are a weak lever; practice and follow-up are strong ones.")
    assert claims("One course moves IKM by less than one unit-level survey can detect.")
    assert claims("In the model today's path spends about Rp 135 billion per point.")
    assert claims("Rp 1.6 billion buys 3,200 seats.")
    assert not claims("The city's IKM in {year} differs by {band} points.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_holds_a_result(lang):
    """Every message of the catalogues, apart from those allowed above."""
    found = {key: claims(text) for key, text in catalogue(lang).items() if not key.startswith("problem.") and not any(part in key for part in ALLOWED)}
    assert {key: pieces for key, pieces in found.items() if pieces} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_no_reason_of_a_scenario_foresees_its_result(path):
    """A reason says why a plan was drawn up."""
    reason = yaml.safe_load(path.read_text(encoding="utf-8"))["reason"]
    assert claims(reason["id"]) == [] and claims(reason["en"]) == []


def test_no_note_of_a_study_holds_a_result():
    """What a point costs is said beside each comparison; the willingness to pay is a decision."""
    content = yaml.safe_load((ROOT / "data" / "studies.yaml").read_text(encoding="utf-8"))
    notes = [content["willingness_rp"]["note"], *(study["description"] for study in content["studies"])]
    assert [claims(note[lang]) for note in notes for lang in LANGUAGES if claims(note[lang])] == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_no_prose_of_a_notebook_holds_a_result(path):
    """Prose says what is asked and how to read it."""
    prose = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    prose = re.sub(r"`[^`]*`", "", prose)
    for piece in PROSE:
        prose = prose.replace(piece, "")
    assert claims(prose) == []
