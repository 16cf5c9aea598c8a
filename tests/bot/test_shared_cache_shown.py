"""How the operator's Redis is opened, and what of it is shown to whom."""

from __future__ import annotations

import pytest

from bot.health import BackupState, Health
from bot.health_texts import health_embed
from bot.settings import SettingsError, load_settings
from bot.startup import open_shared
from db.redis_cache import RedisCache
from db.shared_cache import NoSharedCache, SharedCache
from tests.redis_server import PASSWORD, redis_server


def shown(cache: SharedCache | None) -> str:
    health = Health(is_bot=False)
    health.shared = cache
    embed = health_embed((), health.metrics, 0.0, BackupState(), health.shared)
    figures = {family.name for family in health.metrics.registry.collect()}
    assert ("mkw_shared_cache_hits" in figures) == isinstance(cache, RedisCache)
    return next(str(field.value) for field in embed.fields if field.name == "Shared cache")


async def test_without_an_address_there_is_none() -> None:
    async with open_shared(load_settings({}, None)) as shared:
        assert isinstance(shared.cache, NoSharedCache)
        assert shown(shared.cache) == "none (`REDIS_URL` is not set)"


async def test_one_that_answers_and_one_that_does_not(caplog: pytest.LogCaptureFixture) -> None:
    with redis_server() as server:
        async with open_shared(load_settings({"REDIS_URL": server.url}, None)) as shared:
            assert await shared.cache.get(["nothing"]) == {}
            assert shown(shared.cache) == "✓ answers\n0 of 1 block found"
            server.kill()
            assert await shared.cache.get(["nothing"]) == {}
            told = shown(shared.cache)
            assert told.startswith("✗ does not answer (ConnectionError); everything is read from the database")
            assert told.endswith("1 failure, 0 spoiled")
    assert PASSWORD not in told + caplog.text


@pytest.mark.parametrize("wrong", ["https://:{}@host", "redis://:{}@host:port/0", "redis://host:6379/0?db={}"])
def test_an_address_that_is_none_is_not_repeated(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"REDIS_URL: the address .* redis://") as problem:
        load_settings({"REDIS_URL": wrong.format(PASSWORD)}, None)
    assert PASSWORD not in str(problem.value)
    assert PASSWORD not in repr(load_settings({"REDIS_URL": f"redis://:{PASSWORD}@host"}, None))
