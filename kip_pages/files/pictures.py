"""JPEG, PNG and WebP without what a camera writes into them: place, time, device, thumbnails.

The picture itself is copied byte for byte; only which way is up is kept of a JPEG's EXIF.
"""

import struct
from collections.abc import Iterator

from .verdicts import Refusal, RefusedError

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What draws the picture; texts, times, EXIF and anything private is left behind.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"}
    | {b"bKGD", b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT"}
)
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_EXIF_AND_XMP = 0x08 | 0x04

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = (
    *(0xD8, 0xD9, 0xDA),
    *(0xE0, 0xE1, 0xE2, 0xEE, 0xEF),
    0xFE,
)
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_ORIENTATION = 0x0112


def strip(content: bytes) -> bytes:
    """Return a picture without its metadata; other formats come back as they are.

    Raises ``RefusedError`` where the picture is damaged.
    """
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return b"".join(_jpeg(content))
        if content.startswith(_PNG_SIGNATURE):
            return b"".join(_png(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError, ValueError) as error:
        raise RefusedError(Refusal.DAMAGED) from error
    return content


def _jpeg(content) -> Iterator[bytes]:
    yield content[:2]
    orientation = 1
    for marker, segment in _jpeg_segments(content):
        if marker == _APP1 and segment[4:10] == b"Exif\0\0":
            orientation = _orientation(segment[10:])
        if _APP0 <= marker <= _APP15 or marker == _COM:
            if marker == _APP0 or marker == _APP14 or segment[4:16] == b"ICC_PROFILE\0":
                yield segment
            continue
        if orientation != 1:
            yield _exif_of(orientation)
            orientation = 1
        yield segment


def _jpeg_segments(content):
    """Yield each marker with its bytes, up to the end of the picture and no further."""
    at = 2
    while True:
        if content[at] != 0xFF:  # some cameras leave bytes between two segments
            at = content.index(b"\xff", at)
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == _EOI:
            yield marker, content[at : at + 2]
            return
        if marker in _STANDALONE:
            yield marker, content[at : at + 2]
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if end > len(content) or end < at + 4:
            raise RefusedError(Refusal.DAMAGED)
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end
        if at >= len(content):  # cut short, as some cameras do; browsers show it all the same
            yield _EOI, b"\xff\xd9"
            return


def _end_of_scan(content, at):
    while (at := content.find(b"\xff", at)) != -1 and at + 1 < len(content):
        following = content[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7 or following == 0xFF:
            at += 1 if following == 0xFF else 2
        else:
            return at
    return len(content)


def _orientation(tiff):
    """Return the orientation that EXIF states, or 1, which is upright."""
    if len(tiff) < 8 or tiff[:2] not in (b"II", b"MM"):
        return 1
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, _kind, _n, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _exif_of(orientation):
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    tiff = b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content) -> Iterator[bytes]:
    yield _PNG_SIGNATURE
    at = len(_PNG_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise RefusedError(Refusal.DAMAGED)
        if kind in _PNG_KEPT:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


def _webp(content):
    chunks, at = [], 12
    end = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at < end:
        kind, length = struct.unpack_from("<4sI", content, at)
        chunk = bytearray(content[at : at + 8 + length + (length & 1)])
        if len(chunk) < 8 + length:
            raise RefusedError(Refusal.DAMAGED)
        at += len(chunk)
        if kind == b"VP8X":
            chunk[8] &= ~_WEBP_EXIF_AND_XMP & 0xFF
        if kind not in _WEBP_DROPPED:
            chunks.append(bytes(chunk))
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
