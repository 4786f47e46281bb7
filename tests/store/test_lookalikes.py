"""Names made to look like another: a lead's, a sender's of ours, a company's; and nobody honest is accused."""

from __future__ import annotations

from store import queries, search, writes, writes_campaigns
from store.database import Store
from store.rows import View
from tests import builders as make

WORKSPACE = "acme"


def warned(store: Store, *leads: object) -> dict[str, str]:
    """Why each of these leads is flagged, by name and company."""
    page = make.page(
        *(make.conversation(f"c{n}", make.inbound(f"Hello {n}", minutes=n), who=who) for n, who in enumerate(leads))
    )
    writes.apply_conversations(store, WORKSPACE, "heyreach", page, now=make.at(600))
    while search.index_pending(store):
        pass
    rows = queries.inbox_rows(store, View.ALL, limit=50)
    return {f"{row.lead_name} ({row.company})": row.lookalike for row in rows}


def lead(name: str, company: str = "") -> object:
    return make.lead(name, id=f"l {name} {company}", company=company, profile_url=None)


def test_our_own_senders_and_companies_are_imitated_too(store: Store) -> None:
    """A “colleague” who writes from outside, a company of other letters, a lead who calls themselves a company."""
    writes_campaigns.apply_senders(store, WORKSPACE, make.page(make.sender()), now=make.at(0))
    found = warned(
        store,
        lead("Grace Hopper", "Acme Rockets"),
        lead("J\u0430ne Doe"),
        lead("Mary Somerville", "\u0410cme Rockets"),
        lead("Acm\u0435 Rockets"),
        lead("Zoë Müller", "Ростов АО"),
        lead("Jane Doe", "Kaffee Größe"),
    )

    assert {who: why.split(",")[0] for who, why in found.items() if why} == {
        "J\u0430ne Doe ()": "This name reads like Jane Doe",
        "Mary Somerville (\u0410cme Rockets)": "Their company reads like Acme Rockets",
        "Acm\u0435 Rockets ()": "This name reads like Acme Rockets",
    }
    assert "in your inbox" in found["J\u0430ne Doe ()"]


def test_a_sender_of_ours_who_is_no_lead_is_known_as_such(store: Store) -> None:
    """Nobody of that name is in the inbox: it is one of us who is imitated."""
    writes_campaigns.apply_senders(store, WORKSPACE, make.page(make.sender()), now=make.at(0))

    assert "one of your own senders" in warned(store, lead("J\u0430ne Doe"))["J\u0430ne Doe ()"]
