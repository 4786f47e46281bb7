"""Instantly's leads, lists, labels and block list. Moving and classifying are done a little later, as jobs."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.answers import Answer, Call, Json
from simulator.clock import DAY, SECOND, written
from simulator.instantly.asking import fields, limit, page, refused, text, texts
from simulator.instantly.ids import job_id, parts, uuid
from simulator.instantly.mails import OWN_LABEL
from simulator.instantly.naming import find_lead, lead_id
from simulator.workspace import LeadList

_STATES = {"Pending": 1, "InSequence": 1, "Finished": 3, "Paused": 2, "Failed": -1, "Excluded": -3}
_LIST_FIELDS = (
    "campaign", "list_id", "in_campaign", "in_list", "search", "filter", "ids", "excluded_ids", "contacts", "queries",
    "distinct_contacts", "enrichment_status", "limit", "starting_after",
)  # fmt: skip
_MOVE_FIELDS = (
    "campaign", "list_id", "to_campaign_id", "to_list_id", "reset_interest_status", "check_duplicates",
    "check_duplicates_in_campaigns",
)  # fmt: skip
_NAMES = ("first_name", "last_name", "company_name", "job_title")
_LATE = 3 * SECOND
"""How long a lead that was just added is missing in the list."""
_CREATED = frozenset({"skip_if_in_workspace", "skip_if_in_campaign", "skip_if_in_list", "verify_leads_on_import"})

Member = tuple[int, int]
"""The index of a campaign and the number of a person in it."""


def list_leads(call: Call) -> Answer:
    """A page of leads, sorted by id."""
    fields(call, optional=_LIST_FIELDS)
    limit(call, body=True)
    return page(call, _chosen(call), lambda member: _lead(call, member), lambda member: lead_id(*member), body=True)


def lead(call: Call) -> Answer:
    """One lead."""
    return Answer(json=_lead(call, _known(call, call.path["lead_id"])))


def create_lead(call: Call) -> Answer:
    """Add a lead to a campaign; one that is there already is answered with all the same."""
    body = fields(call, required=("email",), optional=("campaign", "list_id", "custom_variables", *_NAMES, *_CREATED))
    email, campaign = text(body, "email"), call.workspace.campaign(str(body.get("campaign")))
    if campaign is None:
        raise refused(404, "Campaign not found")
    number = call.workspace.by_email().get(email.lower())
    if number is None:
        names = (*(str(body.get(name) or "") for name in _NAMES), email)
        slug = "".join(char if char.isalnum() else "-" for char in email.lower())
        call.world.record(
            call.workspace,
            "add_to_campaign",
            campaign=campaign.id,
            lead=f"https://www.linkedin.com/in/{slug}",
            sender=call.workspace.senders[0].id,
            names=names,
        )
        number = call.workspace.by_email()[email.lower()]
        call.workspace.added[campaign.index, number] = call.now
    return Answer(json=_lead(call, (campaign.index, number)))


def patch_lead(call: Call) -> Answer:
    """Change a lead: here its interest status alone."""
    body = fields(call, optional=("lt_interest_status", *_NAMES))
    member = _known(call, call.path["lead_id"])
    if "lt_interest_status" in body:
        _classify(call, member[1], body["lt_interest_status"])
    return Answer(json=_lead(call, member))


def move_leads(call: Call) -> Answer:
    """Move leads out of a campaign into a list, as a job that takes a moment."""
    body = fields(call, required=("ids", "copy_leads"), optional=_MOVE_FIELDS)
    target = call.workspace.list(str(body.get("to_list_id")))
    if target is None:
        raise refused(404, "Lead list not found")
    if not texts(body, "ids"):
        raise refused(400, "body/ids must NOT have fewer than 1 items")
    done_at = call.now + round(call.world.config.job_seconds * SECOND)
    seq = call.world.ledger.next_seq
    for id_ in texts(body, "ids"):
        campaign, number = _known(call, id_)
        call.world.record(
            call.workspace,
            "stop",
            campaign=call.workspace.campaigns[campaign].id,
            lead=call.workspace.person(number).url,
            message=target.id,
            visible_at=done_at,
        )
    return Answer(json=_job(call, seq))


def job(call: Call) -> Answer:
    """One job, as far as it has come."""
    found = parts(call.path["job_id"])
    if found is None or job_id(found[0]) != call.path["job_id"] or found[0] >= call.world.ledger.next_seq:
        raise refused(404, "Background job not found")
    return Answer(json=_job(call, found[0]))


def jobs(call: Call) -> Answer:
    """The jobs so far."""
    seqs = [event.seq for event in call.world.ledger.actions("stop") if event.workspace == call.workspace.name]
    return page(call, seqs, lambda seq: _job(call, seq), job_id)


def update_interest(call: Call) -> Answer:
    """Say what a lead's answers amount to; done later."""
    body = fields(
        call,
        required=("lead_email", "interest_value"),
        optional=("campaign_id", "list_id", "ai_interest_value", "disable_auto_interest"),
    )
    number = call.workspace.by_email().get(text(body, "lead_email").lower())
    if number is None:
        raise refused(404, "Lead not found")
    _classify(call, number, body["interest_value"])
    return Answer(202, {"message": "Lead interest status update background job submitted"})


