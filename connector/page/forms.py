"""Forms: what the page asks for, and what it says of what was entered."""

from flask_wtf import FlaskForm
from wtforms import (
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from connector.connections import MOST_CALLS, ConnectionRefused, Scope, read_shop_names

SCOPES = {
    Scope.READ: "Read: poll triggers, search",
    Scope.ACT: "Act: change returns, record money",
    Scope.HOOKS: "Hooks: subscribe to triggers",
    Scope.RAW: "Raw: be shown all that ReturnGO sent, where a block offers it",
    Scope.ANY_CALL: "Any call: whatever the key may do at ReturnGO (API Request)",
    Scope.ADMIN: "All of it",
}


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several of some choices."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class AddConnection(FlaskForm):  # type: ignore[misc]
    """Takes a ReturnGO key and the shops that it is for."""

    api_key = PasswordField(
        "ReturnGO key",
        [InputRequired("Enter the key.")],
        description="In ReturnGO: Settings > Integrations > API. It is kept sealed.",
    )
    shops = TextAreaField(
        "Shops",
        [InputRequired("Name at least one shop.")],
        description="One a line, such as demo.myshopify.com; an address that you paste will do.",
    )
    label = StringField("Name", description="What to call it. Empty: as its first shop.")

    def validate_shops(self, field: TextAreaField) -> None:
        """Read the shops, or say which line is none."""
        try:
            _names(field.data)
        except ConnectionRefused as error:
            raise ValidationError(str(error)) from error

    def names(self) -> tuple[str, ...]:
        """Return the shops that are named. Raises ConnectionRefused."""
        return _names(self.shops.data)


def _names(text: str | None) -> tuple[str, ...]:
    lines = (text or "").replace(",", "\n").splitlines()
    return read_shop_names(line for line in lines if line.strip())


class AddToken(FlaskForm):  # type: ignore[misc]
    """Makes a token."""

    name = StringField(
        "Name",
        [InputRequired("Name the workflow that uses it.")],
        description="The workflow that uses it, such as Zapier: refunds to the ledger.",
    )
    scopes = Checkboxes(
        "What it may do",
        choices=[SelectChoice(each.value, words) for each, words in SCOPES.items()],
        default=[Scope.READ.value, Scope.ACT.value, Scope.HOOKS.value],
    )
    shops = Checkboxes("For these shops only", description="None: for all, also those to come.")
    days = IntegerField(
        "Days until it expires",
        [Optional(), NumberRange(min=1, message="At least one day.")],
        description="Empty: it does not.",
    )
    calls_a_minute = IntegerField(
        "Calls a minute",
        [Optional(), NumberRange(1, MOST_CALLS, "From 1 to %(max)s.")],
        description="To ReturnGO, for searches, drop-downs and actions; polls cost none. Empty:"
        " what TOKEN_MINUTE_LIMIT says.",
    )
    calls_a_day = IntegerField(
        "Calls a day",
        [Optional(), NumberRange(1, MOST_CALLS, "From 1 to %(max)s.")],
        description="The last tenth of them is for actions. Empty: what TOKEN_DAILY_LIMIT says.",
    )

    def validate_scopes(self, field: Checkboxes) -> None:
        """Refuse a token that may do nothing; a browser would want every box checked."""
        if not field.data:
            raise ValidationError("Choose at least one.")


class Confirm(FlaskForm):  # type: ignore[misc]
    """A button that changes something."""
