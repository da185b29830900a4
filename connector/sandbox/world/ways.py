"""The ways in which ReturnGO may behave where that is not known, the unkind one by default."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from connector.sandbox.exact_json import Json

Column = Literal["lastUpdated", "everything"]
COLUMNS: tuple[Column, ...] = get_args(Column)
LONGEST_LAG = 86_400.0
TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Ways:
    """How this ReturnGO behaves; each way is named after what it settles."""

    filter_sees: Column = "lastUpdated"
    """[A] What the filter `rma_updated_at` looks at: the RMA's `lastUpdated`, or any change."""
    is_quiet: bool = True
    """[S] Whether all but a creation and an approval leave no event, and no `lastUpdated`."""
    quiet_webhooks: bool = False
    """[A] Whether a change of status that leaves no event sends its webhook all the same."""
    parcel_lag: float = 1.0
    """[O] Seconds after a `PUT /shipment` in which every other detail shows the old parcel."""
    parcels_move_rmas: bool = True
    """[S] Whether an Approved RMA and its return parcel become Received together."""

    def shown(self) -> Json:
        """Show the ways as the control call does."""
        return asdict(self)

    def changed(self, changes: Mapping[str, Any]) -> "Ways":
        """Return these ways but for the changes. Raises ValueError that names what is accepted."""
        for name, value in changes.items():
            if name not in NAMES:
                raise ValueError(f"Unknown option {name}; there are: {', '.join(NAMES)}")
            _check(name, value)
        exact: dict[str, Any] = dict(changes)
        if "parcel_lag" in exact:
            exact["parcel_lag"] = float(exact["parcel_lag"])
        return replace(self, **exact)


NAMES = tuple(field.name for field in fields(Ways))


def parse_ways(text: str) -> Ways:
    """Read `name=value,…`; an empty text leaves all ways as they are. Raises ValueError."""
    changes: dict[str, Any] = {}
    for part in text.split(",") if text else ():
        name, _, word = part.strip().partition("=")
        changes[name] = _value(name, word)
    return Ways().changed(changes)


def _value(name: str, word: str) -> object:
    """Read the value of a way; a word that is none is left for the check to refuse."""
    if name == "parcel_lag":
        try:
            return float(word)
        except ValueError:
            return word
    return TRUTH.get(word, word)


def _check(name: str, value: object) -> None:
    if name == "filter_sees":
        if value not in COLUMNS:
            raise ValueError(f"{name} must be one of {', '.join(COLUMNS)}")
    elif name == "parcel_lag":
        if isinstance(value, bool | str | list | dict) or not 0 <= value <= LONGEST_LAG:  # type: ignore[operator]
            raise ValueError(f"{name} must be a number from 0 to {LONGEST_LAG:.0f}")
    elif not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