def lists(call: Call) -> Answer:
    """A page of lists."""
    search = call.query.get("search", "").casefold()
    found = [made for made in call.workspace.lists if search in made.name.casefold()]
    return page(call, found, lambda made: _list(call, made), lambda made: made.id)


def create_list(call: Call) -> Answer:
    """Make a list."""
    body = fields(call, required=("name",), optional=("has_enrichment_task", "owned_by"))
    id_ = uuid(call.world.ledger.next_seq, 0x1158, call.workspace.seed)
    call.world.record(call.workspace, "create_list", message=id_, names=(text(body, "name"),))
    return Answer(json=_list(call, call.workspace.lists[-1]))


def one_list(call: Call) -> Answer:
    """One list."""
    found = call.workspace.list(call.path["list_id"])
    if found is None:
        raise refused(404, "Lead list not found")
    return Answer(json=_list(call, found))


def labels(call: Call) -> Answer:
    """The interest statuses that this workspace has invented: one."""
    label: Json = {
        "id": uuid(OWN_LABEL, 0x1ABE, call.workspace.seed),
        "timestamp_created": written(call.workspace.anchor - 90 * DAY),
        "created_by": uuid(1, 0x05E4, 1),
        "organization_id": call.workspace.organization,
        "label": "Call in spring",
        "interest_status_label": "neutral",
        "interest_status": OWN_LABEL,
        "description": None,
        "use_with_ai": False,
    }
    return page(call, [label], lambda made: made, lambda made: str(made["id"]))


def blocked(call: Call) -> Answer:
    """A page of the block list."""
    search = call.query.get("search", "").casefold()
    found = [(id_, value) for id_, value in call.workspace.blocked.items() if search in value.casefold()]
    return page(call, found, lambda entry: _entry(call, *entry), lambda entry: entry[0])


def block(call: Call) -> Answer:
    """Never write to an address or a domain again."""
    value = text(fields(call, required=("bl_value",)), "bl_value")
    id_ = uuid(call.world.ledger.next_seq, 0xB10C, call.workspace.seed)
    call.world.record(call.workspace, "block", message=id_, text=value)
    return Answer(json=_entry(call, id_, value))


def unblock(call: Call) -> Answer:
    """Take an entry off the block list."""
    id_ = call.path["entry_id"]
    if id_ not in call.workspace.blocked:
        raise refused(404, "Block list entry not found")
    shown = _entry(call, id_, call.workspace.blocked[id_])
    call.world.record(call.workspace, "unblock", message=id_)
    return Answer(json=shown)


