"""Where a parcel starts or ends."""

from schemas.fields import Text
from schemas.shapes import FromReturnGO


class Address(FromReturnGO):
    """A postal address with its contact."""

    name = Text("Name", "Who is at this address.", example="Thandi Example")
    street1 = Text("Street", "Street and number.", example="12 Sample Road")
    street2 = Text("Street 2", "Flat, floor or building.", example="Flat 3")
    city = Text("City", "City or town.", example="Cape Town")
    state = Text("State", "State or province.", example="Western Cape")
    zip = Text("ZIP", "Postal code.", example="8001")
    country = Text("Country", "Country as a two-letter code.", example="ZA")
    phone = Text("Phone", "Phone number.", example="+27 21 555 0100")
    email = Text("Email", "E-mail address.", example="thandi@example.com")
