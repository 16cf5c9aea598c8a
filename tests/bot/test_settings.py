from pathlib import Path

import pytest

from bot.cooldowns import Limit
from bot.settings import Settings, SettingsError, load_settings
from bot.shards import Shards
from mkw.ids import ServerId

TOKEN = "abc.def.ghi"


def load(**environment: str) -> Settings:
    return load_settings(environment, env_file=None)


def test_everything_has_a_default() -> None:
    settings = load()
    assert settings.discord_token is None
    assert settings.data_dir == Path("data")
    assert settings.command_prefix == "!"
    assert settings.ocr_workers >= 1


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(
            DISCORD_TOKEN="no token",
            DATABASE_URL="mysql://me:hunter2@host/db",
            OCR_WORKERS="many",
            OCR_DEADLINE_SECONDS="nan",
            LOG_LEVEL="LOUD",
            COMMAND_PREFIX="toolong",
        )
    names = [problem.split(":")[0] for problem in caught.value.problems]
    assert names == [
        "DISCORD_TOKEN", "DATABASE_URL", "COMMAND_PREFIX", "LOG_LEVEL", "OCR_WORKERS", "OCR_DEADLINE_SECONDS",
    ]  # fmt: skip
    assert "from 1 to 64" in str(caught.value)
    assert "hunter2" not in str(caught.value), "an address may hold a password"


@pytest.mark.parametrize("value", ["0", "65", "1.5", "-1", "²", ""])
def test_whole_numbers(value: str) -> None:
    if value == "":
        assert load(OCR_WORKERS=value).ocr_workers >= 1
        return
    with pytest.raises(SettingsError, match="OCR_WORKERS"):
        load(OCR_WORKERS=value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("COMMAND_PREFIX=?\nLOG_LEVEL=debug\n")
    settings = load_settings({"COMMAND_PREFIX": "$"}, env_file=file)
    assert (settings.command_prefix, settings.log_level) == ("$", "DEBUG")


def test_a_file_where_a_folder_is_needed(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SettingsError, match="DATA_DIR"):
        load(DATA_DIR=str(tmp_path / "data"))


def test_secrets_are_not_shown() -> None:
    settings = load(DISCORD_TOKEN=TOKEN, DATABASE_URL="postgresql://me:hunter2@host/db")
    assert TOKEN not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_the_example_names_every_setting_and_is_valid() -> None:
    example = Path(__file__).resolve().parents[2] / ".env.example"
    load_settings({}, env_file=example)
    named = {
        line.split("=")[0] for line in example.read_text().splitlines() if "=" in line and not line.startswith("#")
    }
    assert named == {field.upper() for field in Settings.__dataclass_fields__}


def test_cooldowns_are_named_with_their_times() -> None:
    assert load().cooldowns == {}
    found = load(COOLDOWNS="scan 10/60, bulkscan stop 1/2,graph off").cooldowns
    assert found == {"scan": Limit(10, 60), "bulkscan stop": Limit(1, 2), "graph": None}


@pytest.mark.parametrize("value", ["scan", "scan 10", "scan 0/5", "scan 6/5", "scan on", "scan 6/30,", "6/30"])
def test_a_wrong_cooldown_is_said_with_an_example(value: str) -> None:
    with pytest.raises(SettingsError, match="scan 6/30"):
        load(COOLDOWNS=value)


def test_the_port_of_monitoring_is_off_unless_it_is_set() -> None:
    assert load().metrics_port is None
    assert load(METRICS_PORT="9187").metrics_port == 9187
    with pytest.raises(SettingsError, match="METRICS_PORT"):
        load(METRICS_PORT="65536")


def test_who_reads() -> None:
    assert load().ocr_queue == "own"
    assert load(OCR_QUEUE="Postgres").ocr_queue == "postgres"
    with pytest.raises(SettingsError, match="OCR_QUEUE: 'redis' is neither own"):
        load(OCR_QUEUE="redis")


def test_shards_of_this_process() -> None:
    assert load().shards is None
    assert load(SHARD_COUNT="3").shards == Shards((0, 1, 2), 3)
    assert load(SHARD_COUNT="8", SHARD_IDS="0-2, 6").shards == Shards((0, 1, 2, 6), 8)


@pytest.mark.parametrize(
    ("ids", "count", "says"),
    [
        ("0-3", "", "SHARD_COUNT is missing"),
        ("0-8", "8", "from 0 to 7"),
        ("1,1", "8", "each once"),
        ("3-1", "8", "not such as 0-3"),
        ("all", "8", "not such as 0-3"),
    ],
)
def test_wrong_shards(ids: str, count: str, says: str) -> None:
    with pytest.raises(SettingsError, match=f"SHARD_IDS.*{says}"):
        load(SHARD_IDS=ids, SHARD_COUNT=count)


def test_a_server_has_one_process() -> None:
    ranges = [Shards((0, 1, 2, 3), 8), Shards((4, 5, 6, 7), 8)]
    for server in (1 << 22, 197038439483310086, 508694210948374548):
        assert sum(one.have(ServerId(server)) for one in ranges) == 1
    assert [one.are_first for one in ranges] == [True, False]
