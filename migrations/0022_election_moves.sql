-- The day of an election moves: states and courts postpone primaries, and people write a wrong digit. That it moved, from which day,
-- to which and why is a fact; the day in elections is a copy of the last of them, which nothing else can change.

-- +goose Up
create table election_moves (
    election text not null,
    id uuid not null default gen_random_uuid(),
    from_day date not null,
    to_day date not null,
    reason text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint election_moves_pk primary key (election, id),
    constraint election_moves_election foreign key (election) references elections (id),
    constraint election_moves_elsewhere check (from_day <> to_day),
    constraint election_moves_reason_written check (btrim(reason) <> ''),
    constraint election_moves_actor_named check (actor <> '')
);
comment on table election_moves is 'fact: shared, that an election is held on another day than was entered, and why; the day in elections follows it in the same transaction';
comment on table elections is 'working: shared, each election with a limit of its own (11 CFR 100.2): primary, general, runoff, special, convention; its day alone may change, and only by a row of election_moves';
drop trigger if exists facts_stay on elections; -- where guard.sql ran before
create or replace trigger facts_are_not_truncated before truncate on elections for each statement execute function refuse_change();

-- +goose StatementBegin
create function copy_election_move() returns trigger language plpgsql security definer as $$
begin
    update elections set held_on = new.to_day where id = new.election and held_on = new.from_day;
    if not found then
        raise exception 'election % is not held on %', new.election, new.from_day
            using errcode = 'check_violation', constraint = 'election_moves_from_its_day';
    end if;
    return null;
end $$;
-- +goose StatementEnd
create trigger election_moves_copied after insert on election_moves for each row execute function copy_election_move();

-- +goose StatementBegin
create function elections_move_alone() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'held_on' = to_jsonb(old) - 'held_on' and exists (
        select
        from election_moves m
        where m.election = old.id and m.from_day = old.held_on and m.to_day = new.held_on and m.xmin = pg_current_xact_id()::xid)
    then
        return new;
    end if;
    raise exception 'an election stays but for its day, and that moves by a row of election_moves: % of % is refused', lower(tg_op), old.id
        using errcode = 'restrict_violation', constraint = 'elections_move_alone';
end $$;
-- +goose StatementEnd
create trigger elections_move_alone before update or delete on elections for each row execute function elections_move_alone();
