"""What the library says puts the person first (evidence.md 8.3, NIDA Words Matter)."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AVOID = re.compile(
    r"\b(addicts?|alcoholics?|junkies?|users?|abuse[rs]?|abusing|drunks?|slips?|wagon|"
    r"fail(ed|ure|ures|ing)?|habits?|vices?|dirty|clean|substitution|strung|streaks?|"
    r"denial|blame|relapsed|relapsing)\b",
    re.IGNORECASE,
)


def said() -> list[str]:
    header = (ROOT / "include/relapse/care/words.hpp").read_text(encoding="utf-8")
    header = "\n".join(line for line in header.splitlines() if "///" not in line)
    texts = re.findall(r'"((?:[^"\\]|\\.)*)"', re.sub(r'"\s*\n\s*"', "", header))
    for file in sorted((ROOT / "src/protocols").glob("*.json")):
        protocol = json.loads(file.read_text(encoding="utf-8"))
        texts += [step["words"] for step in protocol["steps"]]
    return texts


def test_nothing_that_is_said_is_on_the_list_to_avoid() -> None:
    texts = said()
    assert len(texts) > 90
    assert [text for text in texts if AVOID.search(text)] == []
    assert AVOID.search("Do not fail again") and AVOID.search("an addict")
