"""The check that the bridge sent what arrives, for platforms that run an export's JavaScript."""

from importlib.resources import files

NAME = "signature.js"


def signature_check() -> str:
    """Return the text of a module that exports `isSigned`."""
    return files(__package__).joinpath(NAME).read_text(encoding="utf-8")
