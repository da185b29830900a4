"""What a caller meant by an address that is not there, or by a method that it does not take."""

from collections.abc import Iterable
from difflib import get_close_matches
from http import HTTPMethod

NO_ADDRESS = "There is no such address here."
ALL_ADDRESSES = "All there are stand at /docs."
LONGEST = 100  # characters that are compared


def nearest(path: str, known: Iterable[str]) -> str:
    """Say in a sentence what is wrong with a path, and which of the `known` ones is nearest."""
    paths = {each for each in known if "<" not in each}
    bare = path.rstrip("/")
    if path.startswith("/v1/v1"):
        return (
            f"{NO_ADDRESS} /v1 stands twice: leave it out of the bridge's address, or of the path."
        )
    if bare in {"", "/v1"}:
        return f"{NO_ADDRESS} Test the connection with GET /v1/me. {ALL_ADDRESSES}"
    if bare != path and bare in paths:
        return f"{NO_ADDRESS} Leave out the slash at the end: {bare}."
    if f"/v1{bare}" in paths:
        return f"{NO_ADDRESS} It begins with /v1: /v1{bare}."
    written = bare.lower().replace("-", "_")[:LONGEST]
    near = get_close_matches(written, paths, n=1, cutoff=0.8)
    return f"{NO_ADDRESS} Is {near[0]} meant?" if near else f"{NO_ADDRESS} {ALL_ADDRESSES}"


def right_method(path: str, methods: Iterable[str]) -> str:
    """Say in a sentence by which method an address is called."""
    taken = [each for each in HTTPMethod if each in {*methods} and each not in {"HEAD", "OPTIONS"}]
    words = " or ".join(taken)
    if path.startswith("/v1/actions/") and taken == [HTTPMethod.GET]:
        return "A search is called by GET, with its fields in the address."
    if path.startswith("/v1/actions/") and taken == [HTTPMethod.POST]:
        return "An action is called by POST, with its fields in the body."
    return f"This address is called by {words}."
