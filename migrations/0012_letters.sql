-- Letters that Dure writes: what was sent to whom, and what was answered.

-- +goose Up
create table letters (
    committee text not null,
    id text not null,
    kind text not null,
    person text not null,
    gift text,
    receipts text[] not null default '{}',
    missing text[] not null default '{}',
    sent_by text not null,
    language text not null,
    sender text not null, sender_name text not null,
    addressee text not null, addressee_name text not null,
    subject text not null,
    plain text not null,
    html text not null default '',
    answer_digest bytea,
    state text not null default 'owed',
    attempts integer not null default 0,
    due_at timestamptz not null,
    claimed_until timestamptz,
    last_error text not null default '',
    sent_at timestamptz,
    written_at timestamptz not null,
    constraint letters_pk primary key (committee, id),
    constraint letters_committee foreign key (committee) references committees (id),
    constraint letters_person foreign key (person) references persons (id),
    constraint letters_id_shape check (id ~ '^L[A-Z2-7]{15}$'),
    constraint letters_kind_known check (kind in ('effort', 'held', 'released')),
    constraint letters_sent_by_known check (sent_by in ('email', 'letter')),
    constraint letters_effort_whole check ((kind = 'effort') = (cardinality(missing) > 0 and cardinality(receipts) > 0 and answer_digest is not null)),
    constraint letters_about_gift check (kind = 'effort' or gift is not null),
    constraint letters_gift_once unique (committee, gift, kind),
    constraint letters_state_known check (state in ('owed', 'sent', 'failed')),
    constraint letters_sent_dated check ((state = 'sent') = (sent_at is not null))
);
create index letters_owed on letters (due_at) where state = 'owed';
create index letters_failed on letters (committee) where state = 'failed';
create index letters_by_person on letters (committee, person, written_at);
comment on table letters is 'working: a letter with its words as sent; the fact that a giver was asked is a row of efforts, written when it was sent';

create table answers (
    committee text not null,
    id text not null,
    letter text not null,
    person text not null,
    told text[] not null,
    answered_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint answers_pk primary key (committee, id),
    constraint answers_letter foreign key (committee, letter) references letters (committee, id),
    constraint answers_told_named check (cardinality(told) > 0 and told <@ array['employer', 'occupation', 'name', 'address']),
    constraint answers_actor_named check (actor <> '')
);
create index answers_by_person on answers (committee, person);
create index contributor_versions_silent on contributor_versions (committee, person)
    where entity = 'IND' and (employer = '' or occupation = '' or first_name || last_name = '' or street = '' or city = '' or zip = '');
comment on table answers is 'fact: a contributor answered a letter that asked for what was missing; what they told is a version of the contributor (11 CFR 104.7(b)(4))';
