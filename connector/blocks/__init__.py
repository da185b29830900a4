"""Building blocks: what triggers, actions, searches and choices are; the catalogue of them."""

from connector.blocks.action import Action, Effect, always
from connector.blocks.block import Block
from connector.blocks.catalogue import Catalogue
from connector.blocks.choice import Choice
from connector.blocks.event import Event, Kind, Resource, Topic
from connector.blocks.inputs import (
    FieldError,
    InvalidInput,
    read_input,
    shorten,
    strange_words,
)
from connector.blocks.json_schema import json_schema
from connector.blocks.knowledge import Knowledge, RmaCount
from connector.blocks.parts import find_part, parts_of
from connector.blocks.search import KnownSearch, Search
from connector.blocks.shown_json import from_json, pack, to_json, to_json_list
from connector.blocks.trigger import Facet, Rendered, Trigger

__all__ = [
    "Action",
    "Block",
    "Catalogue",
    "Choice",
    "Effect",
    "Event",
    "Facet",
    "FieldError",
    "InvalidInput",
    "Kind",
    "Knowledge",
    "KnownSearch",
    "Rendered",
    "Resource",
    "RmaCount",
    "Search",
    "Topic",
    "Trigger",
    "always",
    "find_part",
    "from_json",
    "json_schema",
    "pack",
    "parts_of",
    "read_input",
    "shorten",
    "strange_words",
    "to_json",
    "to_json_list",
]
