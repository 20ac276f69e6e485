-- Citizens abroad: the copy that a giver sends of a passport or green card, sealed while it is kept, and what was done with it.

-- +goose Up
create table proofs (
    committee text not null,
    gift text not null,
    standing text not null,
    number bytea,
    kind text not null,
    size bigint not null,
    digest bytea not null,
    copy bytea not null,
    sent_at timestamptz not null,
    constraint proofs_pk primary key (committee, gift),
    constraint proofs_gift foreign key (committee, gift) references gifts (committee, id),
    constraint proofs_standing_known check (standing in ('citizen', 'resident')),
    constraint proofs_number_of_citizens check ((standing = 'citizen') = (number is not null)),
    constraint proofs_kind_known check (kind in ('image/jpeg', 'image/png', 'application/pdf')),
    constraint proofs_size_some check (size > 0),
    constraint proofs_digest_whole check (octet_length(digest) = 32),
    constraint proofs_sealed check (octet_length(copy) > size)
);
comment on table proofs is 'working: the copy of a passport or green card that came for a held gift, sealed with the program''s key; destroyed when its time is over, and never copied to the audit';

create table proof_acts (
    committee text not null,
    id text not null,
    gift text not null,
    act text not null,
    digest bytea not null,
    until_on date,
    text text not null default '',
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint proof_acts_pk primary key (committee, id),
    constraint proof_acts_gift foreign key (committee, gift) references gifts (committee, id),
    constraint proof_acts_id_shape check (id ~ '^Q[A-Z2-7]{15}$'),
    constraint proof_acts_act_known check (act in ('sent', 'looked', 'downloaded', 'shortened', 'destroyed')),
    constraint proof_acts_digest_whole check (octet_length(digest) = 32),
    constraint proof_acts_shortened_whole check ((act = 'shortened') = (until_on is not null)),
    constraint proof_acts_why check (act not in ('shortened', 'destroyed') or text <> ''),
    constraint proof_acts_actor_named check (actor <> '')
);
create index proof_acts_by_gift on proof_acts (committee, gift, happened_at);
comment on table proof_acts is 'fact: what was done with the copy of a passport or green card, by whom and when: sent, looked at, downloaded, its time shortened on counsel''s note, destroyed; the digest tells which copy';
