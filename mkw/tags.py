"""Clan tags in names: which one a list of names wears, and names without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mkw.lookalikes import fold, latin, visible

_STARS = "☆★◇◆⇒⇔♪"  # part of the tag where everybody wears the same one
_BETWEEN = " \u3000☆★・·•|｜.．-－_＿~:：/／◇◆♪*※⇔⇒→▼,'´`[]()【】「」『』{}"  # what people put between tag and name
_OPENING = "[(【「『{*"
_SHORTEST_GLUED, _LONGEST = 2, 5


def bare(tag: str) -> str:
    """A tag less the signs around it; a tag made of signs only stays."""
    return tag.strip(_BETWEEN) or tag.strip()


def _is_separator(char: str) -> bool:
    return char in _BETWEEN or not visible(char)


def _same_case(part: str, tag: str) -> bool:
    return visible(latin(part)) == visible(latin(tag))


def _rest_in_front(name: str, tag: str) -> str | None:
    """`name` less `tag` in front, the signs between them still there, or None where it does not wear it."""
    wanted = fold(tag)
    for end in range(1, len(name)):
        head = fold(name[:end])
        if len(head) > len(wanted) + 1:
            return None
        if head != wanted or not visible(name[end - 1]):
            continue
        if not visible(name[end:].lstrip(_BETWEEN)):
            return None
        parted = _is_separator(name[end])
        glued = len(wanted) >= _SHORTEST_GLUED and _same_case(name[:end], tag)  # "CRComet", never "Crash" of CR
        glued = glued and len(visible(name[end:])) > 1  # of `CRX` nobody could tell
        return name[end:] if parted or glued else None
    return None


def _rest_behind(name: str, tag: str) -> str | None:
    """As in front. Glued behind, the tag must be in capitals or signs: `Mango` does not wear `go`."""
    wanted = fold(tag)
    for start in range(len(name) - 1, 0, -1):
        tail = fold(name[start:])
        if len(tail) > len(wanted) + 1:
            return None
        if tail != wanted or not visible(name[start]):
            continue
        rest = name[:start].strip().rstrip(_BETWEEN)
        if not visible(rest):
            return None
        parted = _is_separator(name[start - 1])
        glued = len(wanted) >= _SHORTEST_GLUED and _same_case(name[start:], tag) and not tag.islower()
        glued = glued and len(visible(rest)) > 1
        return name[:start] if parted or (glued and not rest[-1].isupper()) else None
    return None


def _worn(name: str, tags: Sequence[str]) -> tuple[str, bool] | None:
    """(what the name is beside one of the tags, whether the tag stands behind); None where it wears none of them."""
    for tag in sorted({bare(tag) for tag in tags if visible(tag)}, key=lambda tag: (-len(fold(tag)), tag)):
        for start in (name, name.lstrip(_BETWEEN)):  # `*CR*Comet` wears its tag between signs
            if (rest := _rest_in_front(start, tag)) is not None:
                return rest, False
        if (rest := _rest_behind(name, tag)) is not None:
            return rest, True
    return None


def without_tag(name: str, tags: Sequence[str]) -> str:
    """The name less any of the tags in front or behind (compared folded) and a sign that parts them; all of it where
    nothing would be left."""
    return names_worn(name, tags)[-1]


def names_worn(name: str, tags: Sequence[str]) -> tuple[str, ...]:
    """What the name beside the tag may be, fullest first: of `KT★Luna` both `★Luna` and `Luna`, of `KT ★Luna` only
    `★Luna`, for that star touches nothing but the name (it is the tag's where one of `tags` has it: `KT★`). One to
    three; the whole name where it wears no tag."""
    worn = _worn(name.strip(), tags)
    if worn is None:
        return (name.strip(),)
    rest, behind = worn
    rest = rest[::-1] if behind else rest
    full = rest.strip()
    run = len(full) - len(full.lstrip(full[0])) if full[0] in _BETWEEN else 1 if _is_bar(full) else 0
    found, less = [full], full[run:].strip()
    of_tag = fold(full[0]) in {fold(tag.strip()[-1]) for tag in tags if visible(tag)}
    parts = rest[0] == full[0] or full[run].isspace() or of_tag  # it touches the tag, or stands between spaces
    if run and parts and visible(less.strip(_BETWEEN)):
        found += [full[1:], less] if run > 1 else [less]
    return tuple(dict.fromkeys(one[::-1] if behind else one for one in found))


def _is_bar(rest: str) -> bool:
    """`CR | Comet`, read as `CR I Comet`."""
    return len(rest) > 2 and rest[0] in "Il1|" and rest[1].isspace()


def first_word(name: str) -> tuple[str, str] | None:
    """(what stands before the first separator, the name after it); None for a name of one word."""
    whole = name.strip()
    for index, char in enumerate(whole):
        if _is_separator(char) and index:
            rest = whole[index:].lstrip(_BETWEEN).strip()
            return (whole[:index], rest) if visible(rest) else None
    return None


def _boundary(name: str, end: int) -> bool:
    """Whether a tag could be glued to the name at `end`: capitals, signs or another script meet there."""
    head, after = name[:end], name[end]
    if not after.isalpha() and not after.isdigit():
        return False
    if name.upper() == name and name.isascii():
        return False  # all capitals: nothing shows where the tag ends
    capitals = head.upper() == head and any(char.isalpha() for char in head)
    return (
        (after.isupper() and not head[-1:].islower())
        or (after.islower() and capitals)
        or (after.isascii() != head[-1].isascii())
        or (after.isupper() and not head.isascii())
    )


def heads(name: str) -> Iterable[int]:
    """Where a tag could end that stands in front: the lengths of such beginnings, as drawn."""
    for end in range(1, len(name)):
        if _is_separator(name[end - 1]) or not visible(name[end:].strip(_BETWEEN)):
            continue
        length = len(fold(name[:end].lstrip(_BETWEEN)))
        if length > _LONGEST:
            return
        if _is_separator(name[end]) or (length >= _SHORTEST_GLUED and _boundary(name, end)):
            yield end


def _heads(name: str) -> Iterable[tuple[str, bool]]:
    """(folded beginning, parted from the name by a separator) for every beginning that could be a tag."""
    return ((fold(name[:end]), _is_separator(name[end])) for end in heads(name))


def _front_tag(names: Sequence[str]) -> str | None:
    """The folded beginning that more than half of the names wear."""
    wearers: dict[str, set[int]] = defaultdict(set)
    parted: dict[str, int] = defaultdict(int)
    for index, name in enumerate(names):
        for head, is_parted in _heads(name):
            wearers[head].add(index)
            parted[head] += is_parted
    worn = [head for head, who in wearers.items() if 2 * len(who) > len(names) and len(who) > 1]
    # One letter is a tag only where everybody parts it from the name.
    worn = [head for head in worn if len(head) > 1 or parted[head] == len(names) > 2]
    return max(worn, key=lambda head: (len(wearers[head]), parted[head], len(head), head), default=None)


def _drawn(names: Sequence[str], tag: str) -> str:
    """The tag as the first wearer draws it, with the star everybody glues to it."""
    drawn = [name[:end] for name in names for end in range(1, len(name)) if fold(name[:end]) == tag]
    first = drawn[0].strip().lstrip(_OPENING)
    stars = {name[len(head)] for name in names for head in drawn if name.startswith(head) and len(name) > len(head)}
    return first + stars.pop() if len(stars) == 1 and stars <= set(_STARS) else first


def common_tag(names: Sequence[str]) -> str | None:
    """The clan tag most of the names wear in front (or all wear behind), as drawn on the first; None without one."""
    stripped = [name.strip() for name in names if visible(name)]
    if len(stripped) < 2:
        return None
    tag = _front_tag(stripped)
    if tag is not None:
        return _drawn(stripped, tag)
    mirrored = [name[::-1] for name in stripped]
    tag = _front_tag(mirrored)
    if tag is None or not all(any(head == tag for head, _ in _heads(name)) for name in mirrored):
        return None
    return _drawn(mirrored, tag)[::-1]
