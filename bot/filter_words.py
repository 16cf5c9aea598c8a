"""Filters as people type them, anywhere among the names of a command: `Comet last 10 vs CB since 2026-01-01`.

One grammar for every command. What is understood is written back by `written`, which parses to the same again.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.services.errors import BadInput
from bot.services.player import PlayerStatus
from mkw.filters import LARGE, SMALL, Filter
from mkw.metrics import METRICS, Metric, metric_of

_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»"}
_TOKEN = re.compile(r'"[^"]*"|“[^”]*”|„[^“]*“|«[^»]*»|[^\s,;]+|[,;]')
_ROOM = re.compile(r"(12|24)\s*-?p(?:layers?)?", re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,2})\s*(?:v|vs|x)\s*(\d{1,2})", re.IGNORECASE)
_GLUED = re.compile(r"(last|past|min|vs\.?|season)[:=]?(\d[\d.]*)", re.IGNORECASE)
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30, "year": 365, "years": 365}
FILTERS_HELP = (
    "`last 10` · `last 30 days` · `since 2026-01-01` · `2026-01-01..2026-03-31` · `in 2026-03` · `season 3` · "
    "`vs CB` · `team DX` · `status member` · `12p` · `24p` · `6v6` · `min 5` · `by average`"
)
MOST_LAST = 100_000


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed, taken apart. `season` still has to be looked up."""

    names: tuple[str, ...] = ()  # between filters, commas and quotes; several names may stand in one without commas
    filter: Filter = field(default_factory=Filter)
    season: str | None = None
    metric: Metric | None = None

    @property
    def text(self) -> str:
        return " ".join(self.names)


def parse(text: str, today: date) -> Words:
    """Raises BadInput, with what to type instead."""
    return _Parser(_tokens(text), today).run()


def written(words: Words) -> str:
    """The filters in the grammar's own words, short; without names."""
    wanted = words.filter
    parts = [f"by {words.metric.key}"] if words.metric else []
    parts += [f"last {wanted.last}"] if wanted.last is not None else []
    parts += [f"season {_quoted(words.season)}"] if words.season else []
    if words.season is None:
        parts += [f"since {wanted.since}"] if wanted.since else []
        parts += [f"until {wanted.until}"] if wanted.until else []
    parts += [f"vs {_quoted(wanted.opponent)}"] if wanted.opponent else []
    parts += [f"team {_quoted(wanted.team)}"] if wanted.team else []
    parts += [f"status {wanted.status}"] if wanted.status else []
    parts += [f"{wanted.room}p"] if wanted.room else []
    parts += [f"{wanted.size}v{wanted.size}"] if wanted.size else []
    parts += [f"min {wanted.minimum:g}"] if wanted.minimum is not None else []
    return " ".join(parts)


def day_of(text: str, today: date, *, end: bool = False) -> date:
    """A day as people write one; of a month or a year the first day, or the last. Raises BadInput."""
    plain = text.casefold().strip()
    if plain in ("today", "now"):
        return today
    if plain == "yesterday":
        return today - timedelta(days=1)
    found = re.fullmatch(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", plain)
    if found is None and plain in _MONTHS:
        year = today.year if _MONTHS[plain] <= today.month else today.year - 1
        found = re.fullmatch(r"(\d{4})-(\d+)()?", f"{year}-{_MONTHS[plain]}")
    wrong = BadInput(f"`{_shown(text)}` is no day I know; write it as `2026-03-31`, `2026-03` or `2026`.")
    if found is None:
        raise wrong
    try:
        year, month = int(found[1]), int(found[2] or (12 if end else 1))
        last = calendar.monthrange(year, month)[1]
        return date(year, month, int(found[3] or (last if end else 1)))
    except (ValueError, calendar.IllegalMonthError):
        raise wrong from None


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"[\s,;]", text) else text


def _shown(text: str) -> str:
    return text.replace("`", "'")[:30]


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


