"""What tables write in their title beside a name: the races, and the day (`18 Jul 2025`, `July 2, 2025`, `2025-07-18`)

A form that could be read in two ways (`07/08/2025`) is not read at all.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FORMS = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*{_NAME},?\s*(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_NAME}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s*(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b"),
)


def date_in(text: str) -> date | None:
    """The one day that a title names; None where it names none, several, or one that no calendar has."""
    days: set[date] = set()
    for form in _FORMS:
        for match in form.finditer(text):
            month = match["month"].casefold()
            number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
            try:
                days.add(date(int(match["year"]), number, int(match["day"])))
            except ValueError:
                return None
    return days.pop() if len(days) == 1 else None


_YEARLESS = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*\b{_NAME}(?!\w)", re.IGNORECASE),
    re.compile(rf"\b{_NAME}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:.])", re.IGNORECASE),
)


def day_cut(text: str, today: date) -> tuple[date | None, str]:
    """(the first day written in a text, the text without it); None where there is none, or no calendar has it. A day
    without a year is the next one from `today` on."""
    for form in (*_FORMS, *_YEARLESS):
        match = form.search(text)
        if match is None:
            continue
        found = match.groupdict()
        month = found["month"].casefold()
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
        years = (int(found["year"]),) if "year" in found else (today.year, today.year + 1)
        for year in years:
            try:
                day = date(year, number, int(found["day"]))
            except ValueError:
                continue
            if "year" in found or day >= today:
                return day, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


_BETWEEN = re.compile(r"\s*[•·|—–]\s*|\s+[-+]\s+|\s{3,}")
_RACE_COUNT = re.compile(r"\d{1,2}\s*races?", re.IGNORECASE)


def title_alone(text: str) -> str:
    """The title without the parts that only say the day or the number of races; empty where nothing else stands there.

    `6v6 War - CR vs CB • 18 Jul 2025 • 12 Races` gives `6v6 War - CR vs CB`.
    """
    separators = _BETWEEN.findall(text)
    kept = ""
    for separator, part in zip(("", *separators), _BETWEEN.split(text), strict=True):
        if _RACE_COUNT.fullmatch(part.strip()) or any(form.fullmatch(part.strip()) for form in _FORMS):
            continue
        kept += (separator if kept else "") + part
    return kept.strip()
