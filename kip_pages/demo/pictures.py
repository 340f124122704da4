"""Calm geometric illustrations, drawn instead of stored: no photograph can be mistaken for real."""

import colorsys
import io
import math
from functools import cache

from PIL import Image, ImageDraw, ImageOps

SIZE = (1200, 675)
# Motifs are drawn twice as large and made smaller, which smooths their edges.
SCALE = 2
WIDTH, HEIGHT = (side * SCALE for side in SIZE)
PALE = 235


def illustration(motif: str, colour: str) -> bytes:
    """Return a JPEG of ``motif`` in shades of ``colour`` (``#rrggbb``)."""
    picture = ImageOps.colorize(
        _drawn(motif), black=_shade(colour, 0.45), mid=colour, white=_tint(colour)
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@cache
def _drawn(motif):
    grey = Image.new("L", (WIDTH, HEIGHT), PALE)
    MOTIFS[motif](ImageDraw.Draw(grey))
    return grey.reduce(SCALE)


def _channels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _shade(colour, share):
    return tuple(int(channel * share) for channel in _channels(colour))


def _tint(colour):
    hue, _lightness, _saturation = colorsys.rgb_to_hls(*(c / 255 for c in _channels(colour)))
    return tuple(int(c * 255) for c in colorsys.hls_to_rgb(hue, 0.95, 0.5))


def _sine(base, height, waves, phase):
    """Return the outline of a hill or wave from one side to the other, closed at the bottom."""
    line = [
        (x, base - height * math.sin(2 * math.pi * waves * x / WIDTH + phase))
        for x in range(0, WIDTH + 1, 20)
    ]
    return [*line, (WIDTH, HEIGHT), (0, HEIGHT)]


def _disc(draw, x, y, radius, fill):
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def waves(draw):
    _disc(draw, 1800, 400, 170, 200)
    for i, grey in enumerate((185, 150, 115, 80, 50)):
        draw.polygon(_sine(650 + 150 * i, 60, 1.5 + 0.3 * i, 1.1 * i), fill=grey)


def hills(draw):
    _disc(draw, 560, 380, 190, 205)
    for i, grey in enumerate((190, 150, 105, 60)):
        draw.polygon(_sine(640 + 170 * i, 150 - 25 * i, 0.8 + 0.25 * i, 1.9 * i), fill=grey)


def fields(draw):
    hills(draw)
    for i in range(13):
        draw.line((WIDTH / 2, 760, -900 + 350 * i, HEIGHT), fill=165, width=14)


def roads(draw):
    hills(draw)
    draw.polygon([(1120, 690), (1280, 690), (1900, HEIGHT), (500, HEIGHT)], fill=35)
    for i in range(5):
        top, bottom, half = 740 + 120 * i, 800 + 125 * i, 6 + 5 * i
        draw.polygon(
            [(1200 - half, top), (1200 + half, top), (1206 + half, bottom), (1194 - half, bottom)],
            fill=PALE,
        )


def roofs(draw):
    for row, grey in enumerate((190, 140, 90)):
        base, side = 760 + 230 * row, 380 + 60 * row
        for i in range(-1, WIDTH // side + 1):
            left = i * side + (side // 2) * (row % 2)
            draw.rectangle((left + 30, base, left + side - 30, HEIGHT), fill=grey)
            draw.polygon(
                [(left, base), (left + side / 2, base - 190), (left + side, base)], fill=grey - 25
            )


def columns(draw):
    draw.polygon([(420, 430), (1200, 150), (1980, 430)], fill=90)
    draw.rectangle((470, 450, 1930, 510), fill=120)
    for i in range(6):
        draw.rectangle((540 + 250 * i, 530, 650 + 250 * i, 1080), fill=150 - 10 * i)
    for i in range(3):
        draw.rectangle(
            (430 - 70 * i, 1090 + 60 * i, 1970 + 70 * i, 1145 + 60 * i), fill=110 - 25 * i
        )


def bars(draw):
    for i, height in enumerate((260, 390, 340, 520, 610, 560, 740, 850)):
        left = 250 + 245 * i
        draw.rectangle((left, 1180 - height, left + 165, 1180), fill=190 - 18 * i)
    draw.rectangle((170, 1190, 2230, 1206), fill=50)


def network(draw):
    points = [(300 + 360 * (i % 6) + 110 * (i // 6 % 2), 270 + 270 * (i // 6)) for i in range(23)]
    for i, start in enumerate(points):
        for step in (1, 6, 7):
            if i + step < len(points) and math.dist(start, points[i + step]) < 520:
                draw.line((*start, *points[i + step]), fill=180, width=10)
    for i, (x, y) in enumerate(points):
        _disc(draw, x, y, 34 + 16 * (i % 3), 140 - 30 * (i % 4))


def rings(draw):
    for i, grey in enumerate((205, 175, 145, 115, 85, 55)):
        _disc(draw, WIDTH / 2, HEIGHT / 2, 640 - 105 * i, grey)


def crosses(draw):
    for row in range(4):
        for column in range(7):
            x, y = 150 + 350 * column, 170 + 340 * row
            arm, half = 105, 36
            grey = 200 - 22 * ((row * 2 + column) % 6)
            draw.rectangle((x - arm, y - half, x + arm, y + half), fill=grey)
            draw.rectangle((x - half, y - arm, x + half, y + arm), fill=grey)


def leaves(draw):
    for row in range(3):
        for column in range(6):
            x, y = 60 + 400 * column, 200 + 410 * row
            grey = 195 - 25 * ((row + column * 2) % 6)
            first, last = (180, 270) if (row + column) % 2 else (270, 360)
            draw.pieslice((x - 170, y - 170, x + 510, y + 510), first, last, fill=grey)


def books(draw):
    for row in range(3):
        base = 420 + 400 * row
        left, i = 120, row
        while left < WIDTH - 200:
            width, height = 60 + 23 * (i * 7 % 4), 220 + 31 * (i * 5 % 4)
            draw.rectangle((left, base - height, left + width, base), fill=190 - 24 * (i * 3 % 6))
            left, i = left + width + 14, i + 1
        draw.rectangle((80, base + 6, WIDTH - 80, base + 24), fill=50)


_MOTIFS = (
    waves,
    hills,
    fields,
    roads,
    roofs,
    columns,
    bars,
    network,
    rings,
    crosses,
    leaves,
    books,
)
MOTIFS = {motif.__name__: motif for motif in _MOTIFS}
