"""One person across workspaces: joined by what leads share, explainable, and undone by hand."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from postroom.records import ConversationKey, Lead
from store import journal, kinship, queries, search, writes
from store.database import Store, prepare
from tests.builders import at, conversation, enrolment, inbound, lead, outbound, page

ADA = "https://www.linkedin.com/in/ada-lovelace"
HEYREACH = ConversationKey("acme", "c1")
MAIL = ConversationKey("mail", "t1")
NETWORKHQ = ConversationKey("net", "n1")
PROVIDERS = {"acme": "heyreach", "mail": "instantly", "net": "networkhq"}


def write(store: Store, key: ConversationKey, *, url: str | None = None, email: str | None = None, **more: int) -> None:
    """A conversation whose lead has this profile and this address."""
    who = lead("Ada Lovelace", profile_url=url, email=email)
    record = conversation(
        key.id, inbound(f"from {key.id}", minutes=more.get("minutes", 0)), who=who, fingerprint=f"{url} {email} {more}"
    )
    writes.apply_conversations(store, key.workspace, PROVIDERS[key.workspace], page(record), now=at(5))


def one(store: Store, key: ConversationKey) -> set[ConversationKey]:
    """The conversations of a person."""
    return set(kinship.same_person(store, key))


def test_a_shared_address_and_a_shared_profile_make_one_person_of_three(store: Store) -> None:
    """One lead knows the profile, one the address, one both."""
    write(store, HEYREACH, url=ADA)
    write(store, MAIL, email="ada@engines.example")
    apart = one(store, HEYREACH)
    write(store, NETWORKHQ, url=f"{ADA.upper()}/?trk=x", email="Ada@Engines.example")

    assert apart == {HEYREACH}
    assert one(store, HEYREACH) == one(store, MAIL) == one(store, NETWORKHQ) == {HEYREACH, MAIL, NETWORKHQ}
    assert {row.key: row.also_in for row in queries.inbox_rows(store, queries.View.ALL)}[MAIL] == (
        "heyreach",
        "networkhq",
    )


def test_it_says_why_they_are_one(store: Store) -> None:
    """Each of the others with what it shares."""
    write(store, HEYREACH, url=ADA)
    write(store, NETWORKHQ, url=ADA, email="ada@engines.example")
    write(store, MAIL, email="ada@engines.example")

    assert kinship.reasons(store, HEYREACH) == [
        kinship.Reason(NETWORKHQ, "Both have the profile linkedin.com/in/ada-lovelace."),
        kinship.Reason(MAIL, "Both have the address ada@engines.example."),
    ]


def test_a_lead_record_joins_what_no_conversation_joins(store: Store) -> None:
    """Instantly's lead carries a LinkedIn address that its mails do not."""
    write(store, HEYREACH, url=ADA)
    write(store, MAIL, email="ada@engines.example")
    known = enrolment("k1", who=lead(profile_url=ADA, email="ada@engines.example"))
    writes.apply_campaign_leads(store, "mail", "k1", page(known), now=at(6))

    assert one(store, HEYREACH) == {HEYREACH, MAIL}
    assert kinship.reasons(store, MAIL)[0].sentence == (
        "mail says that the profile linkedin.com/in/ada-lovelace and the address ada@engines.example are one lead."
    )


def test_a_mailbox_of_many_makes_nobody_one(store: Store) -> None:
    """Two leads who share info@ are two people."""
    write(store, MAIL, email="info@engines.example")
    write(store, NETWORKHQ, email="info@engines.example")

    assert one(store, MAIL) == {MAIL}


def test_set_apart_by_hand_and_joined_again_by_undo(store: Store) -> None:
    """The reader knows better, and may change their mind."""
    write(store, HEYREACH, url=ADA)
    write(store, NETWORKHQ, url=ADA, email="ada@engines.example")
    write(store, MAIL, email="ada@engines.example")
    journal.record(store, NETWORKHQ, "apart", now=at(7))
    without = one(store, NETWORKHQ), one(store, HEYREACH), one(store, MAIL)
    journal.undo(store, now=at(8))

    assert without == ({NETWORKHQ}, {HEYREACH}, {MAIL})
    assert one(store, MAIL) == {HEYREACH, MAIL, NETWORKHQ}


def test_joined_by_hand_they_stay_joined_in_a_new_cache(store: Store) -> None:
    """What the reader joined is a decision: it outlives the cache, and a sync does not undo it."""
    write(store, HEYREACH, url=ADA)
    write(store, MAIL, email="countess@engines.example")
    for key in (HEYREACH, MAIL):
        journal.record(store, key, "join", {"key": kinship.hand_key("hr:1")}, now=at(7))
    write(store, MAIL, email="countess@engines.example", minutes=9)
    joined = one(store, HEYREACH)
    with_reset(store)

    assert joined == one(store, MAIL) == {HEYREACH, MAIL}
    assert kinship.reasons(store, MAIL) == [kinship.Reason(HEYREACH, "You joined them.")]


