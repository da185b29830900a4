"""The page: the bridge as its operator sees and sets it up in a browser, without a terminal.

It works without JavaScript, and loads nothing from outside.
"""

from connector.page.pages import add_to

__all__ = ["add_to"]
