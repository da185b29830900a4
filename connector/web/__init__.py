"""The HTTP face: parse, call the rules, render."""

from connector.web.application import create_app, openapi_yaml
from connector.web.services import Services

__all__ = ["Services", "create_app", "openapi_yaml"]
