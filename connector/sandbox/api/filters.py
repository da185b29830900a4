"""The query parameters that choose which rows a list shows."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

Query = MultiDict[str, str]
LARGEST_PAGE = 500

_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
    "eq": eq,
    "neq": ne,
}
_CRITERION = re.compile(rf"({'|'.join(_COMPARE)}):(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d)", re.ASCII)


def page_size(query: Query) -> int:
    """Read the required `pagesize`, 1 to 500."""
    text = query.get("pagesize", "")
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) or not 1 <= int(text) <= LARGEST_PAGE:
        raise BadRequest(f"pagesize must be a number from 1 to {LARGEST_PAGE}")
    return int(text)


def time_filter(query: Query, name: str) -> Callable[[datetime], bool]:
    """Read a repeatable `<op>:<YYYY-MM-DDTHH:mm:ss>` parameter; every criterion must hold."""
    criteria = [_criterion(name, text) for text in query.getlist(name)]
    return lambda instant: all(compare(instant, bound) for compare, bound in criteria)


def words_filter(query: Query, name: str) -> Callable[[Iterable[str | None]], bool]:
    """Read a comma list; it holds for a row that has any of its words."""
    # [A] An unknown word matches no row, a space belongs to its word, an empty list is no filter.
    wanted = set(query.get(name, "").split(",")) - {""}
    return lambda words: not wanted or not wanted.isdisjoint(words)


def _criterion(name: str, text: str) -> tuple[Callable[[datetime, datetime], bool], datetime]:
    match = _CRITERION.fullmatch(text)
    if not match:
        raise BadRequest(f"{name} must be <op>:<YYYY-MM-DDTHH:mm:ss>")
    try:
        # [A] Filter times are UTC.
        bound = datetime.fromisoformat(match[2]).replace(tzinfo=UTC)
    except ValueError:
        raise BadRequest(f"{name} holds no valid time") from None
    return _COMPARE[match[1]], bound
