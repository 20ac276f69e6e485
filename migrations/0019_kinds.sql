-- A giver may turn out to be of another kind than was thought when their row was made: a partnership, not a person.

-- +goose Up
create table person_kinds (
    person text not null,
    id uuid not null default gen_random_uuid(),
    kind text not null,
    on_day date not null,
    evidence text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint person_kinds_pk primary key (person, id),
    constraint person_kinds_person foreign key (person) references persons (id),
    constraint person_kinds_known check (kind in (
        'individual', 'organization', 'partnership', 'corporation', 'union', 'llc', 'llc-corporation', 'tribe', 'national-bank')),
    constraint person_kinds_evidence_named check (evidence <> ''),
    constraint person_kinds_actor_named check (actor <> '')
);
comment on table person_kinds is 'fact: shared, of which kind a giver was found to be, and on which day; the row recorded last stands for the kind in persons';
