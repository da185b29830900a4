import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config import SHOP_NAME, SettingError, Settings, load

LEAST = {
    "RETURNGO_API_KEY": "planted-api-key",
    "RETURNGO_SHOPS": "demo.myshopify.com, outlet.myshopify.com",
    "BRIDGE_TOKEN": "planted-token-of-thirty-two-signs",
    "SECRET_KEY": "planted-secret-key-of-thirty-two-signs",
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
        ("secret_key", f"{'n' * 32},the secret before", None),
        ("database_url", "postgresql+psycopg://u:p@db/bridge", None),
        ("returngo_base_url", "http://127.0.0.1:8081", None),
        ("returngo_daily_limit", "50000", 50_000),
        ("returngo_second_limit", "1", 1),
        ("returngo_second_limit", "250", 250),
        ("feed_freshness", "1", 1),
        ("feed_baseline", "60", 60),
        ("allow_local_targets", "true", True),
        ("hook_ports", "443, 5000", (443, 5000)),
        ("host", "0.0.0.0", None),
        ("port", "0", 0),
        ("workers", "8", 8),
        ("shopify_app_secret", "s" * 32, None),
        ("storefront_freshness", "60", 60),
        ("storefront_calls", "400", 400),
        ("storefront_stylesheet", "https://cdn.example.com/own.css", None),
    ],
)
def test_each_setting_is_read_from_its_variable(name: str, text: str, value: object):
    expected = ("n" * 32, "the secret before") if name == "secret_key" else value
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
    ("PUBLIC_URL", "http://bridge.example.com"),
    ("PUBLIC_URL", "https://example.com/bridge"),
    ("PUBLIC_URL", "https://example.com?bridge"),
    ("HOOK_PORTS", "https"),
    ("HOOK_PORTS", ","),
    ("HOOK_PORTS", "443,0"),
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


SECRET_SETTINGS = [
    each.name.upper() for each in dataclasses.fields(Settings) if each.metadata["secret"]
]
SHORT = "planted-secret-of-31-characters"
SIGNING = f"whsec_{'QUJD' * 8}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BRIDGE_TOKEN", SHORT),
        ("SECRET_KEY", SHORT),
        ("SECRET_KEY", f"{SHORT},{LEAST['SECRET_KEY']}"),
        ("METRICS_TOKEN", SHORT),
        ("SHOPIFY_APP_SECRET", SHORT),
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_with_the_command_that_makes_a_good_one(
    name: str, text: str
):
    sentence = refusal({**LEAST, name: text})
    assert sentence.startswith(f"{name} is too short to be safe: it must have 32 characters")
    assert "secrets.token_urlsafe(32)" in sentence
    assert SHORT not in sentence


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_simulated_returngo_may_be_guarded_by_short_secrets(host: str):
    simulated = {"RETURNGO_BASE_URL": f"http://{host}:8081"}
    assert load({**LEAST, **simulated, "BRIDGE_TOKEN": SHORT}).bridge_token == SHORT
    for public in ({"PUBLIC_URL": "https://bridge.example.com"}, {"HOST": "0.0.0.0"}):
        guarded = {**LEAST, **simulated, **public, "BRIDGE_TOKEN": SHORT}
        assert "BRIDGE_TOKEN is too short" in refusal(guarded)


@pytest.mark.parametrize("host", ["sandbox:8081", "api.returngo.ai", "127.0.0.1.example.com"])
def test_the_key_goes_nowhere_in_clear(host: str):
    sentence = refusal({**LEAST, "RETURNGO_BASE_URL": f"http://{host}"})
    assert sentence.startswith(f"RETURNGO_BASE_URL names {host.partition(':')[0]}, ")
    assert "https://" in sentence


@pytest.mark.parametrize("name", SECRET_SETTINGS)
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path):
    texts = {
        "DATABASE_URL": "sqlite:///bridge.sqlite3",
        "METRICS_TOKEN": "m" * 32,
        "SHOPIFY_APP_SECRET": "s" * 32,
        "ALARM_URL": "https://alarms.example.com/",
        "ALARM_SECRET": SIGNING,
        **LEAST,
    }
    file = tmp_path / "secret"
    file.write_text(f"{texts[name]}\n")
    others = {key: text for key, text in texts.items() if key != name}
    assert load({**others, f"{name}_FILE": str(file)}) == load(texts)


@pytest.mark.parametrize(
    "url", ["http://alarms.example.com/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/"]
)
def test_alarms_go_nowhere_in_clear(url: str):
    sentence = refusal({**LEAST, "ALARM_URL": url, "ALARM_SECRET": SIGNING})
    assert sentence.startswith("ALARM_URL is malformed: ")
    assert url not in sentence, "who knows it may post there"
    for local in ("http://127.0.0.1:9000/x", "http://localhost/", "https://alarms.internal:9443/"):
        assert load({**LEAST, "ALARM_URL": local, "ALARM_SECRET": SIGNING}).alarm_url == local


def test_alarms_are_signed_with_a_secret_that_cannot_be_guessed():
    url = {"ALARM_URL": "https://alarms.example.com/"}
    assert refusal({**LEAST, **url}).startswith("ALARM_SECRET is missing: ")
    assert refusal({**LEAST, "ALARM_SECRET": SIGNING}).startswith("ALARM_URL is missing: ")
    for weak in ("planted", "whsec_QUJD", "x" + SIGNING, SIGNING + "?"):
        sentence = refusal({**LEAST, **url, "ALARM_SECRET": weak})
        assert sentence.startswith("ALARM_SECRET is malformed: it must be whsec_ and ")
        assert "openssl rand" in sentence
        assert weak not in sentence


def test_a_secret_that_is_given_twice_is_refused(tmp_path: Path):
    sentence = refusal({**LEAST, "SECRET_KEY_FILE": str(tmp_path)})
    assert sentence == "SECRET_KEY is given twice: leave out either it or SECRET_KEY_FILE."


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file or directory"), (b"\xff", "it is not text")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, reason: str):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    environ = {key: text for key, text in LEAST.items() if key != "SECRET_KEY"}
    sentence = refusal({**environ, "SECRET_KEY_FILE": str(file)})
    assert sentence == f"SECRET_KEY_FILE names a file that cannot be read: {reason}."


def test_what_is_no_secret_stands_in_no_file(tmp_path: Path):
    file = tmp_path / "port"
    file.write_text("1")
    assert load({**LEAST, "PORT_FILE": str(file)}).port == load(LEAST).port
