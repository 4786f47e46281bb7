"""The registry of keys as Textual's bindings."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.keys import ACTIONS, Place


def bindings() -> list[BindingType]:
    """A binding for every key of the panes, all leading to `action_act` of the screen.

    The composer's keys are its own, under the same ids. An action without a key gets one from the keymap alone, which
    `tui.actions.typing` reads itself.
    """
    return [
        Binding(",".join(action.keys), f"screen.act('{action.id}')", action.label, show=False, id=action.id)
        for action in ACTIONS
        if action.place is Place.PANES and action.keys
    ]
