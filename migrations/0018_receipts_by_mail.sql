-- Receipts by e-mail: letters about money that came and about money that went back, and a giver's wish to have it back.

-- +goose Up
alter table letters add column about text not null default ''; -- the refund, dispute or request that it tells of; empty where the gift itself is all
alter table letters drop constraint letters_kind_known;
alter table letters add constraint letters_kind_known check (kind in
    ('effort', 'held', 'released', 'receipt', 'refunded', 'refund failed', 'dispute lost', 'refund declined'));
alter table letters drop constraint letters_gift_once;
alter table letters add constraint letters_gift_once unique (committee, gift, kind, about);
create index letters_by_time on letters (committee, written_at desc, id desc);
create index letters_of_efforts on letters (committee, written_at desc, id desc) where kind = 'effort';
-- who has no receipt yet is looked for among those who settled last, without a step more while they settle
create index gifts_settled on gifts (settled_at) where state = 'settled';
-- and whose gift was let go, among those that ended last
create index gifts_let_go on gifts (ended_at) where state in ('released', 'lapsed');

create table letter_starts (
    kind text not null,
    started_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint letter_starts_pk primary key (kind),
    constraint letter_starts_actor_named check (actor <> '')
);
comment on table letter_starts is 'fact: shared, since when letters of a kind go out by themselves: nobody is written to about what was before';

create table refund_requests (
    committee text not null,
    gift text not null,
    number integer not null,
    reason text not null default '',
    language text not null,
    asked_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint refund_requests_pk primary key (committee, gift, number),
    constraint refund_requests_gift foreign key (committee, gift) references gifts (committee, id),
    constraint refund_requests_counted check (number > 0),
    constraint refund_requests_short check (char_length(reason) <= 2000),
    constraint refund_requests_actor_named check (actor <> '')
);
comment on table refund_requests is 'fact: a giver asked for a gift back, on the page of their gift; a refund made since then answers it, or a row of refund_declines';

create table refund_declines (
    committee text not null,
    gift text not null,
    number integer not null,
    words text not null,
    declined_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint refund_declines_pk primary key (committee, gift, number),
    constraint refund_declines_request foreign key (committee, gift, number) references refund_requests (committee, gift, number),
    constraint refund_declines_words_said check (words <> ''),
    constraint refund_declines_actor_named check (actor <> '')
);
comment on table refund_declines is 'fact: somebody here looked at a request and did not give the gift back; the words are what the giver is told';
