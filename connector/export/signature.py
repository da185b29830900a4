"""The check that the bridge sent what arrives, for platforms that run an export's JavaScript."""

from importlib.resources import files

SIGNATURE_FILE = "signature.js"


def signature_check() -> str:
    """Return the text of a module that exports `isSigned`."""
    return files(__package__).joinpath(SIGNATURE_FILE).read_text(encoding="utf-8")
