"""python -m connector: the command line, with the blocks of this repository."""

from app import CATALOGUE, open_services
from connector.cli import main

main(CATALOGUE, open_services)
