-- Who there is. Persons stand above the committees, since limits follow the giver across them; what a committee
-- knows of a giver is the committee's own.

-- +goose Up
create table persons (
    id text not null,
    kind text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint persons_pk primary key (id),
    constraint persons_kind_known check (kind in ('individual', 'committee', 'party', 'organization', 'partnership', 'candidate'))
);
comment on table persons is 'fact: shared, one row for each giver in the sense of 52 U.S.C. 30101(11), a human or a body; nothing of any committee is in it. A gift locks this row';

create table person_evidence (
    digest bytea not null,
    person text not null,
    kind text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint person_evidence_pk primary key (digest),
    constraint person_evidence_person foreign key (person) references persons (id),
    constraint person_evidence_kind_known check (kind in ('name and email', 'name and address', 'fec id', 'body name and address'))
);
create index person_evidence_by_person on person_evidence (person);
comment on table person_evidence is 'fact: shared, exact evidence by which a giver is known again, as a digest; two forms with the same evidence are one person';

create table person_joins (
    person text not null,
    same_as text not null,
    reason text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint person_joins_pk primary key (person),
    constraint person_joins_person foreign key (person) references persons (id),
    constraint person_joins_same_as foreign key (same_as) references persons (id),
    constraint person_joins_two check (person <> same_as),
    constraint person_joins_actor_named check (actor <> '')
);
create index person_joins_by_same_as on person_joins (same_as);
comment on table person_joins is 'fact: shared, two rows of persons found to be one; the older row stands for both';

create table committees (
    id text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint committees_pk primary key (id),
    constraint committees_id_shape check (id ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);
comment on table committees is 'fact: shared, the committees of this installation; the id is the word in their addresses, fixed for life';

create table committee_versions (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    fec_id text not null,
    name text not null,
    kind text not null,
    multicandidate boolean not null default false,
    filer text not null,
    zone text not null default 'America/New_York',
    street text not null, street_2 text not null default '', city text not null, state text not null, zip text not null,
    treasurer_last text not null, treasurer_first text not null, treasurer_middle text not null default '',
    treasurer_prefix text not null default '', treasurer_suffix text not null default '',
    web text not null default '', email text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint committee_versions_pk primary key (committee, id),
    constraint committee_versions_committee foreign key (committee) references committees (id),
    constraint committee_versions_fec_id_shape check (fec_id ~ '^C[0-9]{8}$'),
    constraint committee_versions_kind_known check (kind in ('nonconnected')),
    constraint committee_versions_filer_known check (filer in ('monthly', 'quarterly')),
    constraint committee_versions_actor_named check (actor <> '')
);
create index committee_versions_by_time on committee_versions (committee, recorded_at);
comment on table committee_versions is 'fact: what Form 1 says of a committee, one row for each change; a report reads the last one known at its cut-off';

create table affiliation_groups (
    id text not null,
    reason text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint affiliation_groups_pk primary key (id)
);
comment on table affiliation_groups is 'fact: shared, committees that the law counts as one for limits (11 CFR 100.5(g), 110.3(a)), with the reason';

create table affiliations (
    group_id text not null,
    committee text not null,
    on_day date not null,
    member boolean not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint affiliations_pk primary key (group_id, committee, on_day),
    constraint affiliations_group foreign key (group_id) references affiliation_groups (id),
    constraint affiliations_committee foreign key (committee) references committees (id),
    constraint affiliations_actor_named check (actor <> '')
);
create index affiliations_by_committee on affiliations (committee, on_day);
comment on table affiliations is 'fact: from on_day the committee is, or is no more, of the group';

create table candidates (
    id text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint candidates_pk primary key (id),
    constraint candidates_id_shape check (id ~ '^([HS][0-9][A-Z]{2}[0-9]{5}|P[0-9]{8})$')
);
comment on table candidates is 'fact: shared, candidates for federal office by their FEC id; a limit to a candidate counts across committees';

create table candidate_versions (
    candidate text not null,
    id uuid not null default gen_random_uuid(),
    last_name text not null, first_name text not null,
    office text not null, state text not null default '', district text not null default '',
    committee_fec_id text not null, committee_name text not null,
    street text not null, street_2 text not null default '', city text not null, committee_state text not null, zip text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint candidate_versions_pk primary key (candidate, id),
    constraint candidate_versions_candidate foreign key (candidate) references candidates (id),
    constraint candidate_versions_office_known check (office in ('H', 'S', 'P')),
    constraint candidate_versions_committee_shape check (committee_fec_id ~ '^C[0-9]{8}$'),
    constraint candidate_versions_actor_named check (actor <> '')
);
create index candidate_versions_by_time on candidate_versions (candidate, recorded_at);
comment on table candidate_versions is 'fact: shared, a candidate and the authorised committee that takes money for them, one row for each change';

create table elections (
    id text not null,
    office text not null, state text not null default '', district text not null default '',
    kind text not null,
    year integer not null,
    held_on date not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint elections_pk primary key (id),
    constraint elections_once unique (office, state, district, kind, year),
    constraint elections_kind_known check (kind in ('P', 'G', 'R', 'S', 'C')),
    constraint elections_office_known check (office in ('H', 'S', 'P'))
);
comment on table elections is 'fact: shared, each election with a limit of its own (11 CFR 100.2): primary, general, runoff, special, convention';

create table contributors (
    committee text not null,
    person text not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint contributors_pk primary key (committee, person),
    constraint contributors_committee foreign key (committee) references committees (id),
    constraint contributors_person foreign key (person) references persons (id)
);
comment on table contributors is 'fact: a person in the eyes of one committee';

create table contributor_versions (
    committee text not null,
    person text not null,
    id uuid not null default gen_random_uuid(),
    entity text not null,
    last_name text not null default '', first_name text not null default '',
    organization text not null default '', fec_id text not null default '',
    name_own text not null default '',
    street text not null default '', street_2 text not null default '', city text not null default '', state text not null default '',
    zip text not null default '', country text not null default 'US',
    employer text not null default '', occupation text not null default '',
    email text not null default '',
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint contributor_versions_pk primary key (committee, person, id),
    constraint contributor_versions_contributor foreign key (committee, person) references contributors (committee, person),
    constraint contributor_versions_entity_known check (entity in ('IND', 'ORG', 'COM', 'CAN', 'CCM', 'PAC', 'PTY')),
    constraint contributor_versions_named check (case when entity in ('IND', 'CAN') then last_name <> '' else organization <> '' end),
    constraint contributor_versions_actor_named check (actor <> '')
);
create index contributor_versions_by_time on contributor_versions (committee, person, recorded_at);
comment on table contributor_versions is 'fact: what a contributor told this committee of themself, one row for each change; a report reads the last one known at its cut-off';

create table payees (
    committee text not null,
    id text not null,
    entity text not null,
    name text not null default '', last_name text not null default '', first_name text not null default '',
    fec_id text not null default '',
    street text not null, street_2 text not null default '', city text not null, state text not null, zip text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint payees_pk primary key (committee, id),
    constraint payees_committee foreign key (committee) references committees (id),
    constraint payees_entity_known check (entity in ('IND', 'ORG', 'COM', 'PAC', 'PTY')),
    constraint payees_named check (case when entity = 'IND' then last_name <> '' else name <> '' end),
    constraint payees_actor_named check (actor <> '')
);
comment on table payees is 'fact: whom a committee pays: vendors, the card processor, other committees';
