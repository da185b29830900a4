"""A removal: a small change of the source that takes one protection away."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Removal:
    """Takes away a protection of the claim of docs/security.md that begins with `claim`.

    In `file`, `text` stands once, and is replaced by `instead`; then each of the `tests` fails,
    which are named in the claim's row. Where a tool holds the claim and no test of ours, `command`
    is a line that ends with 0 before and otherwise afterwards. `because` says for a reader what
    else holds the claim, such as a library.
    """

    claim: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    because: str = ""
