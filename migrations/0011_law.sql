-- The law as data asks more of the facts: what kind of committee a committee is, what is known of a giver, for which election
-- and for whom a gift counts, and what was done about money that may not stay as it came.

-- +goose Up

-- Committees of every kind. An authorised one is its candidate's (52 U.S.C. 30101(6)).
alter table committee_versions
    add column candidate text,
    add column registered_on date,
    add column regime text not null default 'us',
    drop constraint committee_versions_kind_known,
    drop constraint committee_versions_fec_id_shape,
    add constraint committee_versions_candidate foreign key (candidate) references candidates (id),
    add constraint committee_versions_kind_known check (kind in
        ('nonconnected', 'ssf', 'super-pac', 'hybrid', 'party-state', 'party-national', 'authorised')),
    add constraint committee_versions_fec_id_shape check (regime <> 'us' or fec_id ~ '^C[0-9]{8}$'),
    add constraint committee_versions_candidate_whole check ((kind = 'authorised') = (candidate is not null)),
    add constraint committee_versions_regime_named check (regime <> '');
create index committee_versions_by_candidate on committee_versions (candidate) where candidate is not null;

alter table persons
    drop constraint persons_kind_known,
    add constraint persons_kind_known check (kind in (
        'individual', 'committee', 'party', 'organization', 'partnership', 'candidate',
        'corporation', 'union', 'llc', 'llc-corporation', 'tribe', 'national-bank',
        'candidate-committee', 'super-pac', 'party-state', 'party-national'));

-- Candidates and elections of other jurisdictions; the ids and offices of the FEC bind federal ones alone.
alter table candidates
    drop constraint candidates_id_shape,
    add constraint candidates_id_shape check (id ~ '^[A-Z0-9][A-Z0-9-]{1,39}$');
alter table candidate_versions
    add column jurisdiction text not null default 'us',
    drop constraint candidate_versions_office_known,
    drop constraint candidate_versions_committee_shape,
    add constraint candidate_versions_id_shape check (jurisdiction <> 'us' or candidate ~ '^([HS][0-9][A-Z]{2}[0-9]{5}|P[0-9]{8})$'),
    add constraint candidate_versions_office_known check (office <> '' and (jurisdiction <> 'us' or office in ('H', 'S', 'P'))),
    add constraint candidate_versions_committee_shape check (jurisdiction <> 'us' or committee_fec_id ~ '^C[0-9]{8}$'),
    add constraint candidate_versions_jurisdiction_named check (jurisdiction <> '');
alter table elections
    add column jurisdiction text not null default 'us',
    add column stage text not null default '',
    drop constraint elections_once,
    drop constraint elections_office_known,
    add constraint elections_once unique (jurisdiction, office, state, district, kind, stage, year),
    add constraint elections_office_known check (office <> '' and (jurisdiction <> 'us' or office in ('H', 'S', 'P'))),
    add constraint elections_stage_known check (stage = '' or (kind in ('S', 'R') and stage in ('primary', 'general', 'runoff'))),
    add constraint elections_jurisdiction_named check (jurisdiction <> '');
create index elections_by_seat on elections (jurisdiction, office, state, district, held_on);

create table person_statuses (
    person text not null,
    id uuid not null default gen_random_uuid(),
    status text not null,
    from_day date not null,
    until_day date,
    evidence text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint person_statuses_pk primary key (person, id),
    constraint person_statuses_person foreign key (person) references persons (id),
    constraint person_statuses_known check (status in (
        'multicandidate', 'contractor', 'foreign-national', 'minor', 'citizen', 'permanent-resident')),
    constraint person_statuses_in_order check (until_day >= from_day),
    constraint person_statuses_evidence_named check (evidence <> ''),
    constraint person_statuses_actor_named check (actor <> '')
);
comment on table person_statuses is 'fact: shared, what is known of a giver on which the law hangs, from a day and until one; a later row of the same first day stands for the earlier';

create table election_outcomes (
    candidate text not null,
    election text not null,
    id uuid not null default gen_random_uuid(),
    outcome text not null,
    on_day date not null,
    evidence text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint election_outcomes_pk primary key (candidate, election, id),
    constraint election_outcomes_candidate foreign key (candidate) references candidates (id),
    constraint election_outcomes_election foreign key (election) references elections (id),
    constraint election_outcomes_known check (outcome in ('nominated', 'lost', 'withdrew')),
    constraint election_outcomes_actor_named check (actor <> '')
);
comment on table election_outcomes is 'fact: shared, how a candidate came out of an election; the last row recorded stands';

