"""python -m connector: the command line, with the blocks of this repository."""

from importlib import import_module

from connector.cli import main

main(lambda: import_module("connector.catalogue").CATALOGUE)
