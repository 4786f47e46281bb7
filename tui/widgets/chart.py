"""A bar chart in block characters, one bar a day, small enough to stand beside a conversation. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.format import short_count


def bars(values: Sequence[int], height: int, signs: str) -> list[str]:
    """`height` lines of one cell a value, the highest value filling them; `signs`: a bar's cell from empty to full.

    A value above zero is never drawn as nothing.
    """
    steps = len(signs) - 1
    top = max(values, default=0)
    full = [max(round(value / top * height * steps), 1) if value > 0 and top else 0 for value in values]
    return ["".join(signs[min(max(f - line * steps, 0), steps)] for f in full) for line in reversed(range(height))]


def chart(days: Sequence[tuple[str, int]], *, width: int, height: int, signs: str, rule: str) -> list[str]:
    """The newest days that fit, with the highest value at the left and the first and last day below.

    `days`: (`YYYY-MM-DD`, value) in order of time. Empty where there is nothing to draw.
    """
    top = short_count(max((value for _, value in days), default=0))
    margin = max(len(top), 1) + 1
    room = width - margin
    if not days or room < 8 or height < 1:
        return []
    step = min(max(room // len(days), 1), 3)
    days = days[-(room // step) :]
    drawn = bars([value for _, value in days], height, signs)
    lines = ["".join(sign * step for sign in line) for line in drawn]
    labels = [top if line == 0 else "0" if line == height - 1 else "" for line in range(height)]
    span = len(lines[0])
    first, last = _short(days[0][0]), _short(days[-1][0])
    feet = first + " " * max(span - len(first) - len(last), 1) + last
    return [
        *(f"{label:>{margin - 1}} {line}" for label, line in zip(labels, lines, strict=True)),
        " " * margin + rule * span,
        " " * margin + (feet if len(first) + len(last) < span else last.rjust(span)),
    ]


def _short(day: str) -> str:
    """`2025-11-03` as `3 Nov`; anything else as it is."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    if not (year.isdigit() and month.isdigit() and number.isdigit() and 1 <= int(month) <= 12):
        return day
    return f"{int(number)} {months[int(month) - 1]}"
