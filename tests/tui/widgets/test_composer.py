"""The composer: nothing is lost, and nothing but a modified key sends."""

from __future__ import annotations

import pytest
from textual import events

from tests.tui.widgets.stage import Play, on_stage
from tui.widgets.composer import Composer


class Ticks:
    """A monotonic clock that stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(play: Play, text: str = "", **how: object) -> Composer:
    play.widget.open(lead="Ada Lovelace", sender="Jane Doe", channel="LinkedIn", text=text, **how)
    return play.widget


async def pasted(play: Play, text: str) -> None:
    play.widget.post_message(events.Paste(text))
    await play.pilot.pause()


async def test_the_border_says_who_writes_to_whom() -> None:
    """Recipient, sender and channel are in sight while one writes, and so is the length."""
    async with on_stage(Composer()) as play:
        composer = opened(play, "Dear Ada")

        assert composer._border_title.plain == "reply to Ada Lovelace as Jane Doe · LinkedIn"
        assert composer._border_subtitle.plain == "8/8000"


async def test_a_name_in_the_border_is_text() -> None:
    """A lead named like an action stays a name."""
    async with on_stage(Composer()) as play:
        play.widget.open(lead="[@click=app.quit]x[/]", sender="[/foo]", channel="\x1b]0;x\x07")

        assert play.widget._border_title.plain == "reply to [@click=app.quit]x[/] as [/foo] · ␛]0;x␇"


async def test_a_kept_draft_comes_back_with_the_cursor_at_its_end() -> None:
    """One goes on writing where one stopped."""
    async with on_stage(Composer()) as play:
        opened(play, "Dear Ada,\n\nThur")
        await play.pilot.press("s")

        assert play.widget.text == "Dear Ada,\n\nThurs"


@pytest.mark.parametrize(("key", "done"), [("ctrl+s", False), ("alt+enter", True)])
async def test_a_modified_key_sends(key: str, *, done: bool) -> None:
    """ctrl+s sends, alt+enter sends and is done with it."""
    async with on_stage(Composer()) as play:
        opened(play, "Yes.")
        await play.pilot.press(key)

        assert [(sent.text, sent.done) for sent in play.of(Composer.SendWanted)] == [("Yes.", done)]


async def test_enter_is_a_new_line() -> None:
    """No plain key sends."""
    async with on_stage(Composer()) as play:
        opened(play)
        await play.pilot.press("a", "enter", "b")

        assert (play.widget.text, play.of(Composer.SendWanted)) == ("a\nb", [])


async def test_hc10_a_paste_is_made_safe_and_sends_nothing() -> None:
    """Escapes, bidirectional controls and carriage returns of a paste are text."""
    async with on_stage(Composer()) as play:
        opened(play)
        await pasted(play, "one\r\ntwo\rthree \x1b[201~\x13 \u202e")

        assert play.widget.text == "one\ntwo\nthree ␛[201~␓ <U+202E>"
        assert play.of(Composer.SendWanted) == []


async def test_a_send_key_right_after_a_paste_is_not_obeyed() -> None:
    """What looked like a key may have been part of the paste."""
    ticks = Ticks()
    async with on_stage(Composer(monotonic=ticks)) as play:
        opened(play)
        await pasted(play, "hello")
        ticks.now += 0.2
        await play.pilot.press("ctrl+s")
        soon = len(play.of(Composer.SendWanted))
        ticks.now += 0.2
        await play.pilot.press("ctrl+s")

        assert (soon, len(play.of(Composer.SendWanted))) == (0, 1)
        assert "came with the paste" in play.of(Composer.Refused)[0].sentence


async def test_hc10_a_large_paste_asks_first() -> None:
    """A megabyte lands in the reply only after a yes."""
    async with on_stage(Composer()) as play:
        opened(play, "Hi ")
        await pasted(play, "x" * 6000 + "\x1b")
        before = play.widget.text
        play.widget.accept_paste(play.of(Composer.PasteAsked)[0].text)

        assert (before, play.widget.text) == ("Hi ", "Hi " + "x" * 6000 + "␛")


@pytest.mark.parametrize(
    ("text", "why"), [("  \n ", "nothing to send"), ("x" * 11, "Too long by 1 character: at most 10")]
)
async def test_what_cannot_be_sent_is_refused_with_the_reason(text: str, why: str) -> None:
    """An empty or too long reply stays where it is."""
    async with on_stage(Composer()) as play:
        opened(play, text, limit=10)
        await play.pilot.press("ctrl+s")

        assert play.of(Composer.SendWanted) == []
        assert why in play.of(Composer.Refused)[0].sentence


async def test_escape_parks_the_draft() -> None:
    """Leaving keeps every character."""
    async with on_stage(Composer()) as play:
        opened(play)
        await play.pilot.press("o", "k", "escape")

        assert [parked.text for parked in play.of(Composer.Parked)] == ["ok"]


async def test_what_was_typed_is_handed_over_to_be_saved() -> None:
    """The draft is handed over soon after the last key, each text once."""
    async with on_stage(Composer()) as play:
        opened(play, "kept")
        unchanged = play.widget.flush()
        await play.pilot.press("!")
        changed = play.widget.flush()

        assert (unchanged, changed, play.widget.flush()) == (None, "kept!", None)


async def test_an_autosave_follows_the_last_key() -> None:
    """Half a second after the last key, the app hears of the draft."""
    async with on_stage(Composer()) as play:
        opened(play)
        await play.pilot.press("h", "i")
        timers = (play.widget._quiet, play.widget._latest)
        play.widget._hand_over()
        await play.settle()

        assert None not in timers
        assert [saved.text for saved in play.of(Composer.Autosave)] == ["hi"]
        assert (play.widget._quiet, play.widget._latest) == (None, None)


async def test_a_draft_that_is_not_on_disk_says_so() -> None:
    """A full disk is seen where one writes."""
    async with on_stage(Composer()) as play:
        opened(play, "hi")
        play.widget.show_saved(saved=False)
        unsaved = play.widget._border_subtitle.plain
        play.widget.show_saved(saved=True)

        assert (unsaved, play.widget._border_subtitle.plain) == ("⚠ NOT SAVED · 2/8000", "saved · 2/8000")


async def test_tab_stays_and_the_editor_is_asked_for() -> None:
    """A tab typed while writing does not switch the view; ctrl+e goes to the editor, not to the line's end."""
    async with on_stage(Composer()) as play:
        opened(play, "text")
        await play.pilot.press("tab", "ctrl+e")

        assert play.widget.has_focus
        assert [asked.text for asked in play.of(Composer.EditorWanted)] == ["text"]


async def test_keys_behind_the_send_key_wait_for_what_becomes_of_it() -> None:
    """In one go with it they are no part of what is sent; when nothing is, they are text again, in their order."""
    async with on_stage(Composer()) as play:
        composer = opened(play, "Yes")
        for key in (".", "ctrl+s", "a", "b", "enter", "c"):
            play.pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await play.pilot.pause()
        sent = [message.text for message in play.of(Composer.SendWanted)]
        composer.go_on()
        await play.pilot.pause()

        assert sent == ["Yes."]
        assert composer.text == "Yes.ab\nc"
