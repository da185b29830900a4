"""Settings, read once from the environment."""

from connector.config.assistants import SettingsOfAssistants
from connector.config.declaring import REQUIRED
from connector.config.loading import SettingError, load, load_assistants
from connector.config.settings import API_KEY, SHOP_NAME, Settings

__all__ = [
    "API_KEY",
    "REQUIRED",
    "SHOP_NAME",
    "SettingError",
    "Settings",
    "SettingsOfAssistants",
    "load",
    "load_assistants",
]
