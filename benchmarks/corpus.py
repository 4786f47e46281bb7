"""Corpora for the benchmarks: a filled cache of any size, made from a seed through the store's own front door."""

from __future__ import annotations

import random
import time
from pathlib import Path

from postroom.records import Conversation, Direction, Lead, Message, Micros, Page
from postroom.text import canonical_hash, person_key
from store import search, writes
from store.database import Store, prepare

WORDS = (
    "thanks for reaching out we are looking at this next quarter pricing team calendar tuesday demo budget security "
    "review hiring sales pipeline berlin oslo london remote contract renewal legal interested not now maybe later"
).split()
MINUTE: Micros = 60_000_000


def fill(state_dir: Path, *, conversations: int, seed: int = 1, now: Micros | None = None) -> None:
    """Write `conversations` conversations of one to eight messages each into a fresh state folder."""
    now = now or time.time_ns() // 1000
    prepare(state_dir, session="benchmark")
    store = Store.open(state_dir, session="benchmark")
    for start in range(0, conversations, 500):
        records = tuple(_conversation(number, seed, now) for number in range(start, min(start + 500, conversations)))
        writes.apply_conversations(store, "acme-linkedin", "heyreach", Page(records=records), now=now)
    while search.index_pending(store, limit=10_000):
        pass
    store.close()


def _conversation(number: int, seed: int, now: Micros) -> Conversation:
    """One conversation; the lower its number, the newer it is."""
    dice = random.Random(f"{seed}:{number}")
    last_at = now - number * 7 * MINUTE
    count = dice.randint(1, 8)
    messages = tuple(_message(number, index, count, last_at, dice) for index in range(count))
    url = f"https://www.linkedin.com/in/lead-{number}"
    return Conversation(
        id=f"1/2-{number}",
        sender_id="1",
        sender_name="Jane Doe",
        lead=Lead(
            id=url, name=f"Lead {number}", company=f"Company {number % 997}", profile_url=url, person=person_key(url)
        ),
        last_at=last_at,
        last_text=messages[-1].body,
        last_direction=messages[-1].direction,
        unread=dice.random() < 0.2,
        total_messages=count,
        messages=messages,
        messages_complete=True,
        fingerprint=f"{seed}:{number}",
    )


def _message(number: int, index: int, count: int, last_at: Micros, dice: random.Random) -> Message:
    """One message of 6 to 60 words."""
    body = " ".join(dice.choices(WORDS, k=dice.randint(6, 60)))
    direction = Direction.OUTBOUND if (count - index) % 2 == 0 else Direction.INBOUND
    return Message(
        key=f"{number}-{index}",
        direction=direction,
        sent_at=last_at - (count - 1 - index) * 90 * MINUTE,
        body=body,
        text_hash=canonical_hash(body),
    )
