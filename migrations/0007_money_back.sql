-- Money that goes back or sideways: refunds, disputes, payouts, gifts in kind; and what a treasurer adds to a report.

-- +goose Up
alter table receipts drop constraint receipts_instrument_known;
alter table receipts add constraint receipts_instrument_known check (instrument in ('card', 'check', 'transfer', 'cash', 'in-kind'));

create table refunds (
    committee text not null,
    id text not null,
    receipt text not null,
    cents bigint not null,
    refunded_on date not null,
    happened_at timestamptz not null,
    stripe_refund text,
    forwarded boolean not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint refunds_pk primary key (committee, id),
    constraint refunds_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint refunds_stripe_once unique (committee, stripe_refund),
    constraint refunds_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint refunds_amount_positive check (cents > 0),
    constraint refunds_actor_named check (actor <> '')
);
create index refunds_by_receipt on refunds (committee, receipt);
create index refunds_by_day on refunds (committee, refunded_on);
comment on table refunds is 'fact: money that went back to a giver (line 28(a)); forwarded tells whether an earmarked gift had been sent on before. The id is its transaction id in filings';

create table refund_failures (
    committee text not null,
    refund text not null,
    failed_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint refund_failures_pk primary key (committee, refund),
    constraint refund_failures_refund foreign key (committee, refund) references refunds (committee, id),
    constraint refund_failures_actor_named check (actor <> '')
);
comment on table refund_failures is 'fact: a refund that the bank did not take: the money came back to the committee';

create table disputes (
    committee text not null,
    id text not null,
    receipt text not null,
    cents bigint not null,
    opened_on date not null,
    happened_at timestamptz not null,
    forwarded boolean not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint disputes_pk primary key (committee, id),
    constraint disputes_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint disputes_amount_positive check (cents > 0),
    constraint disputes_actor_named check (actor <> '')
);
create index disputes_by_receipt on disputes (committee, receipt);
comment on table disputes is 'fact: money that a cardholder''s bank took back until the dispute is decided; still cash';

create table dispute_ends (
    committee text not null,
    dispute text not null,
    id text not null,
    outcome text not null,
    ended_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint dispute_ends_pk primary key (committee, dispute),
    constraint dispute_ends_dispute foreign key (committee, dispute) references disputes (committee, id),
    constraint dispute_ends_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint dispute_ends_outcome_known check (outcome in ('won', 'lost')),
    constraint dispute_ends_actor_named check (actor <> '')
);
create index dispute_ends_by_day on dispute_ends (committee, ended_on);
comment on table dispute_ends is 'fact: how a dispute was decided; a lost one is a negative receipt, whose transaction id the id is';

create table payouts (
    committee text not null,
    id text not null,
    cents bigint not null,
    paid_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint payouts_pk primary key (committee, id),
    constraint payouts_committee foreign key (committee) references committees (id),
    constraint payouts_amount_not_zero check (cents <> 0),
    constraint payouts_actor_named check (actor <> '')
);
comment on table payouts is 'fact: money that the card processor sent to the bank; below zero where it drew from it';

create table payout_failures (
    committee text not null,
    payout text not null,
    failed_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint payout_failures_pk primary key (committee, payout),
    constraint payout_failures_payout foreign key (committee, payout) references payouts (committee, id),
    constraint payout_failures_actor_named check (actor <> '')
);
comment on table payout_failures is 'fact: a payout that the bank sent back';

create table in_kinds (
    committee text not null,
    receipt text not null,
    id text not null,
    goods text not null,
    valuation text not null,
    category text not null default '',
    recorded_at timestamptz not null default recorded_now(),
    constraint in_kinds_pk primary key (committee, receipt),
    constraint in_kinds_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint in_kinds_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint in_kinds_goods_named check (goods <> '' and valuation <> '')
);
create trigger in_kinds_with_parent before insert on in_kinds
    for each row execute function with_its_parent('receipts', 'receipt');
comment on table in_kinds is 'fact: goods or services that a receipt is of, how they were valued, and the id of the equal expenditure (11 CFR 104.13(a))';

create table report_texts (
    committee text not null,
    id text not null,
    period text not null,
    about text not null default '',
    text text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint report_texts_pk primary key (committee, id),
    constraint report_texts_committee foreign key (committee) references committees (id),
    constraint report_texts_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint report_texts_written check (text <> ''),
    constraint report_texts_actor_named check (actor <> '')
);
create index report_texts_by_period on report_texts (committee, period);
comment on table report_texts is 'fact: what a treasurer tells in a report: on the whole, or about the row whose transaction id about is';

create table efforts (
    committee text not null,
    id text not null,
    receipt text not null,
    missing text[] not null,
    sent_by text not null,
    asked_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint efforts_pk primary key (committee, id),
    constraint efforts_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint efforts_missing_named check (cardinality(missing) > 0 and missing <@ array['employer', 'occupation', 'name', 'address']),
    constraint efforts_actor_named check (actor <> '')
);
comment on table efforts is 'fact: a contributor was asked for what is missing (11 CFR 104.7(b)(2))';

alter table owed_calls drop constraint owed_calls_verb_known;
alter table owed_calls add constraint owed_calls_verb_known check (verb in ('open', 'expire', 'capture', 'release', 'read', 'fee', 'refund'));
alter table cases drop constraint cases_kind_known;
alter table cases add constraint cases_kind_known check (kind in ('excessive', 'paid back after forwarding'));
