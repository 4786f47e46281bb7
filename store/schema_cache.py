"""The cache's schema: what came from the providers, and the projection of the journal that the inbox is listed by.

There are no migrations: a changed schema is a new VERSION, which is a new file, filled again by sync.

Message ids grow with time (`store.threads`), so one order serves the thread, the search and the full-text index. That a
message stands there once is the work of the union, which reads the whole thread: an index for it would cost a sixth.
Counts are kept in `tally`, per kind of row and not per view: by triggers when a row changes, and by the page when rows
are new (`store.conversations`), because a trigger would cost a quarter of an import.
The full-text index knows which texts a word is in, not where in them: that is all a search asks, at half the size.
"""

from __future__ import annotations

from store.connection import Connection, transaction

VERSION = 4

_TABLES = """
create table meta (key text primary key, value) without rowid;

create table workspace (
    id integer primary key,
    name text not null unique,
    provider text not null,
    state text not null default '',
    sentence text not null default '',
    synced_at integer
);

create table conversation (
    id integer primary key,
    workspace integer not null,
    native text not null,
    ref text not null,
    fingerprint text not null,
    sender_id text not null,
    sender_name text not null,
    channel text not null,
    lead_id text not null,
    lead_name text not null,
    company text not null,
    position text not null,
    headline text not null,
    location text not null,
    profile_url text,
    email text,
    linkedin_id text,
    person text,
    tags_remote text not null,
    subject text not null,
    preview text not null,
    last_at integer,
    last_direction text not null,
    sort_at integer not null,
    last_inbound_at integer,
    waiting_since integer,
    unread_remote integer,
    verdict_remote text not null,
    verdict_raw text not null,
    total_messages integer,
    message_count integer not null,
    complete integer not null,
    wanted integer not null,
    campaign_id text,
    blocked integer not null,
    is_group integer not null,
    browser_url text,
    missed integer not null default 0,
    gone integer not null default 0,
    unread integer not null,
    read_upto integer,
    folder text not null default 'inbox',
    handled_at integer,
    wake_at integer,
    starred integer not null default 0,
    verdict_local text,
    tags_local text not null default '[]',
    note text not null default '',
    apart integer not null default 0,
    hand_keys text not null default '[]',
    version integer not null default 1,
    verdict text as (coalesce(verdict_local, verdict_remote)) virtual,
    interested integer as (coalesce(verdict_local, verdict_remote) in ('interested', 'curious', 'meeting')) virtual,
    unique (workspace, native)
);

create index conversation_by_time on conversation (sort_at);
create index conversation_by_folder on conversation (folder, sort_at);
create index conversation_by_direction on conversation (last_direction, sort_at) where folder = 'inbox';
create index conversation_interested on conversation (sort_at) where folder = 'inbox' and interested = 1;
create index workspace_by_time on conversation (workspace, sort_at);
create index workspace_by_folder on conversation (workspace, folder, sort_at);
create index workspace_by_direction on conversation (workspace, last_direction, sort_at) where folder = 'inbox';
create index workspace_interested on conversation (workspace, sort_at) where folder = 'inbox' and interested = 1;
create index unread_by_time on conversation (sort_at) where unread = 1;
create index unread_by_folder on conversation (folder, sort_at) where unread = 1;
create index conversation_wake on conversation (wake_at) where folder = 'snoozed';
create index conversation_person on conversation (person, workspace) where person is not null;
create index conversation_ref on conversation (ref);
create index conversation_wanted on conversation (workspace, sort_at) where wanted = 1 and gone = 0;
create index conversation_missed on conversation (workspace, sort_at) where missed > 0 and gone = 0;

create table identity (key text primary key, person text not null) without rowid;
create index identity_person on identity (person);

create table identity_link (
    workspace integer not null,
    a text not null,
    b text not null,
    primary key (a, b, workspace)
) without rowid;
create index identity_link_back on identity_link (b, a);

create table message (
    id integer primary key,
    conversation integer not null,
    key not null,
    ordinal integer not null,
    direction text not null,
    sent_at integer,
    body text not null,
    text_hash,
    remote_id text,
    subject text not null,
    kind text not null,
    sent_at_raw text not null,
    quoted text not null default '',
    participants text not null default '',
    revision integer not null default 0
);
create index message_in_order on message (conversation);

create table message_version (
    id integer primary key,
    message integer not null,
    body text not null,
    replaced_at integer not null
);
create index message_version_of on message_version (message);

create table campaign (
    workspace integer not null,
    native text not null,
    ref text not null,
    name text not null,
    state text not null,
    state_raw text not null,
    totals text not null,
    sender_ids text not null,
    created_at integer,
    days text not null default '[]',
    rates text not null default '[]',
    statistics_at integer,
    idle text not null default '',
    primary key (workspace, native)
) without rowid;
create index campaign_ref on campaign (ref);

create table sender (
    workspace integer not null,
    native text not null,
    name text not null,
    health text not null,
    note text not null,
    profile_url text,
    email text,
    primary key (workspace, native)
) without rowid;

create table enrolment (
    workspace integer not null,
    campaign text not null,
    lead text not null,
    lead_id text not null,
    lead_url text,
    lead_email text,
    campaign_name text not null,
    state text not null,
    state_raw text not null,
    campaign_state text not null,
    enrolled_at integer,
    note text not null,
    primary key (workspace, lead, campaign)
) without rowid;
create index enrolment_email on enrolment (lead_email) where lead_email is not null;

create table stream (
    workspace integer not null,
    name text not null,
    cursor text,
    high_water integer,
    complete_at integer,
    full_at integer,
    primary key (workspace, name)
) without rowid;

create table quarantine (
    id integer primary key,
    workspace integer not null,
    stream text not null,
    reason text not null,
    raw text not null,
    seen integer not null,
    first_at integer not null,
    last_at integer not null,
    unique (workspace, stream, reason, raw)
);
"""

