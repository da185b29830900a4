import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config import SHOP_NAME
from connector.connections import ConnectionRefused, read_shop_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("demo.myshopify.com", "demo.myshopify.com"),
        (" Demo.MyShopify.com\n", "demo.myshopify.com"),
        ("https://demo.myshopify.com/", "demo.myshopify.com"),
        ("http://demo.myshopify.com/admin/orders?status=open#top", "demo.myshopify.com"),
        ("demo", "demo.myshopify.com"),
        ("https://admin.shopify.com/store/demo/settings/general", "demo.myshopify.com"),
        ("shop.example.com", "shop.example.com"),
        ("demo.myshopify.com@EU Returns", "demo.myshopify.com@EU Returns"),
        ("https://Demo.myshopify.com/ @ EU Returns ", "demo.myshopify.com@EU Returns"),
    ],
)
def test_a_shop_is_read_as_people_paste_it(text: str, name: str):
    assert read_shop_name(text) == name


@pytest.mark.parametrize(
    "text", ["", "  ", "https://", "@Portal", "dé.example.com", "a b", "a@b@c"]
)
def test_what_names_no_shop_is_refused_and_repeated(text: str):
    with pytest.raises(ConnectionRefused) as error:
        read_shop_name(text)
    assert repr(text) in str(error.value)


@given(st.text())
def test_any_text_is_a_shop_or_refused(text: str):
    try:
        name = read_shop_name(text)
    except ConnectionRefused:
        return
    assert SHOP_NAME.match(name)
    assert read_shop_name(name) == name
