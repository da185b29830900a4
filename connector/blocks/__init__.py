"""Building blocks: what a trigger and an action are, and the catalogue of them."""

from connector.blocks.action import Action, Effect
from connector.blocks.block import Block
from connector.blocks.catalogue import Catalogue
from connector.blocks.event import Event, Kind, Resource
from connector.blocks.inputs import FieldError, InvalidInput, read_document, read_query
from connector.blocks.json_schema import json_schema
from connector.blocks.trigger import Trigger

__all__ = [
    "Action",
    "Block",
    "Catalogue",
    "Effect",
    "Event",
    "FieldError",
    "InvalidInput",
    "Kind",
    "Resource",
    "Trigger",
    "json_schema",
    "read_document",
    "read_query",
]
