"""A list call: its filters, sorting, and keyset cursors.

Each page is read anew, from a position that the cursor names.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cmp_to_key
from typing import Generic, TypeVar
from zlib import crc32

from werkzeug.exceptions import BadRequest

from connector.sandbox.api.filters import Query, page_size, time_filter, words_filter
from connector.sandbox.exact_json import Json
from connector.sandbox.world.bodies import iso

T = TypeVar("T")
Key = tuple[str | int, ...]

_INTEGER = re.compile(r"[0-9]{1,19}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", re.ASCII)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page's rows, and what the answer says about the next one."""

    rows: list[T]
    next: Json


@dataclass(frozen=True)
class Listing(Generic[T]):
    """How one list call filters, sorts and pages."""

    id_of: Callable[[T], int]
    times: Mapping[str, Callable[[T], datetime]]
    """The columns that `sort_by` may name, each of them a filter, too."""
    words: Mapping[str, Callable[[T], Iterable[str | None]]]
    """The filters that take a comma list."""
    newest_id_first: bool
    cursor_names_next_row: bool
    """Whether the cursor names the next page's first row, or else this page's last one."""
    column_prefix: str | None
    """What stands before a column's name in a cursor; without one it holds bare values."""

    def page(self, rows: Iterable[T], query: Query) -> Page[T]:
        """Return the page of these rows that the query asks for."""
        size = page_size(query)
        wanted = self._filtered(rows, query)
        sort_by, cursor = query.get("sort_by", ""), query.get("cursor", "")
        columns = self._columns(sort_by)

        def compare(one: Key, other: Key) -> int:
            for mine, theirs, (_, descending) in zip(one, other, columns, strict=True):
                if mine != theirs:
                    # Values of one column are of one type.
                    less = mine < theirs  # type: ignore[operator]
                    return -1 if less != descending else 1
            return 0

        def key_of(row: T) -> Key:
            return (*(iso(self.times[name](row)) for name, _ in columns[:-1]), self.id_of(row))

        keyed = [(key_of(row), row) for row in wanted]
        # [A] An empty cursor is none: whoever sends the last page's "" back starts over.
        if cursor:
            position = self._decode(cursor, [name for name, _ in columns])
            first = 0 if self.cursor_names_next_row else 1
            keyed = [pair for pair in keyed if compare(pair[0], position) >= first]
        sort_key = cmp_to_key(compare)
        keyed.sort(key=lambda pair: sort_key(pair[0]))
        shown = [row for _, row in keyed[:size]]
        after = self._position_after([key for key, _ in keyed[: size + 1]], size)
        if after is None:
            return Page(shown, _no_cursor(cursor))
        return Page(shown, {"next_cursor": self._encode(after, columns)})

    def _filtered(self, rows: Iterable[T], query: Query) -> list[T]:
        times = [(time_filter(query, name), of) for name, of in self.times.items()]
        words = [(words_filter(query, name), of) for name, of in self.words.items()]
        return [
            row
            for row in rows
            if all(holds(of(row)) for holds, of in times) and all(has(of(row)) for has, of in words)
        ]

    def _position_after(self, keys: list[Key], size: int) -> Key | None:
        if self.cursor_names_next_row:
            return keys[size] if len(keys) > size else None
        # [A] A full page always has a cursor, so that the last page can be an empty one.
        return keys[size - 1] if len(keys) >= size else None

    def _columns(self, sort_by: str) -> list[tuple[str, bool]]:
        columns = []
        for word in sort_by.split(",") if sort_by else ():
            # [A] Only the two times can be sorted by, and the sign must be there.
            if word[:1] not in ("+", "-") or word[1:] not in self.times:
                raise BadRequest("sort_by must be a list of +column or -column")
            columns.append((word[1:], word[0] == "-"))
        # The id decides between equal rows, else a page border could fall between them.
        return [*columns, ("id", self.newest_id_first)]

    def _encode(self, key: Key, columns: list[tuple[str, bool]]) -> str:
        # [A] Cursors of sorted lists were not seen: here they name every column.
        parts = [
            str(value) if self.column_prefix is None else f"{self.column_prefix}{name}:{value}"
            for value, (name, _) in zip(key, columns, strict=True)
        ]
        return b64encode(",".join(parts).encode()).decode()

    def _decode(self, cursor: str, names: list[str]) -> Key:
        try:
            parts = b64decode(cursor, validate=True).decode("ascii").split(",")
        except ValueError:
            raise BadRequest("Invalid cursor") from None
        if len(parts) != len(names):
            raise BadRequest("Invalid cursor")
        return tuple(self._value(part, name) for part, name in zip(parts, names, strict=True))

    def _value(self, part: str, name: str) -> str | int:
        prefix = "" if self.column_prefix is None else f"{self.column_prefix}{name}:"
        text = part.removeprefix(prefix)
        pattern = _INTEGER if name == "id" else _TIME
        if not part.startswith(prefix) or not pattern.fullmatch(text):
            raise BadRequest("Invalid cursor")
        return int(text) if name == "id" else text


def _no_cursor(cursor: str) -> Json:
    """Say "no more pages" in one of three ways, always the same one at the same place."""
    # [A] Which of the three ReturnGO uses is not known, so all of them occur.
    ways: tuple[Json, ...] = ({}, {"next_cursor": None}, {"next_cursor": ""})
    return ways[crc32(cursor.encode()) % 3]
