-- What the law asks to be known: money in, money out, room that is promised, cases that are open.

-- +goose Up
create table openings (
    committee text not null,
    on_day date not null,
    cents bigint not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint openings_pk primary key (committee),
    constraint openings_committee foreign key (committee) references committees (id),
    constraint openings_first_of_january check (extract(month from on_day) = 1 and extract(day from on_day) = 1),
    constraint openings_cents_not_negative check (cents >= 0),
    constraint openings_actor_named check (actor <> '')
);
comment on table openings is 'fact: cash on hand on the 1 January from which the books run (line 6(a))';

create table receipts (
    committee text not null,
    id text not null,
    person text not null,
    line text not null,
    instrument text not null,
    instrument_number text not null default '',
    cents bigint not null,
    made_on date not null,
    received_on date not null,
    happened_at timestamptz not null,
    gift text,
    candidate text,
    election text,
    purpose text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint receipts_pk primary key (committee, id),
    constraint receipts_contributor foreign key (committee, person) references contributors (committee, person),
    constraint receipts_candidate foreign key (candidate) references candidates (id),
    constraint receipts_election foreign key (election) references elections (id),
    constraint receipts_gift_once unique (committee, gift),
    constraint receipts_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint receipts_amount_positive check (cents > 0),
    constraint receipts_line_known check (line in ('11(a)', '11(b)', '11(c)', '12', '15', '16', '17')),
    constraint receipts_instrument_known check (instrument in ('card', 'check', 'transfer', 'cash')),
    constraint receipts_earmark_whole check ((candidate is null) = (election is null) and (candidate is null or line = '11(a)')),
    constraint receipts_actor_named check (actor <> '')
);
create index receipts_by_day on receipts (committee, received_on, line);
create index receipts_by_person on receipts (person, committee, received_on) include (cents, made_on, recorded_at);
create index receipts_by_candidate on receipts (candidate, election, person) where candidate is not null;
comment on table receipts is 'fact: money that came, as the law dates it: made when the giver let go of it, received when the committee or its agent had it (11 CFR 102.8, 110.1(b)(6)); with a candidate it is earmarked (11 CFR 110.6). The id is its transaction id in filings';

create table reservations (
    committee text not null,
    gift text not null,
    person text not null,
    candidate text,
    election text,
    cents bigint not null,
    made_on date not null,
    evidence bytea[] not null default '{}',
    ended_by text,
    ended_at timestamptz,
    recorded_at timestamptz not null default recorded_now(),
    constraint reservations_pk primary key (committee, gift),
    constraint reservations_committee foreign key (committee) references committees (id),
    constraint reservations_person foreign key (person) references persons (id),
    constraint reservations_amount_positive check (cents > 0),
    constraint reservations_end_whole check ((ended_by is null) = (ended_at is null)),
    constraint reservations_end_known check (ended_by in ('settled', 'released', 'lapsed', 'expired')),
    constraint reservations_earmark_whole check ((candidate is null) = (election is null))
);
create index reservations_open on reservations (person) where ended_at is null;
create index reservations_open_evidence on reservations using gin (evidence) where ended_at is null;
comment on table reservations is 'working: room under a limit that a gift under way has taken; it ends only by a fact';

create table deposits (
    committee text not null,
    id text not null,
    deposited_on date not null,
    happened_at timestamptz not null,
    cents bigint not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint deposits_pk primary key (committee, id),
    constraint deposits_committee foreign key (committee) references committees (id),
    constraint deposits_amount_positive check (cents > 0),
    constraint deposits_actor_named check (actor <> '')
);
comment on table deposits is 'fact: checks brought to the bank together, due within 10 days of receipt (11 CFR 103.3(a))';

create table deposit_items (
    committee text not null,
    deposit text not null,
    receipt text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint deposit_items_pk primary key (committee, receipt),
    constraint deposit_items_deposit foreign key (committee, deposit) references deposits (committee, id),
    constraint deposit_items_receipt foreign key (committee, receipt) references receipts (committee, id)
);
create index deposit_items_by_deposit on deposit_items (committee, deposit);
comment on table deposit_items is 'fact: which receipts a deposit holds; each is deposited once';

