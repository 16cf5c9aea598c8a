"""A Discord to log in to over the network: SimCord's model of Discord behind an HTTP API and a gateway of its own.

The bot runs as a whole, in a process of its own, with `DISCORD_API_URL` and `DISCORD_GATEWAY_URL` pointing here: it may
be killed and started again, and Discord's servers, channels, people and messages are still there. Ids are of the
real time, so that an interaction that is not answered within three seconds is gone, as on Discord.

What goes wrong on the way is `Troubles`: requests refused or slow, the gateway cut with or without its session.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import re
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self, cast
from urllib.parse import unquote

import discord
from aiohttp import WSMsgType, web
from simcord import _clock, intents, interactions
from simcord.backend import Backend, serializers
from simcord.backend.cdn import CDN_BASE
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel, Guild, Message
from simcord.enums import ComponentType, InteractionType
from simcord.http import router

API = "/api/v10"
RESUMED_AFTER = 4000  # a close code after which the client may resume
_MESSAGES = re.compile(r"channels/\d+/messages")
REPLAYED = 20_000  # events a session can be given again


class RealClock(_clock.Clock):
    """The time of now: SimCord's own begins on a fixed day and stands still."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Troubles:
    """What requests meet. Shares are 0..1 of requests; `seconds` is how long each waits before it is done."""

    too_fast: float = 0.0  # 429, with half a second to wait
    broken: float = 0.0  # 500, nothing was done
    unsaid: float = 0.0  # 500, and all was done
    seconds: float = 0.0
    met: dict[str, int] = field(default_factory=dict)

    def calm(self) -> None:
        self.too_fast = self.broken = self.unsaid = self.seconds = 0.0

    def meet(self, what: str) -> None:
        self.met[what] = self.met.get(what, 0) + 1


@dataclass
class _File:
    fp: io.BytesIO
    filename: str
    description: str | None


@dataclass
class _Session:
    """One identified client. Events are kept while its connection is away, to be given when it resumes."""

    key: str
    intents: discord.Intents
    sequence: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAYED))
    outgoing: asyncio.Queue[str] | None = None  # None: nobody is connected

    def add(self, event: str, payload: Mapping[str, Any]) -> None:
        self.sequence += 1
        text = json.dumps({"op": 0, "s": self.sequence, "t": event, "d": payload})
        self.sent.append((self.sequence, text))
        if self.outgoing is not None:
            self.outgoing.put_nowait(text)


