"""Draw the plugin's icon: an alarm's spike that comes to rest at a check mark.

    python -m tests.install.icon

writes `.claude-plugin/icon.png`. Shapes are distances to line segments; a pixel on an edge is mixed
from both sides, so that no library is needed and every machine draws the same bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from pathlib import Path

ICON = Path(__file__).resolve().parent.parent.parent / ".claude-plugin" / "icon.png"
SIZE = 512

Colour = tuple[int, int, int]
Point = tuple[float, float]

NIGHT: Colour = (22, 32, 51)
ALARM: Colour = (255, 122, 69)
WELL: Colour = (52, 199, 123)
WHITE: Colour = (255, 255, 255)

CORNER = 112.0  # the radius of the square's corners
SPIKE: tuple[Point, ...] = ((58, 282), (116, 282), (174, 96), (238, 398), (272, 282), (310, 282))
REST: tuple[Point, float] = ((384, 282), 78)
CHECK: tuple[Point, ...] = ((350, 284), (375, 309), (420, 258))
LINE, MARK = 21.0, 14.0  # half the width of the spike's line, and of the check mark's


def to_segment(at: Point, one: Point, other: Point) -> float:
    """Return the distance of a point from the line between two others."""
    along, across = other[0] - one[0], other[1] - one[1]
    share = ((at[0] - one[0]) * along + (at[1] - one[1]) * across) / (along**2 + across**2)
    share = min(1.0, max(0.0, share))
    return hypot(at[0] - one[0] - share * along, at[1] - one[1] - share * across)


def to_line(at: Point, points: tuple[Point, ...]) -> float:
    """Return the distance of a point from a line through several."""
    return min(to_segment(at, one, other) for one, other in pairwise(points))


def to_square(at: Point) -> float:
    """Return how far a point is outside the rounded square; below 0 inside."""
    x, y = (max(0.0, abs(each - SIZE / 2) - SIZE / 2 + CORNER) for each in at)
    return hypot(x, y) - CORNER


def covered(distance: float) -> float:
    """Return how much of a pixel a shape covers whose edge is so far from its middle."""
    return min(1.0, max(0.0, 0.5 - distance))


def mixed(under: Colour, over: Colour, share: float) -> Colour:
    """Return the colour of a pixel of which `share` is painted over."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(under, over, strict=True))
    return red, green, blue


def pixel(at: Point) -> bytes:
    """Return the pixel at a point: red, green, blue, and how opaque."""
    centre, radius = REST
    from_centre = hypot(at[0] - centre[0], at[1] - centre[1])
    colour = mixed(NIGHT, ALARM, covered(to_line(at, SPIKE) - LINE))
    colour = mixed(colour, NIGHT, covered(from_centre - radius - LINE))
    colour = mixed(colour, WELL, covered(from_centre - radius))
    colour = mixed(colour, WHITE, covered(to_line(at, CHECK) - MARK))
    return bytes((*colour, round(255 * covered(to_square(at)))))


def rows(each: int = 1) -> Iterator[bytes]:
    """Yield the picture's rows, or one in so many, each after its filter's number, none."""
    for y in range(0, SIZE, each):
        yield b"\0" + b"".join(pixel((x + 0.5, y + 0.5)) for x in range(SIZE))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a part of a PNG file: its length, kind, data and sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels: bytes) -> bytes:
    """Return the file that holds those rows."""
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)  # eight bits, RGBA
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


if __name__ == "__main__":
    ICON.write_bytes(png(b"".join(rows())))
