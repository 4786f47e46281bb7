"""Bringing a workspace up to date: whole at first, cheap afterwards, honest about what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from postroom.errors import NeverSent, Rejected, Unauthorised, Uncertain
from postroom.records import ConversationKey, ProviderName
from store import queries, writes
from sync.clock import DAY
from sync.events import Progressed, Pulled
from tests.builders import campaign, conversation, inbound, outbound, row_fingerprint
from tests.sync.far_side import FarSide
from tests.sync.places import WORKSPACE, Place, many


def count(place: Place) -> int:
    return queries.inbox_count(place.store, queries.View.ALL)


async def test_the_first_pull_brings_everything(place: Place) -> None:
    """Conversations, messages, campaigns and senders are all there after one pull."""
    place.far.threads.update(many(250))
    place.far.campaign_list["q3"] = campaign()

    report = await place.pull()

    assert (report.complete, report.reason) == (True, "")
    assert (report.conversations_seen, report.conversations_new) == (251 - 1, 250)
    assert count(place) == 250
    assert queries.campaigns(place.store)[0].name == "Q3 founders"
    assert place.far.calls["conversations"] == 4  # three pages, and the top once more


async def test_an_idle_poll_costs_two_requests(place: Place) -> None:
    """When nothing has changed, HeyReach is asked for the newest page and for what is unread."""
    place.far.threads.update(many(250))
    await place.pull()
    place.far.calls.clear()

    report = await place.pull()

    assert place.far.calls == {"conversations": 1, "unread": 1}
    assert (report.requests, report.conversations_changed, report.complete) == (2, 0, True)


async def test_an_idle_poll_of_networkhq_costs_two_requests(places: Callable[..., Place], place: Place) -> None:
    """NetworkHQ is asked for its first page and for what is unread."""
    networkhq = places(FarSide(place.clock, provider_name=ProviderName.NETWORKHQ))
    await networkhq.pull()
    networkhq.far.calls.clear()

    await networkhq.pull()

    assert networkhq.far.calls == {"conversations": 1, "unread": 1}


async def test_a_new_message_is_found_by_the_next_poll(place: Place) -> None:
    """One reply among many costs no more than an idle poll."""
    place.far.threads.update(many(250))
    await place.pull()
    place.far.calls.clear()
    place.far.write("c200", "Here I am")

    report = await place.pull()

    assert report.conversations_changed == 1
    assert place.bodies("c200")[-1] == "Here I am"
    assert place.far.calls.total() <= 3
    assert Pulled(WORKSPACE, ("c200",)) in place.events


async def test_a_list_out_of_order_is_read_to_its_end(place: Place) -> None:
    """Where the newest are not first, reading does not stop early."""
    place.far.threads = many(300)
    place.far.shuffled = True
    rows = list(place.far.threads.items())
    place.far.threads = dict(rows[5:10] + rows[:5] + rows[10:])
    await place.pull()
    place.far.calls.clear()

    await place.pull()

    assert place.far.calls["conversations"] == 3


async def test_a_row_that_turns_unread_is_noticed(place: Place) -> None:
    """Marked unread elsewhere, without a new message: shown unread, however old it is."""
    place.far.threads.update(many(250))
    await place.pull()
    old = replace(place.far.threads["c240"], unread=True)
    place.far.threads["c240"] = replace(old, fingerprint=row_fingerprint(old))

    await place.pull()

    row = queries.inbox_row(place.store, ConversationKey(WORKSPACE, "c240"))
    assert row is not None
    assert row.unread


async def test_what_was_read_elsewhere_is_noticed_though_mails_were_stored_in_another_order(place: Place) -> None:
    """More are unread than a page holds; the order of the page is that in which the provider stored them."""
    rows = [replace(row, unread=True, stored_at=row.last_at) for row in many(150).values()]
    rows[50:52] = [replace(rows[51], stored_at=rows[50].stored_at), replace(rows[50], stored_at=rows[51].stored_at)]
    place.far.threads = {row.id: row for row in rows}
    place.far.shuffled = True
    await place.pull()
    read = replace(place.far.threads["c20"], unread=False)
    place.far.threads["c20"] = read

    await place.pull()

    shown = {row.key.id: row.unread for row in queries.inbox_rows(place.store, queries.View.ALL, limit=200)}
    assert [each for each, unread in shown.items() if not unread] == ["c20"]


async def test_an_interrupted_import_says_so_and_is_taken_up_again(place: Place) -> None:
    """What was read stays; the next pull reads everything, because the first never came to an end."""
    place.far.threads.update(many(250))
    place.far.troubles["conversations"] = [lambda: None, Uncertain("HeyReach did not answer in time.")]

    broken = await place.pull()
    kept = count(place)
    whole = await place.pull()

    assert (broken.complete, broken.reason) == (False, "HeyReach did not answer in time.")
    assert kept == 100
    assert (whole.complete, count(place)) == (True, 250)


async def test_a_poll_that_breaks_off_leaves_nothing_unread_behind_it(place: Place) -> None:
    """The next poll goes back to where the last one that came to its end had been."""
    place.far.threads.update(many(250))
    await place.pull()
    written = list(place.far.threads)[:150]
    for one in written:
        place.clock.advance(60)
        place.far.write(one, "News")
    place.far.troubles["conversations"] = [lambda: None, Uncertain("HeyReach did not answer in time.")]

    broken = await place.pull()
    await place.pull()

    assert not broken.complete
    assert [each for each in written if place.bodies(each)[-1:] != ["News"]] == []


async def test_an_expired_cursor_loses_nothing(place: Place) -> None:
    """A cursor refused half-way restarts the walk."""
    place.far.threads.update(many(250))
    place.far.troubles["conversations"] = [lambda: None, Rejected("Cursor is not valid.", status=400)]

    report = await place.pull()

    assert (report.complete, count(place)) == (True, 250)


async def test_a_list_that_is_suddenly_empty_changes_nothing(place: Place) -> None:
    """An empty answer where there were many conversations is an outage, not the truth."""
    place.far.threads.update(many(20))
    await place.pull()
    place.far.mute = True

    reports = [await place.pull(full=True) for _ in range(3)]

    assert not any(report.complete for report in reports)
    assert "suddenly" in reports[0].reason
    assert count(place) == 20


async def test_a_conversation_is_gone_after_two_walks_and_a_404(place: Place) -> None:
    """Deleted at the provider: greyed only when two whole walks miss it and a look-up says so."""
    place.far.threads.update(many(40))
    await place.pull()
    del place.far.threads["c7"]
    key = ConversationKey(WORKSPACE, "c7")

    await place.pull(full=True)
    once = queries.inbox_row(place.store, key)
    await place.pull(full=True)
    twice = queries.inbox_row(place.store, key)

    assert once is not None
    assert twice is not None
    assert (once.gone, twice.gone) == (False, True)
    assert place.bodies("c7") == ["Hello 7"]


async def test_a_conversation_that_the_list_forgets_is_not_gone(place: Place) -> None:
    """Missing from the list but still there by itself: it stays."""
    place.far.threads.update(many(40))
    await place.pull()
    kept = place.far.threads.pop("c7")

    await place.pull(full=True)
    place.far.troubles["thread"] = [lambda: place.far.threads.update({"c7": kept})]
    await place.pull(full=True)

    row = queries.inbox_row(place.store, ConversationKey(WORKSPACE, "c7"))
    assert row is not None
    assert not row.gone


async def test_messages_that_the_list_leaves_out_are_fetched(place: Place) -> None:
    """A row with fewer messages than it claims is completed by reading its thread."""
    whole = conversation("c1", outbound("Hi", minutes=1), inbound("Yes?", minutes=2), outbound("So", minutes=3))
    listed = replace(whole, messages=whole.messages[-1:], messages_complete=False)
    place.far.threads["c1"] = replace(listed, total_messages=3)
    place.far.troubles["thread"] = [lambda: place.far.threads.update({"c1": whole})]

    report = await place.pull()
    place.far.calls.clear()
    await place.pull()

    assert place.bodies() == ["Hi", "Yes?", "So"]
    assert report.threads_missing == 0
    assert place.far.calls["thread"] == 0


async def test_while_somebody_watches_threads_follow_poll_by_poll(places: Callable[..., Place], place: Place) -> None:
    """A first import shows all rows at once and their messages bit by bit, saying how many are to come."""
    far = FarSide(place.clock, provider_name=ProviderName.NETWORKHQ, threads=many(50))
    networkhq = places(far)

    reports = [await networkhq.pull(all_threads=False) for _ in range(3)]

    assert [report.threads_missing for report in reports] == [30, 10, 0]
    assert [report.complete for report in reports] == [False, False, True]
    assert "30 conversations" in reports[0].reason


async def test_the_conversation_on_screen_is_read_first(places: Callable[..., Place], place: Place) -> None:
    """However long the import, what is looked at comes next."""
    far = FarSide(place.clock, provider_name=ProviderName.NETWORKHQ, threads=many(50))
    networkhq = places(far)
    networkhq.link.memory.on_screen = networkhq.link.key("c49")

    await networkhq.pull(all_threads=False)

    assert networkhq.bodies("c49") == ["Hello 49"]


async def test_a_thread_that_cannot_be_read_is_counted_and_left_alone(
    places: Callable[..., Place], place: Place
) -> None:
    """One unreadable thread is named in the report and does not cost a request at every poll."""
    far = FarSide(place.clock, provider_name=ProviderName.NETWORKHQ, threads=many(3))
    networkhq = places(far)
    far.troubles["thread"] = [Uncertain("It broke.")]

    first = await networkhq.pull()
    far.calls.clear()
    second = await networkhq.pull()

    assert (first.threads_missing, second.threads_missing) == (1, 1)
    assert not first.complete
    assert far.calls["thread"] == 0


async def test_an_edit_on_an_unchanged_page_of_networkhq_is_found(places: Callable[..., Place], place: Place) -> None:
    """A changed row leads to its thread."""
    far = FarSide(place.clock, provider_name=ProviderName.NETWORKHQ, threads=many(30))
    networkhq = places(far)
    await networkhq.pull()
    far.write("c20", "News", remote_id="m-1")
    far.calls.clear()

    await networkhq.pull()

    assert networkhq.bodies("c20")[-1] == "News"
    assert far.calls["thread"] == 1


async def test_the_whole_inbox_is_walked_once_a_day(place: Place) -> None:
    """Old rows that changed quietly are found within a day."""
    place.far.threads.update(many(250))
    await place.pull()
    quiet = replace(place.far.threads["c240"], blocked=True)
    place.far.threads["c240"] = replace(quiet, fingerprint=row_fingerprint(quiet))
    place.clock.advance(DAY / 1_000_000)

    report = await place.pull()

    assert report.conversations_changed == 1


@pytest.mark.parametrize("error", [NeverSent("No connection."), Unauthorised("The key is wrong.", status=401)])
async def test_when_nothing_can_be_read_nothing_more_is_asked(place: Place, error: Exception) -> None:
    """Offline or with a refused key, one request is enough to know."""
    place.far.troubles["conversations"] = [error]

    report = await place.pull()

    assert (report.complete, report.reason) == (False, str(error))
    assert place.far.calls.total() == 1


async def test_a_list_without_an_end_stays_incomplete_and_rests(place: Place) -> None:
    """A list that goes in a circle is not walked again at every poll, and is not called complete either."""
    place.far.circle = True

    reports = [await place.pull() for _ in range(3)]

    assert [report.complete for report in reports] == [False] * 3
    assert "circle" in reports[2].reason
    assert place.far.calls["conversations"] == 4


async def test_a_date_in_the_future_does_not_hide_what_comes_before_it(place: Place) -> None:
    """A conversation dated next year is shown and moves no mark."""
    await place.pull()
    place.far.threads["c9"] = replace(
        conversation("c9", inbound("From the future")), last_at=place.clock.now() + 9 * DAY
    )
    await place.pull()
    place.far.write("c1", "Now")
    await place.pull()

    state = writes.stream_state(place.store, WORKSPACE, "conversations")
    assert place.bodies("c1")[-1] == "Now"
    assert state.high_water is not None
    assert state.high_water <= place.clock.now()


async def test_progress_is_told(place: Place) -> None:
    """A long import says how far it is."""
    place.far.threads.update(many(250))
    await place.pull()

    done = [event.done for event in place.events if isinstance(event, Progressed) and event.stream == "conversations"]
    assert done == [100, 200]
