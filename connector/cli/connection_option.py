"""The option that says for which of the bridge's connections a command is."""

import click

connection_option = click.option(
    "--connection",
    metavar="NAME",
    help="The connection, by its name or one of its shops; by default the first that has --shop.",
)
