import dataclasses
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config import SHOP_NAME, SettingError, Settings, load

LEAST = {
    "RETURNGO_API_KEY": "planted-api-key",
    "RETURNGO_SHOPS": "demo.myshopify.com, outlet.myshopify.com",
    "BRIDGE_TOKEN": "planted-token",
    "SECRET_KEY": "planted-secret-key",
}
SECRETS = (*LEAST.values(), "planted-password")


def refusal(environ: Mapping[str, str]) -> str:
    with pytest.raises(SettingError) as error:
        load(environ)
    return str(error.value)


def test_the_least_that_is_needed_is_enough():
    settings = load(LEAST)

    assert settings.returngo_shops == ("demo.myshopify.com", "outlet.myshopify.com")
    assert settings.returngo_base_url == "https://api.returngo.ai"
    assert (settings.returngo_daily_limit, settings.returngo_second_limit) == (2000, 5)


def test_callers_keys_alone_are_enough():
    settings = load({"ALLOW_RETURNGO_KEYS": "true", "SECRET_KEY": LEAST["SECRET_KEY"]})

    assert settings.allow_returngo_keys
    assert settings.returngo_api_key is None


def test_callers_bring_no_keys_unless_the_operator_says_so():
    assert not load(LEAST).allow_returngo_keys


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("allow_returngo_keys", "yes", True),
        ("secret_key", "the newest secret,the secret before", None),
        ("database_url", "postgresql+psycopg://u:p@db/bridge", None),
        ("returngo_base_url", "http://127.0.0.1:8081", None),
        ("returngo_base_url", "http://sandbox:8081", None),
        ("returngo_daily_limit", "50000", 50_000),
        ("returngo_second_limit", "1", 1),
        ("returngo_second_limit", "250", 250),
        ("feed_freshness", "1", 1),
        ("feed_baseline", "60", 60),
        ("allow_local_targets", "true", True),
        ("host", "0.0.0.0", None),
        ("port", "0", 0),
        ("workers", "8", 8),
    ],
)
def test_each_setting_is_read_from_its_variable(name: str, text: str, value: object):
    expected = ("the newest secret", "the secret before") if name == "secret_key" else value
    settings = load({**LEAST, name.upper(): f" {text} "})

    assert getattr(settings, name) == (text if expected is None else expected)


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("absent", [None, "", "  "], ids=["absent", "empty", "blank"])
def test_a_missing_setting_is_named_in_one_sentence(name: str, absent: str | None):
    environ = {key: value for key, value in LEAST.items() if key != name}
    if absent is not None:
        environ[name] = absent
    sentence = refusal(environ)

    assert sentence.startswith(f"{name} is missing: ")
    assert "\n" not in sentence


MALFORMED = [
    ("RETURNGO_API_KEY", "planted api key"),
    ("RETURNGO_API_KEY", "plänted-api-key"),
    ("RETURNGO_API_KEY", "planted\nx-shop-name: other.myshopify.com"),
    ("RETURNGO_SHOPS", "demo"),
    ("RETURNGO_SHOPS", "demo.myshopify.com,https://demo.myshopify.com"),
    ("RETURNGO_SHOPS", "Demo.myshopify.com@Portal"),
    ("RETURNGO_SHOPS", "demo.myshopify.com@"),
    ("RETURNGO_SHOPS", "@Portal"),
    ("RETURNGO_SHOPS", "demo.myshopify.com@Portal@Other"),
    ("RETURNGO_SHOPS", "demo.myshopify.com@Por\ttal"),
    ("RETURNGO_SHOPS", "demo.myshopify.com@Pörtal"),
    ("BRIDGE_TOKEN", "planted"),
    ("ALLOW_RETURNGO_KEYS", "perhaps"),
    ("SECRET_KEY", "planted"),
    ("SECRET_KEY", "planted-secret-key,planted"),
    ("SECRET_KEY", " , "),
    ("DATABASE_URL", "mysql://u:planted-password@db/bridge"),
    ("DATABASE_URL", "postgresql://u:planted-password@db/bridge"),
    ("DATABASE_URL", "postgresql+psycopg://u:planted-password@db:port/bridge"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "sqlite:///"),
    ("RETURNGO_BASE_URL", "api.returngo.ai"),
    ("RETURNGO_BASE_URL", "ftp://api.returngo.ai"),
    ("RETURNGO_DAILY_LIMIT", "0"),
    ("RETURNGO_DAILY_LIMIT", "2000.5"),
    ("RETURNGO_SECOND_LIMIT", "0"),
    ("FEED_FRESHNESS", "0"),
    ("FEED_FRESHNESS", "1 minute"),
    ("FEED_BASELINE", "59"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("WORKERS", "0"),
]


@pytest.mark.parametrize(("name", "text"), MALFORMED)
def test_a_malformed_setting_is_named_in_one_sentence(name: str, text: str):
    sentence = refusal({**LEAST, name: text})

    assert sentence.startswith(f"{name} is ")
    assert "malformed: " in sentence
    assert "\n" not in sentence
    assert all(other not in sentence for other in LEAST if other != name)


@pytest.mark.parametrize(("name", "text"), [case for case in MALFORMED if "plant" in case[1]])
def test_a_malformed_secret_is_not_repeated(name: str, text: str):
    assert text not in refusal({**LEAST, name: text})
    assert "planted" not in refusal({**LEAST, name: text})


def test_what_is_no_secret_is_repeated_to_be_found_again():
    assert "'65536'" in refusal({**LEAST, "PORT": "65536"})
    assert "https://demo" in refusal({**LEAST, "RETURNGO_SHOPS": "a.b,https://demo"})


@given(st.text().filter(str.strip))
def test_any_text_is_a_good_shop_list_or_one_sentence(text: str):
    try:
        shops = load({**LEAST, "RETURNGO_SHOPS": text}).returngo_shops
    except SettingError as error:
        shops, sentence = (), str(error)
    else:
        sentence = ""

    assert bool(shops) != sentence.startswith("RETURNGO_SHOPS is ")
    assert all(SHOP_NAME.match(shop) for shop in shops)


def test_a_shop_may_name_a_portal_which_stays_as_it_is():
    text = "demo.myshopify.com@Portal, demo.myshopify.com@EU Returns (2), outlet.myshopify.com"

    assert load({**LEAST, "RETURNGO_SHOPS": text}).returngo_shops == (
        "demo.myshopify.com@Portal",
        "demo.myshopify.com@EU Returns (2)",
        "outlet.myshopify.com",
    )


def test_a_malformed_shop_is_told_both_forms():
    sentence = refusal({**LEAST, "RETURNGO_SHOPS": "demo"})

    assert "demo is not a shop name like x.myshopify.com or x.myshopify.com@Portal" in sentence


def test_settings_do_not_show_secrets():
    shown = repr(load({**LEAST, "DATABASE_URL": "postgresql+psycopg://u:planted-password@db/b"}))

    assert "demo.myshopify.com" in shown
    assert not [secret for secret in SECRETS if secret in shown.replace(SECRETS[1], "")]


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        load(LEAST).port = 1  # type: ignore[misc]


def test_the_process_own_environment_is_the_default(monkeypatch: pytest.MonkeyPatch):
    for name in (each.name.upper() for each in dataclasses.fields(Settings)):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**LEAST, "PORT": "4711"}.items():
        monkeypatch.setenv(name, value)

    assert load().port == 4711


@pytest.mark.parametrize("declared", dataclasses.fields(Settings), ids=lambda each: each.name)
def test_each_setting_says_what_it_is_for(declared: "dataclasses.Field[object]"):
    assert declared.metadata["help"].endswith((".", "…`."))
