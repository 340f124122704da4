"""Rules for the information blocks: languages, words, texts and moments."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator

from .header_rules import is_aware
from .message import CapAlert, CapInfo, Pair
from .problems import MAX_HEADLINE, Fault, Problem
from .schema import VALUES

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # RFC 3066
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>|&(?:[A-Za-z]{2,8}|#x?[0-9A-Fa-f]{1,6});")
# All that XML 1.0 cannot carry.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\[][!-~]*")
_TEXTS = ("event", "sender_name", "headline", "description", "instruction", "contact", "audience")
_SPOKEN = ("headline", "description", "instruction")


def place(info: CapInfo) -> str:
    return f"info {info.language}".strip()


def problems(alert: CapAlert, max_duration: datetime.timedelta | None) -> Iterator[Problem]:
    yield from _times(alert.sent, "sent")
    words = (*alert.addresses, *alert.codes, *alert.incidents)
    for text in (alert.source, alert.restriction, alert.note, *words):
        yield from text_problems(text, "")
    yield from _together(alert.infos)
    for info in alert.infos:
        yield from _words(info)
        yield from _writing(info)
        yield from _lasting(info, alert.sent, max_duration)


def _together(infos: tuple[CapInfo, ...]) -> Iterator[Problem]:
    """Blocks are translations of each other (CAP 1.2 §3.2.2): same event, other words."""
    languages = Counter(info.language.lower() for info in infos)
    if any(number > 1 for language, number in languages.items() if language):
        yield Problem(Fault.LANGUAGE_TWICE)
    if len({frozenset(info.category) for info in infos}) > 1:
        yield Problem(Fault.CATEGORY_DIFFERS)
    if len({frozenset(info.event_codes) for info in infos}) > 1:
        yield Problem(Fault.EVENT_CODE_DIFFERS)
    for field in _SPOKEN:
        spoken = {}
        for info in infos:
            if text := _folded(getattr(info, field)):
                spoken.setdefault(text, set()).add(info.language.lower())
        if any(len(languages) > 1 for languages in spoken.values()):
            yield Problem(Fault.SAME_TEXT, field)


def _words(info: CapInfo) -> Iterator[Problem]:
    where = place(info)
    if not info.language:
        yield Problem(Fault.LANGUAGE_MISSING, where)
    elif not _LANGUAGE.fullmatch(info.language):
        yield Problem(Fault.LANGUAGE_FORM, where)
    if not info.category:
        yield Problem(Fault.CATEGORY_MISSING, where)
    for tag, words in (
        ("category", info.category),
        ("responseType", info.response_types),
        ("urgency", (info.urgency,)),
        ("severity", (info.severity,)),
        ("certainty", (info.certainty,)),
    ):
        if not VALUES[tag].issuperset(words):
            yield Problem(Fault.VALUE_UNKNOWN, f"{where}, {tag}")
    yield from pair_problems((*info.event_codes, *info.parameters), where)


def _writing(info: CapInfo) -> Iterator[Problem]:
    where = place(info)
    if not all(text.strip() for text in (info.event, info.headline, info.description)):
        yield Problem(Fault.TEXT_MISSING, where)
    for field in _TEXTS:
        yield from text_problems(getattr(info, field), f"{where}, {field}")
    if len(info.headline) > MAX_HEADLINE:
        yield Problem(Fault.HEADLINE_LONG, where)
    spoken = [text for field in _SPOKEN if (text := _folded(getattr(info, field)))]
    if len(set(spoken)) < len(spoken):
        yield Problem(Fault.TEXT_REPEATED, where)
    if info.web and not _ADDRESS.fullmatch(info.web):
        yield Problem(Fault.WEB_FORM, where)


def _lasting(info: CapInfo, sent, max_duration) -> Iterator[Problem]:
    """A message begins with what comes first of ``effective`` and ``sent``."""
    where = place(info)
    given = [at for at in (info.effective, info.onset, info.expires) if at is not None]
    for at in given:
        yield from _times(at, where)
    if info.expires is None:
        yield Problem(Fault.EXPIRES_MISSING, where)
        return
    if not all(is_aware(at) for at in (sent, *given)):
        return
    if info.expires <= sent:
        yield Problem(Fault.EXPIRES_BEFORE_SENT, where)
    starts = [at for at in (info.effective, info.onset) if at is not None]
    if any(info.expires <= start for start in starts):
        yield Problem(Fault.EXPIRES_BEFORE_START, where)
    if max_duration is not None and info.expires - (info.effective or sent) > max_duration:
        yield Problem(Fault.TOO_LONG, where)


def _times(at: datetime.datetime, where: str) -> Iterator[Problem]:
    offset = at.utcoffset()
    if offset is None or offset % datetime.timedelta(minutes=1):
        yield Problem(Fault.TIME_FORM, where)
    if at.microsecond:
        yield Problem(Fault.TIME_FRACTION, where)


def text_problems(text: str, where: str) -> Iterator[Problem]:
    """Yield what is wrong with a text that people read."""
    if _MARKUP.search(text):
        yield Problem(Fault.MARKUP, where)
    if _FORBIDDEN.search(text):
        yield Problem(Fault.CHARACTER, where)


def pair_problems(pairs: tuple[Pair, ...], where: str) -> Iterator[Problem]:
    """Yield what is wrong with codes and parameters."""
    for pair in pairs:
        if not all(part.strip() for part in pair):
            yield Problem(Fault.PAIR_FORM, where)
        if any(_FORBIDDEN.search(part) for part in pair):
            yield Problem(Fault.CHARACTER, where)


def _folded(text: str) -> str:
    """A text as it sounds: the same words in other case or with other spaces are the same."""
    return " ".join(text.split()).casefold()
