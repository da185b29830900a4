"""The blocks of this repository, found by the folders that hold them."""

import actions
import triggers
from connector import choices
from connector.blocks import Catalogue

CATALOGUE = Catalogue.of(triggers, actions, choices)