create table net_debts (
    candidate text not null,
    election text not null,
    id uuid not null default gen_random_uuid(),
    as_of date not null,
    cents bigint not null,
    parts jsonb not null,
    evidence text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint net_debts_pk primary key (candidate, election, id),
    constraint net_debts_candidate foreign key (candidate) references candidates (id),
    constraint net_debts_election foreign key (election) references elections (id),
    constraint net_debts_not_negative check (cents >= 0),
    constraint net_debts_evidence_named check (evidence <> ''),
    constraint net_debts_actor_named check (actor <> '')
);
comment on table net_debts is 'fact: shared, what a campaign attests of its net debts outstanding of an election that is over (11 CFR 110.1(b)(3)(ii)); what came since as_of is taken off when asked';

-- What a receipt says beside its sum: the account that it went to, that nobody is named, whose names are on the check, and
-- the conduit's receipt through which it came, so that one gift does not count twice.
alter table receipts
    add column account text not null default '',
    add column anonymous boolean not null default false,
    add column joint text[] not null default '{}',
    add column through_committee text,
    add column through_receipt text,
    add constraint receipts_account_known check (account in ('', 'non-contribution', 'convention', 'headquarters', 'recount')),
    add constraint receipts_account_line check (account = '' or line = '17'),
    add constraint receipts_through_whole check ((through_committee is null) = (through_receipt is null) and (through_committee is null or candidate is null)),
    add constraint receipts_through_once unique (through_committee, through_receipt);
alter table reservations
    add column account text not null default '',
    add constraint reservations_account_known check (account in ('', 'non-contribution', 'convention', 'headquarters', 'recount'));
alter table forwards
    add column directed boolean not null default false;
comment on column forwards.directed is 'the conduit chose the recipient: the gifts count against its own limit too (11 CFR 110.6(d)(2))';

create table designations (
    committee text not null,
    id text not null,
    receipt text not null,
    election text not null,
    cents bigint not null,
    source text not null,
    on_day date not null,
    notified_on date,
    evidence text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint designations_pk primary key (committee, id),
    constraint designations_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint designations_election foreign key (election) references elections (id),
    constraint designations_moves check (cents <> 0),
    constraint designations_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint designations_source_known check (source in ('contributor', 'default', 'redesignated', 'presumptive', 'returned')),
    constraint designations_notified check (source <> 'presumptive' or notified_on is not null),
    constraint designations_actor_named check (actor <> '')
);
create index designations_by_receipt on designations (committee, receipt) include (election, cents);
create index designations_by_election on designations (election, committee);
comment on table designations is 'fact: for which election how much of a receipt of an authorised committee counts, and by whose word (11 CFR 110.1(b)(2)-(5)); below zero it was moved away, or went back';

create table attributions (
    committee text not null,
    id text not null,
    receipt text not null,
    person text not null,
    election text,
    cents bigint not null,
    source text not null,
    on_day date not null,
    notified_on date,
    evidence text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint attributions_pk primary key (committee, id),
    constraint attributions_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint attributions_contributor foreign key (committee, person) references contributors (committee, person),
    constraint attributions_election foreign key (election) references elections (id),
    constraint attributions_moves check (cents <> 0),
    constraint attributions_id_shape check (id ~ '^[A-Z0-9-]{4,20}$'),
    constraint attributions_source_known check (source in ('partners', 'equal', 'reattributed', 'presumptive', 'returned')),
    constraint attributions_partners_add check (source <> 'partners' or cents > 0),
    constraint attributions_notified check (source <> 'presumptive' or notified_on is not null),
    constraint attributions_actor_named check (actor <> '')
);
create index attributions_by_receipt on attributions (committee, receipt) include (person, cents);
create index attributions_by_person on attributions (person, committee);
comment on table attributions is 'fact: to whom how much of a receipt counts beside or instead of its contributor: partners (11 CFR 110.1(e)), others named on the check (11 CFR 110.1(k)); below zero it was moved away';

-- No election and no person counts below nothing, and all elections together no more than came.
-- +goose StatementBegin
create function designations_whole() returns trigger language plpgsql as $$
declare
    came bigint;
    least bigint;
    total bigint;
begin
    select cents into came from receipts where committee = new.committee and id = new.receipt;
    select min(cents), sum(cents) into least, total
    from (select sum(cents) as cents from designations where committee = new.committee and receipt = new.receipt group by election) e;
    if least < 0 or total > came then
        raise exception 'receipt % counts % for its elections, at least % for one, and is of %', new.receipt, total, least, came
            using errcode = 'check_violation', constraint = 'designations_whole';
    end if;
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger designations_whole after insert on designations
    deferrable initially deferred for each row execute function designations_whole();