class _Parser:
    def __init__(self, tokens: Sequence[str], today: date) -> None:
        self._tokens = list(tokens)
        self._today = today
        self._at = 0
        self._words = Words()
        self._name: list[str] = []
        self._names: list[str] = []

    def run(self) -> Words:
        takers: dict[str, Callable[[str], None]] = {
            **dict.fromkeys(("last", "past", "newest"), self._last),
            **dict.fromkeys(("since", "from", "after"), self._since),
            **dict.fromkeys(("until", "till", "to", "before"), self._until),
            **dict.fromkeys(("in", "during", "on"), self._within),
            "this": self._this,
            "season": self._season,
            **dict.fromkeys(("vs", "vs.", "against", "versus"), self._opponent),
            **dict.fromkeys(("team", "status"), self._word),
            **dict.fromkeys(("min", "minimum"), self._minimum),
            **dict.fromkeys(("by", "sort", "sorted"), self._metric),
        }
        while self._at < len(self._tokens):
            self._unglue()
            token = self._tokens[self._at]
            self._at += 1
            word = token.casefold().rstrip(":=")
            taker = takers.get(word)
            if word == "team" and self._ends_here(takers):
                taker = None  # the clan itself
            if token in (",", ";"):
                self._end_name()
            elif token[0] in _PAIRS and len(token) > 1:
                self._end_name()
                self._names.append(token[1:-1].strip())
            elif taker is not None and self._may_begin(token):
                self._end_name()
                taker(word)
            elif not self._shape(token):
                self._name.append(token)
        self._end_name()
        return replace(self._words, names=tuple(name for name in self._names if name))

    # --- steps ------------------------------------------------------------------------------------------------------

    def _unglue(self) -> None:
        glued = _GLUED.fullmatch(self._tokens[self._at])
        if glued:
            self._tokens[self._at : self._at + 1] = [glued[1], glued[2]]

    def _ends_here(self, takers: Collection[str]) -> bool:
        """No word of ours follows, or one that begins a filter."""
        following = (self._peek() or ",").casefold()
        one_word = (_ROOM.fullmatch, _SIZE.fullmatch, _GLUED.fullmatch, re.compile(r"[\d-]*\.\.[\d-]*").fullmatch)
        return following in {",", ";", *takers} or any(fits(following) for fits in one_word)

    def _may_begin(self, token: str) -> bool:
        """Words that are often names need something after them."""
        following = self._peek()
        if token.casefold() in ("on", "in", "to", "this", "by", "from", "after", "during"):
            return following is not None and following not in (",", ";")
        return True

    def _shape(self, token: str) -> bool:
        """Filters that are one word."""
        if room := _ROOM.fullmatch(token):
            self._set(room=LARGE if room[1] == "24" else SMALL)
        elif size := _SIZE.fullmatch(token):
            self._set(size=int(size[1]))
        elif ".." in token and re.search(r"\d{4}", token):
            first, _, last = token.partition("..")
            if first:
                self._set(since=day_of(first, self._today))
            if last.strip("."):
                self._set(until=day_of(last.strip("."), self._today, end=True))
            self._in_order()
        else:
            return False
        return True

    def _last(self, word: str) -> None:
        following = (self._peek() or "").casefold()
        if following in ("month", "week", "year"):
            self._at += 1
            self._calendar(following, back=1)
            return
        value = self._value(word, "a number, such as `last 10`")
        if not value.isdecimal() or not 1 <= int(value) <= MOST_LAST:
            raise BadInput(f"`{word}` needs a number from 1 up, such as `last 10`, or `last 30 days`.")
        unit = (self._peek() or "").casefold()
        if unit in _UNITS:
            self._at += 1
            days = min(int(value) * _UNITS[unit], 20_000)
            self._set(since=self._today - timedelta(days=days - 1))
        else:
            self._at += unit in ("war", "wars", "games", "matches")
            self._set(last=int(value))

    def _this(self, word: str) -> None:
        unit = self._value(word, "a month or year: `this month`").casefold()
        if unit not in ("month", "week", "year"):
            raise BadInput("`this` is followed by `week`, `month` or `year`.")
        self._calendar(unit, back=0)

    def _calendar(self, unit: str, *, back: int) -> None:
        day = self._today
        if unit == "week":
            first = day - timedelta(days=day.weekday() + 7 * back)
            self._set(since=first, until=first + timedelta(days=6))
        elif unit == "month":
            first = (day.replace(day=1) - timedelta(days=back)).replace(day=1)
            self._set(since=first, until=day_of(f"{first:%Y-%m}", day, end=True))
        else:
            self._set(since=date(day.year - back, 1, 1), until=date(day.year - back, 12, 31))

    def _since(self, word: str) -> None:
        value = self._value(word, "a day, such as `since 2026-01-01`, or `since 3 months`")
        unit = (self._peek() or "").casefold()
        if word == "since" and value.isdecimal() and unit in _UNITS:
            self._at += 1
            self._set(since=self._today - timedelta(days=min(int(value) * _UNITS[unit], 20_000)))
            self._in_order()
            return
        day = day_of(value, self._today, end=word == "after")
        self._set(since=day + timedelta(days=1) if word == "after" else day)
        self._in_order()

    def _until(self, word: str) -> None:
        day = day_of(self._value(word, "a day, such as `until 2026-03-31`"), self._today, end=word != "before")
        self._set(until=day - timedelta(days=1) if word == "before" else day)
        self._in_order()

    def _within(self, word: str) -> None:
        value = self._value(word, "a month or year, such as `in 2026-03`")
        following = self._peek() or ""
        if value.casefold() in _MONTHS and re.fullmatch(r"\d{4}", following):
            self._at += 1
            value = f"{following}-{_MONTHS[value.casefold()]}"
        self._set(since=day_of(value, self._today), until=day_of(value, self._today, end=True))

    def _season(self, word: str) -> None:
        self._words = replace(self._words, season=self._value(word, "its name, such as `season 3`"))

    def _opponent(self, word: str) -> None:
        self._set(opponent=self._value(word, 'a tag, such as `vs CB` or `vs "Big Clan"`'))

    def _word(self, word: str) -> None:
        value = self._value(word, f"a word, such as `{word} {'member' if word == 'status' else 'DX'}`")
        if word == "team":
            self._set(team=value)
            return
        status = next((one for one in PlayerStatus if value.casefold() in (one.value, f"{one.value}s")), None)
        if status is None and value.casefold() != "allies":
            raise BadInput("A status is `member`, `trial`, `ally` or `former`.")
        self._set(status=(status or PlayerStatus.ALLY).value)

    def _minimum(self, word: str) -> None:
        value = self._value(word, "a number of wars, such as `min 5`")
        if not re.fullmatch(r"\d{1,5}(\.\d+)?", value):
            raise BadInput(f"`{word}` needs a number of wars, such as `min 5`.")
        self._at += (self._peek() or "").casefold() in ("war", "wars")
        self._set(minimum=float(value))

    def _metric(self, word: str) -> None:
        self._at += (self._peek() or "").casefold() == "by"
        for count in (5, 4, 3, 2, 1):
            metric = metric_of(" ".join(self._tokens[self._at : self._at + count]))
            if metric is not None and self._at + count <= len(self._tokens):
                self._at += count
                self._words = replace(self._words, metric=metric)
                return
        typed = self._value(word, "a metric, such as `by average`")
        raise BadInput(f"`{_shown(typed)}` is nothing to sort by; {metrics_listed()}.")

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _value(self, word: str, needs: str) -> str:
        token = self._peek()
        if token is None or token in (",", ";"):
            raise BadInput(f"`{word}` needs {needs}.")
        self._at += 1
        return token[1:-1].strip() if token[0] in _PAIRS and len(token) > 2 else token

    def _end_name(self) -> None:
        if self._name:
            self._names.append(" ".join(self._name))
            self._name = []

    def _set(self, **values: object) -> None:
        self._words = replace(self._words, filter=replace(self._words.filter, **values))  # type: ignore[arg-type]

    def _in_order(self) -> None:
        wanted = self._words.filter
        if wanted.since and wanted.until and wanted.since > wanted.until:
            raise BadInput(f"{wanted.since} is after {wanted.until}; write the earlier day first.")


def metrics_listed() -> str:
    return "sort by " + ", ".join(f"`{metric.key}`" for metric in METRICS)
