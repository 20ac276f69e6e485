-- How the books stood against Stripe each time that somebody looked.

-- +goose Up
create table reconciliations (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    since_at timestamptz,
    books_cents bigint not null,
    stripe_cents bigint not null,
    named integer not null,
    unexplained integer not null,
    unexplained_cents bigint not null,
    mended integer not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint reconciliations_pk primary key (committee, id),
    constraint reconciliations_committee foreign key (committee) references committees (id),
    constraint reconciliations_counts_not_negative check (named >= 0 and unexplained >= 0 and unexplained_cents >= 0 and mended >= 0),
    constraint reconciliations_actor_named check (actor <> '')
);
create index reconciliations_by_time on reconciliations (committee, recorded_at desc);
comment on table reconciliations is 'fact: how a committee''s books stood against its Stripe account: both balances, how many differences have a name, how many have none and what these sum to; since_at is from when each movement was compared, null for all';
