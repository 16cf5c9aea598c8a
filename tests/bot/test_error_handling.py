"""Every error has its answer, in the documented order."""

from __future__ import annotations

from inspect import Parameter
from typing import Any, cast

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.cooldowns import TooFast
from bot.error_handling import ONLY_IN_SERVERS, explain, report
from bot.permissions import NotAllowed
from bot.services.errors import BadInput, Conflict, NotFound, RecordsAway
from bot.services.levels import Level


def wrapped(error: Exception) -> commands.CommandInvokeError:
    return commands.CommandInvokeError(error)


def twice_wrapped(error: Exception) -> commands.HybridCommandError:
    inner = app_commands.CommandInvokeError(cast(Any, type("C", (), {"name": "x", "qualified_name": "x"})()), error)
    return commands.HybridCommandError(inner)


@pytest.mark.parametrize("wrap", [lambda error: error, wrapped, twice_wrapped])
def test_what_a_person_can_mend_is_said_in_its_own_words(wrap: Any) -> None:
    explanation = explain(wrap(Conflict("Saved already, by Comet.")))
    assert explanation.text == "Saved already, by Comet."
    assert not explanation.unexpected


def test_close_names_are_offered_and_harmless() -> None:
    text = explain(NotFound("There is no Come.", suggestions=("Comet", "@everyone"))).text
    assert text is not None
    assert "Did you mean **Comet**" in text
    assert "@everyone" not in text


def test_the_records_away_are_said() -> None:
    assert explain(wrapped(RecordsAway("The records are away; nothing is lost."))).text is not None


def test_a_missing_right_says_what_is_needed() -> None:
    assert explain(NotAllowed("Only a server administrator can do that.", Level.ADMIN)).text == (
        "Only a server administrator can do that."
    )


@pytest.mark.parametrize("error", [commands.NoPrivateMessage(), app_commands.NoPrivateMessage()])
def test_a_direct_message_is_said(error: Exception) -> None:
    assert explain(error).text == ONLY_IN_SERVERS


def test_a_cooldown_says_how_long() -> None:
    assert explain(TooFast("Try again in 12 seconds.")).text == "Try again in 12 seconds."


def test_a_wrong_argument_gets_the_usage() -> None:
    usage = "It is written `!edit <row>`, such as `!edit 3 score 44`."
    missing = commands.MissingRequiredArgument(commands.Parameter("row", Parameter.POSITIONAL_OR_KEYWORD))
    assert explain(missing, usage=usage).text == f"`row` is missing. {usage}"
    no_number = commands.BadArgument('Converting to "int" failed for parameter "row".')
    assert explain(no_number, usage=usage).text == f"`row` must be a whole number. {usage}"
    quotes = commands.UnexpectedQuoteError('"')
    assert "quotes" in str(explain(quotes, usage=usage).text)


def test_an_unknown_prefix_command_is_not_answered() -> None:
    assert explain(commands.CommandNotFound("x")).text is None
    assert not explain(commands.CommandNotFound("x")).unexpected


def test_anything_else_is_unexpected() -> None:
    assert explain(wrapped(ZeroDivisionError())).unexpected


class Where:
    class Someone:
        id = 5

    guild = None
    channel_id = 7
    user = Someone()


def test_the_unexpected_gets_an_id_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    text = report(ZeroDivisionError("boom"), what="command x", where=cast(Any, Where()))
    assert text is not None
    error_id = text.split("`")[1]
    assert error_id in caplog.text
    assert "channel=7 user=5" in caplog.text
    assert "boom" not in text


def test_bad_input_keeps_markdown_out() -> None:
    assert explain(BadInput("**x** is no number.")).text == r"\*\*x\*\* is no number."


def test_gone_meanwhile_is_no_message() -> None:
    response = cast(Any, type("R", (), {"status": 404, "reason": "Not Found"})())
    assert report(discord.NotFound(response, "gone"), what="x", where=cast(Any, Where())) is None
