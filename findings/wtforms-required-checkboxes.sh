#!/usr/bin/env bash
# WTForms 3.3.2: "choose at least one of these boxes" is written as "check every one of them".
#
# A SelectMultipleField that is shown as checkboxes, with InputRequired, validates on the server what one
# would expect: one box is enough. Rendered, each single box carries HTML's attribute `required`, which a
# browser takes to mean that this box must be checked: a form with one of three boxes checked is never sent,
# and the server, which would take it, hears nothing. What works: a validator of one's own, which sets no flag.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check WTForms==3.3.2 MarkupSafe==3.0.4
"$folder/venv/bin/python" - <<'PYTHON'
from wtforms import Form, SelectChoice, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget


class Several(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Data(dict):
    def getlist(self, name):
        return self[name]


CHOICES = [SelectChoice(each, each) for each in ("red", "green", "blue")]


class Flagged(Form):
    colours = Several(choices=CHOICES, validators=[InputRequired()])


class Unflagged(Form):
    colours = Several(choices=CHOICES)

    def validate_colours(self, field):
        if not field.data:
            raise ValidationError("Choose at least one.")


for form in (Flagged, Unflagged):
    one, none = form(Data(colours=["red"])), form(Data(colours=[]))
    assert one.validate() and not none.validate(), "the server takes one box and refuses none"
    boxes = str(one.colours()).count("<input")
    required = str(one.colours()).count("required")
    print(f"{form.__name__}: {boxes} boxes, {required} of them required")
    assert (boxes, required) == (3, 3 if form is Flagged else 0)
PYTHON
echo "Each of the boxes is required, though one of them is enough."
