-- A person's wish becomes settled money.

-- +goose Up
create table drive_addresses (
    slug text not null,
    committee text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint drive_addresses_pk primary key (slug),
    constraint drive_addresses_committee foreign key (committee) references committees (id),
    constraint drive_addresses_slug_shape check (slug ~ '^[a-z0-9][a-z0-9-]{0,59}$')
);
comment on table drive_addresses is 'fact: shared, the word after /give/ belongs to one committee, for good';

create table drives (
    committee text not null,
    slug text not null,
    title text not null,
    story text not null default '',
    candidate text,
    election text,
    goal_cents bigint,
    amounts bigint[] not null,
    opens_on date not null,
    closes_on date,
    authorized_by text not null default '',
    state text not null default 'open',
    constraint drives_pk primary key (committee, slug),
    constraint drives_address foreign key (slug) references drive_addresses (slug),
    constraint drives_committee foreign key (committee) references committees (id),
    constraint drives_candidate foreign key (candidate) references candidates (id),
    constraint drives_election foreign key (election) references elections (id),
    constraint drives_earmark_whole check ((candidate is null) = (election is null)),
    constraint drives_goal_positive check (goal_cents > 0),
    constraint drives_amounts_some check (cardinality(amounts) between 1 and 5),
    constraint drives_state_known check (state in ('open', 'closed'))
);
comment on table drives is 'working: a donation page: to the committee itself or, with a candidate and an election, earmarked through it';

create table gifts (
    committee text not null,
    id text not null,
    drive text not null,
    person text not null,
    state text not null default 'pledged',
    cents bigint not null,
    candidate text,
    election text,
    made_on date not null,
    given_name text not null, family_name text not null, name_own text not null default '',
    street text not null, city text not null, region text not null, zip text not null, country text not null,
    email text not null, employer text not null default '', occupation text not null default '',
    share_email boolean not null default false,
    language text not null, ref text not null default '',
    form_digest bytea not null,
    thanks_key text not null,
    session text, session_url text, session_expires_at timestamptz,
    payment_intent text,
    capturable boolean not null default false,
    charge text, charged_at timestamptz, capture_before timestamptz, card jsonb,
    declined text[] not null default '{}', last_decline text not null default '',
    held_for text[] not null default '{}', release_by timestamptz,
    decided_by text not null default '', decision_note text not null default '',
    pledged_at timestamptz not null default recorded_now(),
    settled_at timestamptz, ended_at timestamptz,
    constraint gifts_pk primary key (committee, id),
    constraint gifts_drive foreign key (committee, drive) references drives (committee, slug),
    constraint gifts_person foreign key (person) references persons (id),
    constraint gifts_candidate foreign key (candidate) references candidates (id),
    constraint gifts_election foreign key (election) references elections (id),
    constraint gifts_amount_positive check (cents > 0),
    constraint gifts_id_shape check (id ~ '^G[A-Z2-7]{15}$'),
    constraint gifts_session_once unique (committee, session),
    constraint gifts_intent_once unique (committee, payment_intent),
    constraint gifts_charge_once unique (committee, charge),
    constraint gifts_state_known check (state in
        ('pledged', 'open', 'authorised', 'held', 'capture owed', 'release owed', 'settled', 'released', 'lapsed', 'expired')),
    constraint gifts_settled_charged check (state <> 'settled' or (charge is not null and charged_at is not null and settled_at is not null))
);
create index gifts_by_id on gifts (id);
create index gifts_by_drive on gifts (committee, drive, state);
create index gifts_by_time on gifts (committee, pledged_at desc);
create index gifts_under_way on gifts (committee, state) where state not in ('settled', 'released', 'lapsed', 'expired');
comment on table gifts is 'working: a gift on its way from a form to settled money, or to its end without any; once settled, the receipt is what counts';

create table attestations (
    committee text not null,
    gift text not null,
    text_id text not null,
    text_version text not null,
    language text not null,
    text text not null,
    attested_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint attestations_pk primary key (committee, gift, text_id),
    constraint attestations_gift foreign key (committee, gift) references gifts (committee, id),
    constraint attestations_actor_named check (actor <> '')
);
comment on table attestations is 'fact: what the giver affirmed: the words, their version, the language, the moment';

create table owed_calls (
    committee text not null,
    id text not null,
    gift text not null,
    verb text not null,
    method text not null,
    path text not null,
    body text not null,
    idempotency_key text not null,
    state text not null default 'owed',
    attempts integer not null default 0,
    due_at timestamptz not null,
    claimed_until timestamptz,
    last_error text not null default '',
    made_at timestamptz not null default recorded_now(),
    done_at timestamptz,
    constraint owed_calls_pk primary key (committee, id),
    constraint owed_calls_gift foreign key (committee, gift) references gifts (committee, id),
    constraint owed_calls_key_once unique (committee, idempotency_key),
    constraint owed_calls_verb_known check (verb in ('open', 'expire', 'capture', 'release', 'read', 'fee')),
    constraint owed_calls_state_known check (state in ('owed', 'done', 'given up'))
);
create index owed_calls_due on owed_calls (due_at) where state = 'owed';
create index owed_calls_given_up on owed_calls (committee, done_at) where state = 'given up';
create index owed_calls_by_gift on owed_calls (committee, gift);
comment on table owed_calls is 'working: calls to Stripe that are owed, with the very bytes to send, so that a repeat is the same call';

create table stripe_accounts (
    committee text not null,
    secret_key bytea not null,
    webhook_secret bytea not null,
    constraint stripe_accounts_pk primary key (committee),
    constraint stripe_accounts_committee foreign key (committee) references committees (id)
);
comment on table stripe_accounts is 'working: each committee''s own Stripe keys (depositories may not be mixed: 52 U.S.C. 30102(h)), sealed with the key of the installation';

create table events (
    committee text not null,
    id text not null,
    type text not null,
    api_version text not null,
    created_at timestamptz not null,
    object text not null default '',
    payload bytea not null,
    state text not null default 'waiting',
    reason text not null default '',
    attempts integer not null default 0,
    next_at timestamptz not null default recorded_now(),
    received_at timestamptz not null default recorded_now(),
    applied_at timestamptz,
    constraint events_pk primary key (committee, id),
    constraint events_committee foreign key (committee) references committees (id),
    constraint events_state_known check (state in ('waiting', 'applied', 'set aside'))
);
create index events_waiting on events (next_at) where state = 'waiting';
create index events_set_aside on events (committee, received_at) where state = 'set aside';
create index events_by_object on events (committee, object) where state <> 'applied';
comment on table events is 'working: what Stripe told, stored before it is answered: the bytes never change, the marks beside them do';