class DiscordServer:
    """`async with`; `url` is what the bot is told. People act through `backend` and the methods here."""

    def __init__(self, seed: int = 0) -> None:
        self.backend = Backend(clock=RealClock())
        self.backend.transcript = deque(maxlen=200)  # type: ignore[assignment]  # it would grow for ever
        self.backend.http_requests = deque(maxlen=200)  # type: ignore[assignment]
        self.troubles = Troubles()
        self.requests = 0
        self.gaps: list[str] = []  # what the bot asked for and this Discord does not have
        self.identified = asyncio.Event()  # set with every new session
        self._chance = random.Random(seed)
        self._once: dict[str, tuple[int, int]] = {}  # channel and message by nonce
        self._sessions: dict[str, _Session] = {}
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._connections: set[asyncio.Transport] = set()
        self.backend.subscribers.append(self._emit)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/cdn/{path:.*}", self._cdn)
        app.router.add_get(f"{API}/gateway/bot", self._gateway_bot)
        app.router.add_route("*", API + "/{path:.*}", self._api)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut_gateway(forget=True)
        if self._runner is not None:
            await self._runner.cleanup()

    # --- people ------------------------------------------------------------------------------------------------------

    def make_server(self, name: str) -> tuple[Guild, Channel]:
        """A server with one channel; its owner may everything."""
        guild = self.backend.create_guild(name)
        return guild, self.backend.create_channel(guild.id, "results", type=0)

    def add_person(self, guild: Guild, name: str) -> int:
        user = self.backend.make_user(name)
        self.backend.add_member(guild.id, user.id)
        return user.id

    def post(
        self, channel: Channel, author_id: int, text: str = "", pictures: Mapping[str, bytes] | None = None
    ) -> Message:
        files = self.backend.store_attachments(channel.id, list((pictures or {}).items()))
        return self.backend.create_message(channel.id, author_id, text, attachments=files)

    def press(self, channel: Channel, user_id: int, message: Message, custom_id: str) -> None:
        """Press a button; what comes of it is seen in the channel."""
        record, payload = interactions.base_payload(
            self.backend, type=InteractionType.MESSAGE_COMPONENT, channel_id=channel.id, guild_id=channel.guild_id,
            user_id=user_id, data={"custom_id": custom_id, "component_type": int(ComponentType.BUTTON)},
        )  # fmt: skip
        payload["message"] = dict(serializers.message_payload(self.backend, message))
        record.source_message_id = message.id
        self.backend.emit("INTERACTION_CREATE", payload)

    def messages(self, channel: Channel, *, after: int = 0) -> list[Message]:
        """Oldest first."""
        known = self.backend.messages.get(channel.id, {})
        return [known[number] for number in sorted(known) if number > after]

    def replies(self, channel: Channel, message_id: int) -> list[Message]:
        """What the bot said in reply to a message, oldest first."""
        return [
            one
            for one in self.messages(channel, after=message_id)
            if one.author_id == self.backend.bot_user.id
            and int((one.reference or {}).get("message_id") or 0) == message_id
        ]

    # --- troubles ----------------------------------------------------------------------------------------------------

    def cut_gateway(self, *, forget: bool) -> None:
        """The connection breaks. `forget`: its session cannot be resumed either, and what happens until the client
        identifies itself anew is never told."""
        if forget:
            self._sessions.clear()
        for session in self._sessions.values():
            session.outgoing = None
        for transport in self._connections:
            transport.abort()
        self._connections.clear()

    # --- the gateway -------------------------------------------------------------------------------------------------

    def _emit(self, event: str, payload: Mapping[str, Any]) -> None:
        for session in self._sessions.values():
            gate = intents.required_intent(event, payload)
            if gate is None or getattr(session.intents, gate):
                session.add(event, self._with_our_cdn(payload))

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        transport = cast("asyncio.Transport", request.transport)
        self._connections.add(transport)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 20_000}})
        writing: asyncio.Task[None] | None = None
        session: _Session | None = None
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                said = json.loads(frame.data)
                if said["op"] == 1:
                    await socket.send_json({"op": 11})
                elif said["op"] in (2, 6):
                    session = self._identified(said["d"]) if said["op"] == 2 else self._resumed(said["d"])
                    if session is None:
                        await socket.send_json({"op": 9, "d": False})
                        continue
                    writing = asyncio.create_task(self._write(socket, session.outgoing or asyncio.Queue()))
                elif said["op"] == 8 and session is not None:
                    session.add("GUILD_MEMBERS_CHUNK", self._members(said["d"]))
        except (ConnectionError, RuntimeError):
            pass
        finally:
            self._connections.discard(transport)
            if writing is not None:
                writing.cancel()
        return socket

    @staticmethod
    async def _write(socket: web.WebSocketResponse, outgoing: asyncio.Queue[str]) -> None:
        try:
            while True:
                await socket.send_str(await outgoing.get())
        except (ConnectionError, RuntimeError):
            pass

    def _identified(self, said: Mapping[str, Any]) -> _Session:
        """One process a bot: whoever identifies takes over, and an earlier session is over."""
        self._sessions.clear()
        session = _Session(secrets.token_hex(8), discord.Intents._from_value(said["intents"]))  # noqa: SLF001
        session.outgoing = asyncio.Queue()
        self._sessions[session.key] = session
        guilds = list(self.backend.guilds.values())
        session.add(
            "READY",
            {
                "v": 10,
                "user": dict(serializers.user_payload(self.backend.bot_user)),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.key,
                "resume_gateway_url": self.gateway_url,
                "shard": [0, 1],
                "application": {"id": str(self.backend.application_id), "flags": 0},
            },
        )
        for guild in guilds:
            payload = dict(serializers.guild_create_payload(self.backend, guild))
            intents.prune_guild_create(payload, session.intents, self.backend.bot_user.id)
            session.add("GUILD_CREATE", payload)
        self.identified.set()
        return session

    def _resumed(self, said: Mapping[str, Any]) -> _Session | None:
        session = self._sessions.get(said["session_id"])
        if session is None:
            return None
        session.outgoing = asyncio.Queue()
        for number, text in session.sent:
            if number > said["seq"]:
                session.outgoing.put_nowait(text)
        session.add("RESUMED", {})
        return session

    def _members(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        guild = self.backend.get_guild(int(asked["guild_id"]))
        wanted = asked.get("user_ids")
        ids = {int(one) for one in ([wanted] if isinstance(wanted, str | int) else wanted or [])}
        query = str(asked.get("query") or "").casefold()
        members = [
            serializers.member_payload(self.backend, guild, one)
            for one in guild.members.values()
            if (one.user_id in ids if ids else self.backend.users[one.user_id].name.casefold().startswith(query))
        ]
        found = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
        return {**found, **({"nonce": asked["nonce"]} if asked.get("nonce") else {})}

    # --- the API -----------------------------------------------------------------------------------------------------

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return _json({"url": self.gateway_url, "shards": 1, "session_start_limit": limit})

    async def _cdn(self, request: web.Request) -> web.Response:
        refused = await self._in_the_way()
        data = self.backend.cdn.get(f"{CDN_BASE}/{request.match_info['path']}")
        if refused is not None:
            return refused
        return web.Response(status=404) if data is None else web.Response(body=data)

    async def _in_the_way(self) -> web.Response | None:
        troubles = self.troubles
        if troubles.seconds:
            troubles.meet("slow")
            await asyncio.sleep(troubles.seconds)
        lot = self._chance.random()
        if lot < troubles.too_fast:
            troubles.meet("429")
            told = {"message": "You are being rate limited.", "retry_after": 0.5, "global": False}
            return _json(told, status=429, headers={"Via": "1.1 test", "Retry-After": "0.5"})
        if lot < troubles.too_fast + troubles.broken:
            troubles.meet("500")
            return _broken()
        return None

    async def _api(self, request: web.Request) -> web.Response:
        self.requests += 1
        if (refused := await self._in_the_way()) is not None:
            return refused
        body, files = await _body_of(request)
        once = _nonce_in(request, body)
        if once is not None and once in self._once:
            return self._made_before(once)
        reason = request.headers.get("X-Audit-Log-Reason")
        try:
            done = router.dispatch(
                self.backend, request.method, "/" + request.match_info["path"], json=body, params=dict(request.query),
                files=files, reason=None if reason is None else unquote(reason),
            )  # fmt: skip
        except (router.RouteNotImplemented, router.UnsupportedField) as gap:
            self.gaps.append(str(gap))
            return _json({"message": "not there", "code": 0}, status=501)
        except BackendError as error:
            return _json(error.to_json(), status=error.status)
        if once is not None:
            self._once[once] = int(done["channel_id"]), int(done["id"])
        if self._chance.random() < self.troubles.unsaid:
            self.troubles.meet(f"500 after it was done: {_kind_of(request)}")
            return _broken()
        return web.Response(status=204) if done is None else _json(self._with_our_cdn(done))

    def _made_before(self, nonce: str) -> web.Response:
        """As Discord does where a nonce is enforced: the message that has it, and no second one; the error of a message
        that is not there where it was deleted."""
        self.troubles.meet("asked for twice, made once")
        channel_id, message_id = self._once[nonce]
        known = self.backend.messages.get(channel_id, {}).get(message_id)
        if known is None:
            return _json({"message": "Unknown Message", "code": 10008}, status=404)
        return _json(self._with_our_cdn(serializers.message_payload(self.backend, known)))

    def _with_our_cdn(self, payload: Any) -> Any:
        return json.loads(json.dumps(payload).replace(CDN_BASE, f"{self.url}/cdn"))


def _json(told: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """With the type that Discord names, which has no charset: discord.py takes nothing else for JSON."""
    head = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(told).encode(), status=status, headers=head)


def _broken() -> web.Response:
    return _json({"message": "Internal Server Error", "code": 0}, status=500)


def _nonce_in(request: web.Request, body: Any) -> str | None:
    """Of a message that must not be made twice."""
    makes = request.method == "POST" and _MESSAGES.fullmatch(request.match_info["path"]) is not None
    return str(body["nonce"]) if makes and body and body.get("enforce_nonce") and body.get("nonce") else None


def _kind_of(request: web.Request) -> str:
    what = request.match_info["path"].split("/")[0]
    return f"{request.method} {what}"


async def _body_of(request: web.Request) -> tuple[Any, list[_File]]:
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return (json.loads(text) if text else None), []
    parts = await request.post()
    body = json.loads(cast("str", parts["payload_json"]))
    told = {str(one.get("id")): one for one in body.get("attachments", ()) if isinstance(one, dict)}
    files = []
    for name, part in parts.items():
        if isinstance(part, web.FileField):
            number = name.removeprefix("files[").removesuffix("]")
            description = told.get(number, {}).get("description")
            files.append(_File(io.BytesIO(part.file.read()), part.filename, description))
    return body, files
