"""The HTTP face: parse, call the rules, render."""

from connector.web.application import create_app, openapi_yaml

__all__ = ["create_app", "openapi_yaml"]