_COUNTS = """
create table tally (
    workspace integer not null,
    folder text not null,
    direction text not null,
    interested integer not null,
    unread integer not null,
    n integer not null,
    primary key (workspace, folder, direction, interested, unread)
) without rowid;

create trigger tally_delete after delete on conversation begin
    update tally set n = n - 1 where workspace = old.workspace and folder = old.folder
        and direction = old.last_direction and interested = old.interested and unread = old.unread;
end;

create trigger tally_update after update on conversation
when old.folder <> new.folder or old.last_direction <> new.last_direction or old.interested <> new.interested
    or old.unread <> new.unread
begin
    update tally set n = n - 1 where workspace = old.workspace and folder = old.folder
        and direction = old.last_direction and interested = old.interested and unread = old.unread;
    insert into tally values (new.workspace, new.folder, new.last_direction, new.interested, new.unread, 1)
    on conflict do update set n = n + 1;
end;
"""

BEGINNING = 3
"""The longest beginning of a word that has an index of its own."""

NO_LETTERS = range(0xFE00, 0xFE10)
"""How to draw the sign before it: no part of a word, though Unicode counts it among the marks."""

# The marks are letters here, or a word of Hindi would be as many words as it has vowels.
_WORDS = f"""tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc' separators '{
    "".join(map(chr, NO_LETTERS))
}'", columnsize = 0"""

_SEARCH = f"""
create virtual table message_text using fts5 (
    body, content = 'message', content_rowid = 'id', prefix = '2 {BEGINNING}', detail = none, {_WORDS}
);
create virtual table conversation_text using fts5 (
    lead_name, company, content = 'named', content_rowid = 'id', prefix = '1 2 3', detail = column, {_WORDS}
);
create virtual table message_word using fts5vocab (message_text, row);
create table pending_message (id integer primary key);
create table pending_name (id integer primary key);
create table named (id integer primary key, lead_name text not null, company text not null);
"""


def version(cache: Connection) -> int:
    """The schema that a file has. 0: none yet."""
    return cache.number("pragma user_version")


def create(cache: Connection) -> None:
    """Lay out an empty cache, in one transaction."""
    with transaction(cache):
        if version(cache) == VERSION:
            return  # another thread was first
        for statement in _statements(_TABLES + _COUNTS + _SEARCH):
            cache.execute(statement)
        cache.execute("insert into meta values ('journal_seq', 0)")
        cache.execute(f"pragma user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    """The statements of a script: each ends with a semicolon at the end of an unindented line, or with `end;`."""
    statements: list[str] = []
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        in_trigger = any(part.startswith("create trigger") for part in lines)
        if line == "end;" or (line.endswith(";") and not in_trigger):
            statements.append("\n".join(lines).strip())
            lines = []
    return statements