def opened(state_dir: Path) -> Store:
    """A store of its own."""
    prepare(state_dir, session="s")
    return Store.open(state_dir, session="s")


def with_reset(store: Store) -> None:
    """Project the whole journal again."""
    store.cache.execute("update meta set value = 1000000 where key = 'journal_seq'")
    journal.project_pending(store)


def test_a_persons_conversations_are_one_timeline(store: Store) -> None:
    """In the order of time, whichever channel it was, each message with its conversation."""
    who, mail = (
        lead("Ada Lovelace", profile_url=ADA, email="a@b.example"),
        lead("Ada", profile_url=None, email="a@b.example"),
    )
    first = conversation("c1", inbound("one", minutes=1), outbound("three", minutes=3), who=who)
    second = conversation("t1", outbound("two", minutes=2), inbound("four", minutes=4), who=mail)
    writes.apply_conversations(store, "acme", "heyreach", page(first), now=at(5))
    writes.apply_conversations(store, "mail", "instantly", page(second), now=at(5))
    whole = queries.timeline(store, HEYREACH)

    assert [(m.body, m.provider) for m in whole] == [
        ("one", "heyreach"), ("two", "instantly"), ("three", "heyreach"), ("four", "instantly"),
    ]  # fmt: skip
    assert [m.body for m in queries.timeline(store, MAIL, before_id=whole[2].id, limit=1)] == ["two"]


LEADS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c", "d"]), st.sampled_from([None, "x", "y", "z"]), st.integers(0, 5)),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(LEADS)
def test_in_whatever_order_leads_come_and_change_the_people_are_the_same(
    leads: list[tuple[str | None, str | None, int]],
) -> None:
    """What is known in the end decides, not the way it came to be known."""
    with TemporaryDirectory() as folder, closing(opened(Path(folder) / "state")) as store:
        known: dict[ConversationKey, Lead] = {}
        for slug, local, number in leads:
            key = ConversationKey(("acme", "mail", "net")[number % 3], f"c{number}")
            url, email = slug and f"https://linkedin.com/in/{slug}-{slug}{slug}", local and f"{local}@engines.example"
            write(store, key, url=url, email=email)
            known[key] = lead("Ada Lovelace", profile_url=url, email=email)

        for key, who in known.items():
            assert one(store, key) == reached(known, key, who)


def reached(known: dict[ConversationKey, Lead], key: ConversationKey, who: Lead) -> set[ConversationKey]:
    """By walking from lead to lead."""
    found, facts = {key}, {who.profile_url, who.email} - {None}
    while more := {k for k, them in known.items() if k not in found and facts & {them.profile_url, them.email}}:
        found |= more
        facts |= {fact for k in more for fact in (known[k].profile_url, known[k].email)} - {None}
    return found


def test_all_enrolments_of_a_person_are_found_those_without_a_conversation_too(store: Store) -> None:
    """Enrolled by address in a third workspace and never answered: nothing there but the enrolment."""
    write(store, HEYREACH, url=ADA)
    write(store, NETWORKHQ, url=ADA, email="ada@engines.example")
    by_url = enrolment("q3", who=lead(profile_url=ADA))
    by_mail = enrolment("k1", who=lead(id="77", profile_url=None, email="Ada@engines.example"), campaign_name="Mail")
    somebody = enrolment("k1", who=lead("Grace Hopper", id="78", profile_url=None, email="grace@engines.example"))
    writes.apply_enrolments(store, "acme", lead(profile_url=ADA), (by_url,), now=at(6))
    writes.apply_campaigns(store, "mail", "instantly", page(), now=at(6))
    writes.apply_campaign_leads(store, "mail", "k1", page(by_mail, somebody), now=at(6))
    found = queries.person_enrolments(store, HEYREACH)

    assert [(e.workspace, e.campaign_name, e.lead_id) for e in found] == [
        ("acme", "Q3 founders", "lead-ada-lovelace"),
        ("mail", "Mail", "77"),
    ]
    assert {e.lead_id for e in queries.person_enrolments(store, NETWORKHQ)} == {"lead-ada-lovelace", "77"}


def test_a_search_finds_a_person_once(store: Store) -> None:
    """By the newest conversation in which the word occurs; the filter of the inbox still shows every row."""
    write(store, HEYREACH, url=ADA, minutes=3)
    write(store, NETWORKHQ, url=ADA, minutes=9)
    write(store, MAIL, email="other@engines.example", minutes=1)
    while search.index_pending(store):
        pass

    assert [row.key for row in search.search(store, "lovelace")] == [NETWORKHQ, MAIL]
    assert [row.key for row in search.search(store, "lovelace", workspace="acme")] == [HEYREACH]
    assert len(search.filter_rows(store, queries.View.ALL, "lovelace")) == 3
