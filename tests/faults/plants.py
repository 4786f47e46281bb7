"""Faults to be planted: each breaks the law at one place, and the tests named beside it must notice.

A plant is a replacement of text in a copy of the tree. The old text must occur exactly once in the files of its
pattern, so that a plant cannot become stale in silence when the code is changed.
"""

from __future__ import annotations

from dataclasses import dataclass

Change = tuple[str, str, str]
"""Files as a pattern, the text to replace, the text in its place."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One fault, and the tests that must catch it."""

    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    quick: bool = False
    """Among the sample that runs in CI."""


def plant(name: str, where: str, old: str, new: str, *tests: str, quick: bool = False) -> Plant:
    """A fault of one replacement."""
    return Plant(name, ((where, old, new),), tests, quick)


PUSH, OUTBOX = "tests/sync/test_push.py", "tests/store/test_outbox.py"
SETTLING = "tests/store/test_outbox_settling.py"
RECONCILE, OUTCOMES = "tests/sync/test_reconcile.py", "tests/sync/test_outcomes.py"
HTTP, STREAMS = "tests/providers/test_http.py", "tests/store/test_streams.py"

PLANTS: tuple[Plant, ...] = (
    Plant(
        "claimed after the POST",
        (
            (
                "sync/push.py",
                "    if not take(link, entry, baseline=baseline(link, reply",
                "    if not (now := baseline(link, reply",
            ),
            (
                "sync/push.py",
                "    return _after_answer(link, entry, result)",
                "    take(link, entry, baseline=now)\n    return _after_answer(link, entry, result)",
            ),
        ),
        (
            f"{PUSH}::test_a_cancelled_send_is_in_doubt",
            f"{PUSH}::test_a_delivered_send_without_an_answer_is_settled_by_the_next_poll",
        ),
    ),
    plant(
        "claimed without comparing",
        "store/outbox_states.py",
        " where id = :id and state = :before",
        " where id = :id",
        f"{OUTBOX}::test_a_claim_succeeds_once",
        f"{OUTBOX}::test_undo_keeps_what_was_typed_meanwhile",
        OUTBOX,
    ),
    plant(
        "a restart queues what was being sent",
        "store/outbox_recovery.py",
        "return State.IN_DOUBT, _INTERRUPTED",
        'return State.QUEUED, ""',
        f"{SETTLING}::test_a_crash_while_sending_leaves_doubt",
        quick=True,
    ),
    plant(
        "a restart sends what could still be undone",
        "store/outbox_recovery.py",
        "return State.HELD, _UNDO_LOST",
        'return State.QUEUED, ""',
        f"{SETTLING}::test_a_crash_while_sending_leaves_doubt",
    ),
    plant(
        "a send is tried again after a 5xx",
        "providers/http.py",
        "return await self._once(call, Lane.ACTION, send=True, patience=self._deadline)",
        "return await self.read(call, lane=Lane.ACTION)",
        f"{HTTP}::test_a_send_is_one_request_whatever_the_answer",
    ),
    plant("a 5xx is called failed", "sync/outcomes.py", 'return "in_doubt"', 'return "failed"', OUTCOMES, quick=True),
    plant(
        "a time-out is called not sent",
        "providers/failures.py",
        'return Uncertain(f"{service.title} did not answer in time.',
        'return NeverSent(f"{service.title} did not answer in time.',
        f"{HTTP}::test_a_failed_send_says_whether_it_can_have_arrived",
    ),
    plant(
        "a doubt is queued again",
        "sync/settling.py",
        'return finish(link, entry, "in_doubt", error=sentence)',
        "return requeue(link, entry, sentence, seconds=0)",
        PUSH,
    ),
    plant(
        "a cancelled send is queued again",
        "sync/push.py",
        'doubt(link, entry, "Postroom stopped while this was being sent.',
        'requeue(link, entry, seconds=0, sentence="Postroom stopped while this was being sent.',
        f"{PUSH}::test_a_cancelled_send_is_in_doubt",
    ),
    plant(
        "the draft is removed in a transaction of its own",
        "store/outbox*.py",
        "            delete_draft(user, ConversationKey(command.workspace, command.conversation))\n",
        "            delete_draft(user, ConversationKey(command.workspace, command.conversation))\n"
        '            user.execute("commit")\n            user.execute("begin immediate")\n',
        f"{OUTBOX}::test_a_send_that_cannot_be_written_keeps_the_draft",
    ),
    plant(
        "an undone reply is not given back",
        "store/outbox*.py",
        "user, key, command.text",
        "user, key, ''",
        OUTBOX,
    ),
    plant(
        "send pressed twice is sent twice",
        "store/outbox*.py",
        "        if twin and resend_of is None:",
        "        if twin and resend_of:",
        f"{OUTBOX}::test_send_pressed_twice_is_one_message",
    ),
    plant(
        "redirects are followed",
        "providers/transport.py",
        "follow_redirects=False",
        "follow_redirects=True",
        f"{HTTP}::test_hf13_a_redirect_is_not_followed",
    ),
    Plant(
        "one echo settles several sends",
        (
            ("sync/reconcile.py", "        left.remove(echo)\n", ""),
            ("sync/reconcile.py", "needed = max(attempt.baseline, needed) + 1", "needed = attempt.baseline + 1"),
        ),
        (RECONCILE,),
    ),
    plant(
        "what was there before counts as an echo",
        "sync/reconcile.py",
        "needed = max(attempt.baseline, needed) + 1",
        "needed += 1",
        RECONCILE,
        quick=True,
    ),
    plant(
        "a read begun before the send ended proves something",
        "sync/reconcile.py",
        "for a in attempts if a.ended <= read_began)",
        "for a in attempts)",
        RECONCILE,
    ),
    plant(
        "a restored outbox sends what was queued",
        "store/outbox_recovery.py",
        '_hold(store, ("undo", "queued"), reason=reason, now=now)',
        '_hold(store, ("undo",), reason=reason, now=now)',
        "tests/store/test_identity.py",
        "tests/store/test_backup.py",
    ),
    plant(
        "a conversation goes on after a doubt",
        "store/outbox_states.py",
        "BLOCKING = (_.UNDO, _.QUEUED, _.SENDING, _.IN_DOUBT)",
        "BLOCKING = (_.UNDO, _.QUEUED, _.SENDING)",
        f"{PUSH}::test_doubt_pauses_its_conversation_and_no_other",
    ),
    plant(
        "a refused key stops nothing",
        "sync/outcomes.py",
        "return isinstance(error, (Unauthorised, Forbidden))",
        "return isinstance(error, int)",
        f"{PUSH}::test_a_refused_key_stops_all_sends",
    ),
    Plant(
        "a pending send times out into failed",
        (
            ("sync/echoes.py", 'state="in_doubt", error=sentence, now=now', 'state="failed", error=sentence, now=now'),
            (
                "store/outbox_states.py",
                "_.PENDING: frozenset({_.SENT, _.IN_DOUBT})",
                "_.PENDING: frozenset({_.SENT, _.FAILED})",
            ),
        ),
        (f"{PUSH}::test_pending_becomes_doubt_after_time_and_syncs",),
    ),
    plant(
        "nobody looks before a send",
        "sync/push.py",
        "    if sentence:\n        return hold(link, entry, sentence)\n",
        "",
        "tests/sync/test_preconditions.py",
    ),
    plant(
        "a thread read in part is enough to send",
        "sync/push.py",
        "    if not read.complete:",
        "    if read is None:",
        "tests/sync/test_over_http.py::test_a_thread_that_cannot_be_read_to_its_end_lets_nothing_leave",
    ),
    plant(
        "a limit is not waited for",
        "sync/push.py",
        "        return error.retry_after\n",
        "        return 0.0\n",
        f"{PUSH}::test_a_waiting_reply_says_when_it_is_tried_again",
    ),
    plant(
        "a doubtful resume is repeated",
        "sync/control.py",
        'if outcome_of(error) != "in_doubt":\n'
        '            return fail(link, entry, f"{error} The campaign was not resumed.")',
        'if outcome_of(error) == "in_doubt":\n            return requeue(link, entry, str(error), seconds=0)',
        "tests/sync/test_control.py::test_a_doubtful_resume_is_settled_by_reading_alone",
    ),
    plant(
        "a stop that is not shown is claimed",
        "sync/control.py",
        "return (bool(states) or link.habits.stopped_leaves) and EnrolmentState.ACTIVE not in states",
        "return True",
        "tests/sync/test_control.py",
    ),
    plant(
        "a doubled bubble",
        "store/queries.py",
        "            if shown[entry.text_hash] > 0:",
        "            if entry.id < 0:",
        f"{SETTLING}::test_an_echo_is_shown_until_the_thread_shows_it",
    ),
    plant(
        "the output filter is off",
        "tui/filter.py",
        "        app._filters.append(OutputFilter())",
        "        pass",
        "tests/tui/test_filter.py",
    ),
    plant(
        "C1 controls pass",
        "postroom/text.py",
        '_BROKEN = "\\x80-\\x84\\x86-\\x9f',
        '_BROKEN = "',
        "tests/postroom/test_text.py",
    ),
    plant(
        "the log is not redacted",
        "postroom/log.py",
        "            _without_secrets,\n",
        "",
        "tests/postroom/test_log.py",
    ),
    plant("the crash note tells the key", "tui/crash.py", "{redact(str(error))}", "{error}", "tests/tui/test_crash.py"),
    plant(
        "two instances write",
        "store/database.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        "tests/store/test_database.py",
    ),
    plant(
        "the lock is inherited by children",
        "store/database.py",
        "os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)",
        "os.O_RDWR | os.O_CREAT, 0o600)\n            os.set_inheritable(descriptor, True)",
        "tests/store/test_database.py",
    ),
    plant(
        "a claim need not be on disk",
        "store/database.py",
        '            user.execute("pragma synchronous = full")',
        '            user.execute("pragma synchronous = off")',
        "tests/faults/test_power.py",
    ),
    plant(
        "an incomplete walk counts as a whole one",
        "store/streams.py",
        "        if not complete:\n            return\n",
        "",
        STREAMS,
    ),
    plant(
        "the end of the list is taken for granted",
        "sync/walk.py",
        "complete=not reason and not enough",
        "complete=not enough",
        "tests/sync/test_walk.py",
    ),
    plant(
        "a decision is lost with the cache",
        "store/database.py",
        "        journal.project_pending(store)\n",
        "",
        "tests/faults/test_recovery.py",
    ),
    plant(
        "a full disk does not stop sending",
        "store/room.py",
        "    if _free(store.state_dir) >= store.room_needed:",
        "    if store.room_needed:",
        "tests/store/test_room.py",
    ),
    plant(
        "a damaged file is thrown away",
        "store/files.py",
        '            Path(f"{path}{suffix}").rename(f"{target}{suffix}")',
        '            Path(f"{path}{suffix}").unlink()',
        "tests/store/test_backup.py",
        "tests/store/test_database.py",
    ),
    Plant(
        "files are open to others",
        (
            ("store/database.py", "    os.umask(0o077)\n", "    os.umask(0)\n"),
            ("store/files.py", "os.O_EXCL | os.O_CLOEXEC, 0o600", "os.O_EXCL | os.O_CLOEXEC, 0o644"),
            ("store/files.py", "stat.S_IMODE(companion.stat().st_mode) & 0o077", "companion.stat().st_mode & 0"),
        ),
        ("tests/store/test_database.py::test_everything_is_private_whatever_the_umask",),
    ),
    plant(
        "any certificate will do",
        "providers/transport.py",
        "verify=context",
        "verify=False",
        "tests/providers/test_transport.py",
    ),
    plant(
        "a key shows itself",
        "postroom/secrets.py",
        '        return f"Secret({_MASK})"',
        '        return f"Secret({self._value})"',
        "tests/postroom/test_secrets.py",
    ),
    plant(
        "a walk that was stopped moves the mark",
        "sync/inbox.py",
        "    complete = complete and reading.tally.revived == link.store.revived",
        "    complete = True",
        "tests/sync/test_pull.py::test_a_poll_that_breaks_off_leaves_nothing_unread_behind_it",
    ),
)