-- +goose StatementBegin
create function attributions_whole() returns trigger language plpgsql as $$
begin
    if exists (
        select
        from attributions a
        join receipts r on r.committee = a.committee and r.id = a.receipt
        where a.committee = new.committee and a.receipt = new.receipt and a.source <> 'partners'
        group by a.person, r.person, r.cents
        having sum(a.cents) + case when a.person = r.person then r.cents else 0 end < 0)
    then
        raise exception 'somebody counts below nothing of receipt %', new.receipt
            using errcode = 'check_violation', constraint = 'attributions_whole';
    end if;
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger attributions_whole after insert on attributions
    deferrable initially deferred for each row execute function attributions_whole();

-- Cases: more kinds, each with the clock that it runs by, whoever is to settle it, and the fact that brought it about.
alter table cases
    add column assigned_to text not null default '',
    add column clock text not null default 'cure-excess',
    add column started_on date,
    add column election text,
    add column ref text not null default '',
    drop constraint cases_receipt_once,
    drop constraint cases_kind_known,
    add constraint cases_election foreign key (election) references elections (id),
    add constraint cases_kind_known check (kind in (
        'excessive', 'paid back after forwarding', 'doubtful source', 'unlawful source', 'past election', 'past debts',
        'general lost', 'missing instruction', 'cash over the limit', 'anonymous cash'));
create unique index cases_open_once on cases (committee, receipt, kind, coalesce(election, ''), ref) where state = 'open';
create index cases_by_receipt on cases (committee, receipt);
create index cases_by_person on cases (person) where state = 'open';

create table case_acts (
    committee text not null,
    id text not null,
    case_id text not null,
    kind text not null,
    cents bigint not null default 0,
    on_day date not null,
    text text not null default '',
    ref text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint case_acts_pk primary key (committee, id),
    constraint case_acts_case foreign key (committee, case_id) references cases (committee, id),
    constraint case_acts_kind_known check (kind in (
        'assigned', 'note', 'asked', 'proof', 'refund', 'refund failed', 'redesignation', 'reattribution', 'attribution',
        'disgorgement', 'forwarded', 'closed', 'reopened')),
    constraint case_acts_actor_named check (actor <> '')
);
create index case_acts_by_case on case_acts (committee, case_id, recorded_at);
comment on table case_acts is 'fact: what was done about a case: who, when, what, and of what it took off its sum (below zero where that came back)';

create table disgorgements (
    committee text not null,
    id text not null,
    receipt text not null,
    cents bigint not null,
    paid_on date not null,
    method text not null,
    reason text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint disgorgements_pk primary key (committee, id),
    constraint disgorgements_disbursement foreign key (committee, id) references disbursements (committee, id),
    constraint disgorgements_receipt foreign key (committee, receipt) references receipts (committee, id),
    constraint disgorgements_amount_positive check (cents > 0),
    constraint disgorgements_actor_named check (actor <> '')
);
create index disgorgements_by_receipt on disgorgements (committee, receipt);
comment on table disgorgements is 'fact: of which receipt a disbursement to the U.S. Treasury is (11 CFR 103.3(b)(2)); the payment itself is the disbursement of the same id, line 29';

-- Whose money a refund was, where the contributor's is not the only one in it, for which election, and on which line it stands.
alter table refunds
    add column person text,
    add column election text,
    add column line text not null default '28(a)',
    add constraint refunds_line_known check (line in ('28(a)', '28(b)', '28(c)')),
    add constraint refunds_person foreign key (person) references persons (id),
    add constraint refunds_election foreign key (election) references elections (id);

create table pack_signatures (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    pack text not null,
    hash text not null,
    note text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint pack_signatures_pk primary key (committee, id),
    constraint pack_signatures_committee foreign key (committee) references committees (id),
    constraint pack_signatures_hash_shape check (hash ~ '^[0-9a-f]{64}$'),
    constraint pack_signatures_note_written check (note <> ''),
    constraint pack_signatures_actor_named check (actor <> '')
);
create index pack_signatures_by_pack on pack_signatures (committee, pack, hash);
comment on table pack_signatures is 'fact: who of a committee has read a rule pack, by the hash of its bytes, and lets it decide';

-- Refunds to parties and to other committees have lines of their own.
alter table ledger_lines
    drop constraint ledger_lines_account_known,
    drop constraint ledger_lines_feeds_known,
    add constraint ledger_lines_account_known check (account in (
        'bank', 'stripe', 'in_dispute', 'undeposited', 'held', 'opening',
        'individuals', 'parties', 'committees', 'transfers_in', 'offsets', 'refunds_received', 'other_receipts',
        'refunds_individuals', 'refunds_parties', 'refunds_committees',
        'operating', 'processor_fees', 'in_kind_used', 'transfers_out', 'candidates', 'other_disbursements')),
    add constraint ledger_lines_feeds_known check (feeds in (
        '', '6(a)', '11(a)', '11(a)(i)', '11(b)', '11(c)', '12', '15', '16', '17', '21(b)', '22', '23', '28(a)', '28(b)', '28(c)', '29'));
