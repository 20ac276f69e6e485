-- Which cards a committee has seen in whose hands.

-- +goose Up
create table cards_seen (
    committee text not null,
    fingerprint text not null,
    person text not null,
    on_day date not null,
    recorded_at timestamptz not null default recorded_now(),
    constraint cards_seen_pk primary key (committee, fingerprint, person, on_day),
    constraint cards_seen_committee foreign key (committee) references committees (id),
    constraint cards_seen_person foreign key (person) references persons (id)
);
create index cards_seen_by_person on cards_seen (committee, person, on_day);
comment on table cards_seen is 'fact: a card, by the processor''s fingerprint, with which a person had a gift authorised on a day: one card for many people, or many for one, is looked at (52 U.S.C. 30122)';
