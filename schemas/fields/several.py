"""Several words for one field, of which any will do."""

import re
from collections.abc import Sequence
from typing import Any

from schemas.fields.described import trim
from schemas.fields.plain import Name
from schemas.fields.written import read_written

A_WORD = r"[^,\s]"
# No word that is known has either of them; a name may have a comma.
BETWEEN = re.compile("[,;\n]")


class CommaList(Name):
    """One word or several, with commas between or as a JSON list; any will do."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        super().__init__(label, about, metadata={"pattern": A_WORD}, **options)

    def forgive(self, value: Any) -> Any:
        """Take a list, also one that is written as JSON, and near spellings of known words."""
        listed = read_written(value)
        if not isinstance(listed, list):
            if not self.words or not isinstance(value, str):
                return super().forgive(value)
            listed = BETWEEN.split(value)
        words = [super(CommaList, self).forgive(trim(word)) for word in listed]
        given = [word for word in words if word not in (None, "")]
        if no_word := [word for word in given if not isinstance(word, str)]:
            return no_word[0]
        # with commas between, these would be others
        is_unclear = len(given) > 1 and any("," in word for word in given)
        return value if is_unclear else ",".join(given)

    def alternatives(self, wanted: Any) -> Sequence[Any]:
        """Return the words; where none are known, what holds commas may be one word as well."""
        read = self.forgive(wanted)  # what was kept before near spellings were read
        if not isinstance(read, str):
            return [wanted]
        words = [super(CommaList, self).forgive(trim(word)) for word in read.split(",")]
        whole = [] if self.words else [read]
        return [*dict.fromkeys([*whole, *filter(None, words)])]

    def strange(self, wanted: Any) -> list[str]:
        """Return the words that are not among those that are known, if any are."""
        if wanted is None or not self.words:
            return []
        return [word for word in self.alternatives(wanted) if word not in self.words]
