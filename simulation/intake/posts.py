"""What a staff list says about a post: its group, employment status, education and retirement age.

The words of posts are a small table that a city edits, `data/posts.yaml`; it is a rule of thumb and is reported as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulation.assumptions import DATA
from simulation.files import read_yaml
from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.schema import GROUPS, Strict, validated

EDUCATION = ("s3", "s2", "s1", "d3", "d2", "below")  # the steps of the IP ASN: s1 is S1 or D4, d2 is D2, D1 or SMA
TOP_RETIREMENT = 60  # of echelon I and II, UU 20/2023 Pasal 55
_GROUP_WORDS = {
    "frontline": {"frontline", "front line", "garis depan", "pelayanan", "pelayanan langsung", "lini depan", "loket"},
    "backoffice": {"backoffice", "back office", "pendukung", "administrasi", "belakang", "staf pendukung", "support"},
    "leader": {"leader", "leaders", "pimpinan", "struktural", "pejabat struktural", "manajerial"},
}
_SIASN_PNS = ("p", "c")  # the column "Status CPNS PNS" of SIASN
_ECHELON = re.compile(r"(?:eselon )?(iv|v|i{1,3}|[1-5]) ?[abcd]?")
_LEADING_KIND = re.compile(r"\b(struktural|jpt|pimpinan tinggi|jabatan administrator|jabatan pengawas|manajerial)\b|^(administrator|pengawas)$")
_NOT_LEADING = re.compile(r"\bnon ?(struktural|manajerial|eselon)\b")
_PPPK = re.compile(r"\b(pppk|p3k|p 3 k|pegawai pemerintah dengan perjanjian kerja)\b")
_PNS = re.compile(r"\b(c?pns|c?pnsd|pegawai negeri sipil|calon pns)\b")
_OTHER = re.compile(r"\b(honorer|honor|thl|tkk|kontrak|non ?asn|gtt|ptt|outsourcing|alih daya|magang|wiyata bakti|non ?pns)\b")
_GONE = re.compile(r"\b(pensiun|pensiunan|meninggal|wafat|diberhentikan|berhenti|pemberhentian|mengundurkan diri|pindah keluar)\b")
_STEPS = (  # first words of the education, the first that fits decides
    ("s3", r"s ?3\b|doktor\b|strata ?(3|iii)\b"),
    ("s2", r"s ?2\b|magister\b|pasca ?sarjana\b|strata ?(2|ii)\b|spesialis\b|sp ?[12]\b"),
    ("d3", r"d ?(3|iii)\b|diploma ?(3|iii)\b|sarjana muda\b|ahli madya\b|akademi\b"),
    ("s1", r"s ?1\b|sarjana\b|strata ?(1|i)\b|d ?(4|iv)\b|diploma ?(4|iv)\b|profesi\b|ners\b"),
    ("d2", r"d ?([12]|ii?)\b|diploma ?([12]|ii?)\b|sma\b|smk\b|slta\b|smea\b|stm\b|smu\b|sekolah menengah (atas|kejuruan)|ma\b|spg\b|spk\b"),
    ("below", r"smp\b|sltp\b|sd\b|mts\b|sekolah (menengah pertama|dasar)|tidak (tamat|sekolah)"),
)


class PostRule(Strict):
    """Posts of one group, by their first words or by words anywhere in them; `only`: nothing else may follow."""

    group: Literal[GROUPS]
    starts: list[str] = Field(default_factory=list)
    has: list[str] = Field(default_factory=list)
    only: bool = False


class AgeRule(Strict):
    """Posts that retire at another age."""

    age: Annotated[int, Field(ge=50, le=75)]
    starts: list[str] = Field(default_factory=list)
    has: list[str] = Field(default_factory=list)


class RetirementAge(Strict):
    """Retirement ages."""

    usual: Annotated[int, Field(ge=50, le=75)]
    others: list[AgeRule]


class PostFile(Strict):
    """`posts.yaml`."""

    version: Literal[1]
    rules: list[PostRule]
    retirement_age: RetirementAge


@dataclass(frozen=True)
class Post:
    """What one row says about a post, as plain text; nothing of it is kept."""

    name: str = ""
    kind: str = ""
    echelon: str = ""

    @property
    def leads(self) -> bool:
        """Whether an echelon or a kind of post makes it a leader's."""
        return bool(_ECHELON.fullmatch(self.echelon)) or bool(_LEADING_KIND.search(self.kind) and not _NOT_LEADING.search(self.kind))

    @property
    def silent(self) -> bool:
        """Whether nothing at all is said."""
        return not (self.name or self.kind or self.echelon)