def _chosen(call: Call) -> Iterator[Member]:
    """The members of campaigns that a body asks for, by id."""
    wanted = {email.lower() for email in texts(call.body, "contacts")} if call.body.get("contacts") else None
    ids = set(texts(call.body, "ids"))
    search = str(call.body.get("search") or "").casefold()
    workspace = call.workspace
    numbers = None
    if wanted is not None:
        by_email = workspace.by_email()
        numbers = {by_email[email] for email in wanted if email in by_email}
    members = sorted(
        (
            (made.index, number)
            for made in workspace.campaigns
            for number in (made.members if numbers is None else numbers & made.members.keys())
        ),
        key=lambda member: lead_id(*member),
    )
    for member in members:
        shown = _place(call, member)
        if call.now < workspace.added.get(member, 0) + _LATE:
            continue
        if call.body.get("campaign") not in {None, shown["campaign"]}:
            continue
        if call.body.get("list_id") not in {None, shown["list_id"]}:
            continue
        if ids and lead_id(*member) not in ids:
            continue
        who = workspace.person(member[1])
        if search in f"{who.name} {who.company} {who.email}".casefold():
            yield member


def _place(call: Call, member: Member) -> Json:
    """The campaign or list that a lead is in: a move takes effect when its job is done."""
    campaign = call.workspace.campaigns[member[0]]
    moved = call.workspace.moved.get(member)
    if moved is not None and call.now >= moved[0]:
        return {"campaign": None, "list_id": moved[1]}
    return {"campaign": campaign.id, "list_id": None}


def _lead(call: Call, member: Member) -> Json:
    """A lead as Instantly shows it."""
    workspace = call.workspace
    who, campaign = workspace.person(member[1]), workspace.campaigns[member[0]]
    created = workspace.added.get(member, campaign.created_at)
    known = member[1] not in workspace.newcomers
    state = campaign.lead_state(workspace.seed, member[1]) if member not in workspace.moved else "InSequence"
    return {
        "id": lead_id(*member),
        "timestamp_created": written(created),
        "timestamp_updated": written(created),
        "organization": workspace.organization,
        **_place(call, member),
        "status": _STATES[state],
        "email": who.email,
        "first_name": who.first,
        "last_name": who.last,
        "company_name": who.company or None,
        "job_title": who.position or None,
        "website": None,
        "phone": None,
        "payload": {"linkedin_url": who.url, "location": who.place} if known else {},
        "email_open_count": 1,
        "email_reply_count": 0,
        "email_click_count": 0,
        "lt_interest_status": workspace.interests.get(member[1]),
        "subsequence_id": None,
        "timestamp_last_reply": None,
    }


def _classify(call: Call, number: int, value: object) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise refused(400, "body/interest_value must be integer,null")
    call.world.record(
        call.workspace, "interest", lead=call.workspace.person(number).url, text="" if value is None else str(value)
    )


def _job(call: Call, seq: int) -> Json:
    """A move's job."""
    event = call.world.ledger.events(since=seq - 1)[0]
    done, begun = call.now >= event.visible_at, call.now >= (event.at + event.visible_at) // 2
    return {
        "id": job_id(seq),
        "workspace_id": call.workspace.organization,
        "type": "move-leads",
        "entity_id": event.message or None,
        "entity_type": "list",
        "progress": 100 if done else 50 if begun else 0,
        "status": "success" if done else "in-progress" if begun else "pending",
        "created_at": written(event.at),
        "updated_at": written(min(call.now, max(event.visible_at, event.at))),
    }


def _known(call: Call, id_: str) -> Member:
    """The lead with that id. 404 when there is none."""
    found = find_lead(call.workspace, id_)
    if found is None:
        raise refused(404, "Lead not found")
    return found


def _list(call: Call, made: LeadList) -> Json:
    return {
        "id": made.id,
        "organization_id": call.workspace.organization,
        "has_enrichment_task": False,
        "owned_by": uuid(1, 0x05E4, 1),
        "name": made.name,
        "timestamp_created": written(made.created_at),
    }


def _entry(call: Call, id_: str, value: str) -> Json:
    return {
        "id": id_,
        "timestamp_created": written(call.now),
        "organization_id": call.workspace.organization,
        "bl_value": value,
        "is_domain": "@" not in value,
    }
