"""Tools that some tests need and not every machine has."""

import os
import shutil
from typing import NoReturn

import pytest


def missing(tool: str) -> NoReturn:
    """Skip the test for want of a tool; where everything must be there (CI), fail it."""
    sentence = f"This test needs {tool}."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def path_of(tool: str) -> str:
    """Find a program, or skip."""
    return shutil.which(tool) or missing(tool)
