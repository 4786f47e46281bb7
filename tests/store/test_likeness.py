"""Almost the same text: pointed at, never taken for a proof."""

from __future__ import annotations

import pytest

from store.likeness import alike

LONG = (
    "Thank you for the quick answer. I would gladly show you how the others do it, on Thursday at ten, if that suits."
)


@pytest.mark.parametrize(
    ("ours", "theirs", "wanted"),
    [
        ("Here: https://example.com/a?utm=1 and more", "Here: https://lnkd.in/x and more", True),
        (LONG, LONG[:60] + "…", True),
        (LONG, LONG[:60] + "...", True),
        (LONG, LONG.replace("gladly ", ""), True),
        ("Thanks!", "Thanks!", False),
        ("Thanks!", "Than…", False),
        ("Gladly, Tuesday?", "No, thank you.", False),
        (
            LONG,
            "An entirely different message about something else, of much the same length as the other one has.",
            False,
        ),
        ("", "", False),
    ],
)
def test_what_a_provider_may_have_made_of_a_text(ours: str, theirs: str, wanted: bool) -> None:
    """Addresses shortened, an end cut off, a word lost: like it. Equal, or merely as long: not."""
    assert alike(ours, theirs) is wanted
