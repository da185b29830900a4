"""A trigger: which events it takes, its filters, and how it shows one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.block import Block
from connector.blocks.event import Event, Kind, Topic
from connector.blocks.parts import find_part
from connector.blocks.shown_json import to_json
from schemas.calls import BatchCall, EventFields, TriggerCall, event_id
from schemas.fields import Described
from schemas.hooks import Target
from schemas.of_rma import of_rma

# Made once: making a schema costs more than using it.
EVENT_FIELDS = EventFields(exclude=("raw",))
EVENT_WITH_RAW = EventFields()
# Where an output finds what only the event knows.
EVENT_KEY = "event"
KNOWN_BY_EVENT = ("status", "previous", "dated_by", "days", "since")
SHOP = "shop"
Facet = tuple[str, Any]
# The facet of an event that is the trigger's at all, where not every one of its kind is.
TAKEN: Facet = ("taken", True)


@dataclass(frozen=True)
class Rendered:
    """An event as a trigger shows it: its `json`, and the `facets` by which filters find it."""

    json: bytes
    facets: frozenset[Facet]

    def passes(self, sought: Iterable[Sequence[Facet]]) -> bool:
        """Whether it has one of each group of facets that are sought; see `Trigger.sought`."""
        return not any(self.facets.isdisjoint(any_of) for any_of in sought)


@dataclass(frozen=True, kw_only=True)
class Trigger(Block):
    """Starts a workflow when something happened.

    It takes the events of one kind, or only those that ended in `status`. Its own input fields are
    filters: the output field of the same name, or the one that it `looks_at`, must say the same.
    Those that it `asks_by` say, before, what the feed is asked for: each is a part of the topic.

    `only` tells by the shown object whether an event is one of the trigger's at all; it is no
    filter that a user sets.
    """

    takes: Kind
    status: str | None = None
    asks_by: tuple[str, ...] = ()
    only: Callable[[Mapping[str, Any]], bool] | None = None

    sort: ClassVar[str] = "trigger"
    common_input: ClassVar[type[Schema]] = TriggerCall
    common_output: ClassVar[type[Schema]] = EventFields
    composed: ClassVar[tuple[str, ...]] = (
        *Block.composed,
        *("filter_schema", "batch_schema", "hook_schema"),
    )

    @property
    def topic(self) -> Topic:
        """What it takes, where no filters are set."""
        return self.topic_of({})

    def topic_of(self, filters: Mapping[str, Any]) -> Topic:
        """Return what is taken where `filters` are set; most triggers take the same, whichever.

        A filter of several words asks for any, and leaves it to itself to choose among them.
        """
        asked = {
            name: self._the_one(name, filters.get(name, self._defaults.get(name)))
            for name in self.asks_by
        }
        return Topic(**{"kind": self.takes, "status": self.status, **asked})

    def show_event(self, event: Event, *, raw: bool = False) -> dict[str, Any]:
        """Show an event as the object that a workflow gets."""
        common = EVENT_WITH_RAW if raw else EVENT_FIELDS
        shown = self.dump(_document(event), raw=raw)
        return self.in_order({**shown, **common.dump(vars(event))})

    def render(self, event: Event, *, raw: bool = False) -> Rendered:
        """Write an event as it goes out, with what filters find it by."""
        shown = self.show_event(event, raw=raw)
        return Rendered(to_json(shown), frozenset(self.facets(shown)))

    @cached_property
    def output_schema(self) -> type[Schema]:
        """Everything that the trigger answers; the example of `id` is that of its own events."""
        known = super().output_schema
        named = {"id": event_id(self.takes.example_id(self.status)), "Meta": known.Meta}
        composed: type[Schema] = type(known.__name__, (known,), {**named, "__doc__": known.__doc__})
        return composed

    @cached_property
    def filter_schema(self) -> type[Schema]:
        """What a subscription may be narrowed to: the trigger's own fields, then its shop."""
        return self._compose("Filters", self.common_input, self.input, [*self.input().fields, SHOP])

    @cached_property
    def batch_schema(self) -> type[Schema]:
        """What a client may send that walks: the trigger's own fields, then the common ones."""
        own, common = self.input().fields, BatchCall().fields
        return self._compose("Batch", BatchCall, self.input, [*own, *common])

    @cached_property
    def hook_schema(self) -> type[Schema]:
        """What subscribing to this trigger takes: where to send its events, then its filters."""
        fields = [*Target().fields, *self.filter_schema().fields]
        return self._compose("Hook", Target, self.filter_schema, fields)

    def _the_one(self, name: str, wanted: Any) -> Any:
        """Return the only value that will do for a filter, None where several do."""
        words = () if wanted is None else self._filters[name].alternatives(wanted)
        return words[0] if len(words) == 1 else None

    @cached_property
    def _filters(self) -> dict[str, Described]:
        return {
            name: field
            for name, field in self.input().fields.items()
            if isinstance(field, Described)
        }

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return dict(self.input().load({}))

    def admits(self, shown: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
        """Return whether an event, as shown, is one of the trigger's, and passes the filters."""
        if self.only is not None and not self.only(shown):
            return False
        return all(
            self._filters[name].same(shown.get(self._filters[name].looks_at or name), wanted)
            for name, wanted in filters.items()
        )

    def facets(self, shown: Mapping[str, Any]) -> Iterator[Facet]:
        """Yield what filters may look for in an event, as shown: their names, and values alike.

        An event has a facet of each name and value that a filter would find it by; none at all, if
        it is not one of the trigger's.
        """
        if self.only is not None:
            if not self.only(shown):
                return
            yield TAKEN
        for name, field in self._filters.items():
            value = shown.get(field.looks_at or name)
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    yield name, field.alike(each)

    def sought(self, filters: Mapping[str, Any]) -> list[Sequence[Facet]]:
        """Return groups of facets, of each of which an event must have one to pass these filters.

        None where all events are taken.
        """
        if self.only is not None and not filters:
            return [[TAKEN]]
        return [
            [*dict.fromkeys((name, field.alike(each)) for each in field.alternatives(wanted))]
            for name, wanted in filters.items()
            for field in [self._filters[name]]
        ]

    @cached_property
    def facet_names(self) -> list[str]:
        """Return what its facets are made of: as long as that is the same, so are they."""
        return [
            f"{name} {field.looks_at or name} {type(field).__name__}"
            for name, field in self._filters.items()
        ]


def _document(event: Event) -> dict[str, Any]:
    """Make what the output reads: the thing that it happened to, with what the event knows."""
    thing = event.body
    if event.kind.part is not None:
        thing = of_rma(find_part(event.body, event.kind.part, str(event.part)) or {}, event.body)
    return {**thing, EVENT_KEY: {name: getattr(event, name) for name in KNOWN_BY_EVENT}}
