"""Making a workspace from the seed. The same seed, size and moment always make the same one."""

from __future__ import annotations

import base64

from simulator.campaigns import WITH_CONVERSATIONS, make_campaigns
from simulator.clock import DAY, MINUTE, SECOND
from simulator.config import EVERYTHING, SCOPES, SimulatorConfig
from simulator.dice import Dice, mix
from simulator.instantly.ids import thread_id
from simulator.people import person
from simulator.threads import Conversation, draw_length, draw_mood, ends_with_lead
from simulator.workspace import LeadList, Sender, Workspace, rank

_SPREAD = 120 * DAY
_LARGE = 5000
"""A larger inbox is longer, not busier: its newest conversations are this far apart."""
_APART = 20 * SECOND
_SENDERS = 6
_SENDER_PEOPLE = 3_000_000_000
_NETWORKHQ_PEOPLE = 1_000_000_000
_INSTANTLY_PEOPLE = 2_000_000_000
_SEEDS = {"heyreach": 1, "networkhq": 2, "instantly": 3}
_WORKSPACE_PEOPLE = 5_000_000


def make_workspace(config: SimulatorConfig, provider: str, number: int, *, anchor: int) -> Workspace:
    """Workspace `number` (from 0) of a provider."""
    keys, size = config.keys(provider), config.size(provider)
    made = Workspace(
        provider=provider,
        name=provider if len(keys) == 1 else f"{provider}-{number + 1}",
        key=keys[number],
        world_seed=config.seed,
        seed=mix(config.seed, _SEEDS[provider], number),
        anchor=anchor,
        scopes=frozenset(config.scopes.get(keys[number], (EVERYTHING,) if provider == "instantly" else SCOPES)),
        credits=config.credits,
    )
    made.senders = [_sender(made, index) for index in range(_SENDERS)]
    made.campaigns = make_campaigns(made.seed, provider, anchor, _SENDERS)
    shared = config.heyreach_conversations // len(config.heyreach_keys) if config.heyreach_keys else 0
    count = size // len(keys) + (number < size % len(keys))
    for index in range(count):
        _add(made, _conversation(made, index, count, number, shared, config.long_thread))
    made.ranks.sort()
    made.lists = _lists(made)
    return made


def _add(workspace: Workspace, conversation: Conversation) -> None:
    """Put a conversation into the workspace and its lead into the campaigns."""
    workspace.conversations.append(conversation)
    workspace.by_id[conversation.id] = conversation
    workspace.by_person.setdefault(conversation.person, []).append(conversation.index)
    workspace.ranks.append(rank(conversation))
    if conversation.campaign is None:
        return
    workspace.campaigns[conversation.campaign].members.setdefault(conversation.person, conversation.sender)
    draw = mix(workspace.seed, 21, conversation.index)
    if draw % 8 == 0:
        second = WITH_CONVERSATIONS[draw // 8 % len(WITH_CONVERSATIONS)]
        if not workspace.campaigns[second].empty_list:
            workspace.campaigns[second].members.setdefault(conversation.person, conversation.sender)


def _conversation(
    workspace: Workspace, index: int, count: int, number: int, shared: int, long_thread: int
) -> Conversation:
    """Conversation `index` of `count`; a lower index is newer."""
    seed = mix(workspace.seed, 20, index)
    dice = Dice(seed)
    mood = draw_mood(dice)
    last_at = workspace.anchor - _age(index, count, dice)
    campaign = dice.pick(WITH_CONVERSATIONS) if dice.percent(88) else None
    if campaign is not None and workspace.campaigns[campaign].empty_list:
        campaign = 0
    made = Conversation(
        index=index,
        id=_id(workspace, index, seed),
        seed=seed,
        person=_lead_number(workspace.provider, index, number, shared),
        sender=dice.below(_SENDERS) if campaign is None else dice.pick(workspace.campaigns[campaign].senders),
        campaign=campaign,
        told_campaign=dice.percent(93),
        mood=mood,
        length=long_thread if long_thread and index == 0 else draw_length(dice, mood),
        began_last_at=last_at,
        last_at=last_at,
        seen=not dice.percent(75 if index < count // 6 else 16),
        group=index % 61 == 17,
        blocked_by_me=index % 149 == 33,
        blocked_by_lead=index % 83 == 29,
    )
    made.seen = made.seen or not ends_with_lead(made)
    return made


def _age(index: int, count: int, dice: Dice) -> int:
    """How long ago the newest message was: minutes for the first, 120 days for the last, denser towards now."""
    share = index / max(1, count)
    gap = (index + 1) / max(1, count) - share
    apart = _APART * index if count > _LARGE else 0
    return (
        2 * MINUTE
        + apart
        + round(_SPREAD * share**2)
        + dice.below(max(1, round(_SPREAD * gap * gap)))
        + dice.below(SECOND)
    )


def _id(workspace: Workspace, index: int, seed: int) -> str:
    """A conversation's id, as its provider would write it."""
    if workspace.provider == "networkhq":
        return f"conv_{seed:016x}{index:05x}"
    if workspace.provider == "instantly":
        return thread_id(workspace.seed, index)
    raw = seed.to_bytes(8, "big") + mix(seed, index).to_bytes(8, "big")
    return f"2-{base64.b64encode(raw).decode()}"


def _lead_number(provider: str, index: int, number: int, shared: int) -> int:
    """Who the lead is. Some write with two of our senders, and some with several providers."""
    if provider == "heyreach":
        return number * _WORKSPACE_PEOPLE + (index - 1 if index % 41 == 40 else index)
    if provider == "instantly":
        own = _INSTANTLY_PEOPLE + number * _WORKSPACE_PEOPLE + index
        return (index * 3 + 1) % shared if shared and index % 4 == 1 else own
    if shared and index % 6 == 2:
        return (index * 2 + 1) % shared
    return _NETWORKHQ_PEOPLE + number * _WORKSPACE_PEOPLE + index


def _sender(workspace: Workspace, index: int) -> Sender:
    """Sender `index`. The fifth has lost its session with LinkedIn."""
    who = _SENDER_PEOPLE + mix(workspace.seed, 11, index) % 900_000_000
    someone = person(workspace.world_seed, who)
    ids = {
        "heyreach": str(116_968 + index * 615 + mix(workspace.seed, 12) % 500),
        "networkhq": f"acc_{mix(workspace.seed, 13, index):016x}",
        "instantly": someone.email.replace("@example.com", "@acme.example"),
    }
    return Sender(
        index=index,
        id=ids[workspace.provider],
        person=someone,
        usable=index != 4,
        cooling=index == 3,
        navigator=index % 2 == 0,
    )


def _lists(workspace: Workspace) -> list[LeadList]:
    """The lists that the campaigns draw from, and one of companies."""
    lists: dict[str, LeadList] = {}
    for campaign in workspace.campaigns:
        found = lists.setdefault(
            campaign.list_id, LeadList(campaign.list_id, f"{campaign.name} (list)", campaign.created_at - DAY)
        )
        found.campaigns += (campaign.id,)
        if not campaign.empty_list:
            found.people.update(dict.fromkeys(campaign.members))
    if workspace.provider == "heyreach":
        lists["188214"] = LeadList("188214", "Target accounts", workspace.anchor - 40 * DAY, companies=True)
    return list(lists.values())
