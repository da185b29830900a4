"""Words that may be shown and sent on: allow-lists, so that nothing personal passes."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from connector.returngo import KeyRefused, Refused, ShopRefused

LONGEST_WORD = 40
HIDDEN = "(not shown)"
WORD = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*\Z")
# ReturnGO's words that hold spaces.
PHRASES = frozenset({"Return Portal", "Ship with any carrier", "No shipment required"})


def shown_word(value: Any) -> str:
    """Return the value of an enum field, if it looks like a word."""
    if isinstance(value, str) and len(value) <= LONGEST_WORD and WORD.match(value):
        return value
    return value if value in PHRASES else HIDDEN


def listed(words: Iterable[str]) -> str:
    """Write words as a list for a sentence, each once."""
    return ", ".join(sorted({shown_word(each) for each in words})) or "none"


def counted(words: Counter[str]) -> str:
    """Write words with how often each was seen, the most frequent first."""
    shown: Counter[str] = Counter()
    for word, count in words.items():
        shown[shown_word(word)] += count
    return ", ".join(f"{word} {count}" for word, count in shown.most_common()) or "none"


def reason(error: Exception) -> str:
    """Say why ReturnGO could not be asked, without the words of its answer."""
    if isinstance(error, Refused) and not isinstance(error, KeyRefused | ShopRefused):
        return "ReturnGO refused the question."
    return str(error)