create table disbursements (
    committee text not null,
    id text not null,
    payee text,
    candidate text,
    election text,
    line text not null,
    cents bigint not null,
    paid_on date not null,
    happened_at timestamptz not null,
    method text not null default '',
    purpose text not null,
    category text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint disbursements_pk primary key (committee, id),
    constraint disbursements_committee foreign key (committee) references committees (id),
    constraint disbursements_payee foreign key (committee, payee) references payees (committee, id),
    constraint disbursements_candidate foreign key (candidate) references candidates (id),
    constraint disbursements_election foreign key (election) references elections (id),
    constraint disbursements_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint disbursements_amount_positive check (cents > 0),
    constraint disbursements_line_known check (line in ('21(b)', '22', '23', '29')),
    constraint disbursements_one_payee check ((payee is null) <> (candidate is null)),
    constraint disbursements_candidate_whole check ((candidate is not null) = (line = '23') and (candidate is null) = (election is null)),
    constraint disbursements_actor_named check (actor <> '')
);
create index disbursements_by_day on disbursements (committee, paid_on, line);
create index disbursements_by_payee on disbursements (committee, payee, paid_on);
comment on table disbursements is 'fact: money that the committee paid from its own: to a payee, or to a candidate (line 23). The id is its transaction id in filings';

create table forwards (
    committee text not null,
    id text not null,
    candidate text not null,
    sent_on date not null,
    happened_at timestamptz not null,
    method text not null,
    cents bigint not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint forwards_pk primary key (committee, id),
    constraint forwards_committee foreign key (committee) references committees (id),
    constraint forwards_candidate foreign key (candidate) references candidates (id),
    constraint forwards_amount_positive check (cents > 0),
    constraint forwards_method_named check (method <> ''),
    constraint forwards_actor_named check (actor <> '')
);
comment on table forwards is 'fact: earmarked gifts sent on to the candidate together, by one check or transfer (11 CFR 110.6)';

create table forward_items (
    committee text not null,
    id text not null,
    forward text not null,
    receipt text not null,
    cents bigint not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint forward_items_amount_positive check (cents > 0),
    constraint forward_items_pk primary key (committee, id),
    constraint forward_items_receipt_once unique (committee, receipt),
    constraint forward_items_forward foreign key (committee, forward) references forwards (committee, id),
    constraint forward_items_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint forward_items_id_shape check (id ~ '^[A-Z0-9-]{4,20}$')
);
create index forward_items_by_forward on forward_items (committee, forward);
comment on table forward_items is 'fact: one earmarked gift within a forward; a row of Schedule B, line 23. The id is its transaction id in filings';

create table processor_fees (
    committee text not null,
    id text not null,
    charge text not null default '',
    cents bigint not null,
    posted_on date not null,
    happened_at timestamptz not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint processor_fees_pk primary key (committee, id),
    constraint processor_fees_committee foreign key (committee) references committees (id),
    constraint processor_fees_not_negative check (cents >= 0),
    constraint processor_fees_actor_named check (actor <> '')
);
create index processor_fees_by_day on processor_fees (committee, posted_on);
create index processor_fees_by_charge on processor_fees (committee, charge);
comment on table processor_fees is 'fact: what the card processor kept, by its balance transaction, on the day of that transaction';

create table cases (
    committee text not null,
    id text not null,
    kind text not null,
    receipt text not null,
    person text not null,
    rule text not null,
    limit_cents bigint not null,
    excess_cents bigint not null,
    opened_at timestamptz not null default recorded_now(),
    received_on date not null,
    due_on date not null,
    state text not null default 'open',
    note text not null default '',
    constraint cases_pk primary key (committee, id),
    constraint cases_receipt_once unique (committee, receipt, kind),
    constraint cases_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint cases_person foreign key (person) references persons (id),
    constraint cases_kind_known check (kind in ('excessive')),
    constraint cases_state_known check (state in ('open', 'closed')),
    constraint cases_excess_positive check (excess_cents > 0)
);
create index cases_by_due on cases (committee, due_on) where state = 'open';
comment on table cases is 'working: what a person must settle, with its clock (11 CFR 103.3(b)); the receipt it speaks of is a fact';

create trigger deposit_items_with_parent before insert on deposit_items
    for each row execute function with_its_parent('deposits', 'deposit');
create trigger forward_items_with_parent before insert on forward_items
    for each row execute function with_its_parent('forwards', 'forward');
