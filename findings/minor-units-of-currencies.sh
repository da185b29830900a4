#!/usr/bin/env bash
# Babel 2.19.0: the decimals of a currency are those of shop windows, not those of banks.
#
# ISO 4217 gives the Iraqi dinar three decimals and the Malagasy ariary two. CLDR, whose data Babel carries (and so do
# browsers' and Node's Intl), says 0 for both, since nobody uses the coins. An amount that was rounded to what
# get_currency_precision says has lost what a payment provider's API wants and pays.
#
# Seen: IQD 0, MGA 0 where ISO 4217 says 3 and 2; EUR 2 and KWD 3 agree. 10.125 IQD is written as 10.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
"$folder/venv/bin/python" - <<'PY'
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

iso = {"EUR": 2, "KWD": 3, "IQD": 3, "MGA": 2}
seen = {code: get_currency_precision(code) for code in iso}
written = format_currency(Decimal("10.125"), "IQD", locale="en")
print(seen, written)
assert seen == {"EUR": 2, "KWD": 3, "IQD": 0, "MGA": 0}, "Babel's data has changed"
assert "." not in written
PY