class Posts:
    """The table of posts, ready to be asked."""

    def __init__(self, declared: PostFile):
        self._declared = declared
        self._rules = [(rule.group, _pattern(rule.starts, rule.has, rule.only)) for rule in declared.rules]
        self._ages = [(rule.age, _pattern(rule.starts, rule.has)) for rule in declared.retirement_age.others]
        self._known: dict[str, str] = {}

    @classmethod
    def load(cls, path: Path | str = DATA / "posts.yaml") -> Posts:
        """Read and check the table.

        Raises:
            InputError: with line, what was found and what was expected.
        """
        return cls(validated(PostFile, read_yaml(path)))

    def group(self, post: Post) -> str:
        """Group of a post: echelon and kind of post first, then the table, else back office."""
        if post.leads:
            return "leader"
        if post.name not in self._known:
            self._known[post.name] = next((group for group, fits in self._rules if fits.search(post.name)), "backoffice")
        return self._known[post.name]

    def retirement_age(self, post: Post) -> int:
        """Age at which a post retires, years."""
        if re.fullmatch(r"(?:eselon )?(ii?|[12]) ?[ab]?", post.echelon) or "pimpinan tinggi" in post.kind or "jpt" in post.kind.split():
            return TOP_RETIREMENT
        usual = self._declared.retirement_age.usual
        return next((age for age, fits in self._ages if fits.search(post.name)), usual)


def _pattern(starts: list[str], has: list[str], only: bool = False) -> re.Pattern:
    parts = [rf"^(?:{'|'.join(map(re.escape, starts))})" + ("$" if only else r"\b")] if starts else []
    parts += [rf"\b(?:{'|'.join(map(re.escape, has))})\b"] if has else []
    return re.compile("|".join(parts) or r"(?!)")


def stated_group(text: str, mapping: Mapping) -> str | None:
    """Group that a column of groups states, None if the word is not known."""
    meant = plain(meaning(text, "group", mapping))
    return next((group for group, words in _GROUP_WORDS.items() if meant in words), None)


@cache
def stated_status(text: str) -> str | None:
    """`pns`, `pppk`, `part_time` (PPPK paruh waktu), `other` (not ASN), `gone` (left), or None if the words are not known."""
    words = plain(text)
    if _GONE.search(words):
        return "gone"
    if _OTHER.search(words):
        return "other"
    if _PPPK.search(words):
        return "part_time" if "paruh" in words else "pppk"
    return "pns" if _PNS.search(words) or words in _SIASN_PNS else None


@cache
def stated_education(text: str) -> str | None:
    """Step of the IP ASN that an education belongs to, None if it is not known.

    >>> stated_education("S-1/Sarjana"), stated_education("SLTA/SMA Sederajat"), stated_education("Diploma III/Sarjana Muda")
    ('s1', 'd2', 'd3')
    """
    words = plain(text)
    return next((step for step, pattern in _STEPS if re.match(pattern, words)), None)


def meaning(text: str, key: str, mapping: Mapping) -> str:
    """A text as the mapping file reads it under a key or under `all`, else as it stands."""
    for group in (key, "all"):
        for found, meant in mapping.answers.get(group, {}).items():
            if plain(str(found)) == plain(text):
                return str(meant)
    return text
