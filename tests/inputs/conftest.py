from tests.web.conftest import _every_name_is_public, apps, build, sender

__all__ = ["_every_name_is_public", "apps", "build", "sender"]
