"""What stands around a posted table: a chat, a browser's window, or an edge that cut it."""

from __future__ import annotations

from PIL import Image, ImageDraw

from benchmarks.table_paint import Drawn, font
from benchmarks.table_styles import Style

_HEADER = 44  # of a table at scale 1


def framed(drawn: Drawn, style: Style) -> Drawn:
    """The drawn table in the frame its style asks for."""
    if style.frame == "discord":
        return _in_discord(drawn, style)
    if style.frame == "browser":
        return _in_browser(drawn, style)
    cut = round(_HEADER * style.scale)
    width, height = drawn.picture.size
    if style.frame == "crop":
        drawn.picture = drawn.picture.crop((0, cut, width, height))
        drawn.moved(0, -cut)
        drawn.truth["title"] = None
    elif style.frame == "foot":
        drawn.picture = drawn.picture.crop((0, 0, width, height - round(8 * style.scale)))
    return drawn


def _in_discord(drawn: Drawn, style: Style) -> Drawn:
    """The table inside a dark chat: a message above, a line below, room at the sides."""
    unit = max(0.8, style.scale * 0.9)
    left, top = round(90 * unit), round(110 * unit)
    width, height = drawn.picture.width + left + round(40 * unit), drawn.picture.height + top + round(70 * unit)
    chat = Image.new("RGB", (width, height), (49, 51, 56))
    pen = ImageDraw.Draw(chat)
    pen.ellipse((round(20 * unit), round(20 * unit), round(64 * unit), round(64 * unit)), (88, 101, 242))
    for y, text, size in ((22, "Table Keeper  APP   Today at 9:24 PM", 20), (56, "War finished, 12 / 12 races", 19)):
        pen.text((left, round(y * unit)), text, (219, 222, 225), font("plain", 0, round(size * unit)))
    foot = (left, height - round(52 * unit))
    pen.text(foot, "Message #results", (148, 155, 164), font("plain", 0, round(18 * unit)))
    return _inside(drawn, chat, left, top)


def _in_browser(drawn: Drawn, style: Style) -> Drawn:
    """The table on a page: tabs and an address above, a form at the left."""
    unit = max(0.8, style.scale * 0.9)
    left, top = round(250 * unit), round(96 * unit)
    width, height = drawn.picture.width + left + round(24 * unit), drawn.picture.height + top + round(40 * unit)
    page = Image.new("RGB", (width, height), (250, 250, 250))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, width, round(72 * unit)), (222, 225, 230))
    pen.rounded_rectangle((round(60 * unit), round(38 * unit), width - 20, round(66 * unit)), 12, (255, 255, 255))
    small = font("plain", 0, round(16 * unit))
    pen.text((round(70 * unit), round(10 * unit)), "War tables   x      Results   x", (60, 60, 60), small)
    pen.text((round(80 * unit), round(42 * unit)), "https://tables.example/war?edit=1", (60, 60, 60), small)
    for number, word in enumerate(("Teams", "Players", "Style", "Save picture", "Copy link")):
        pen.text((round(24 * unit), top + round((10 + 44 * number) * unit)), word, (40, 60, 120), small)
    return _inside(drawn, page, left, top)


def _inside(drawn: Drawn, page: Image.Image, left: int, top: int) -> Drawn:
    page.paste(drawn.picture, (left, top))
    drawn.picture = page
    drawn.moved(left, top)
    return drawn
