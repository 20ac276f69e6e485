-- The ground on which every table stands: the clock of the installation, the actor of a transaction,
-- and what makes a fact a fact. Each table's comment begins with its class, "fact:" or "working:", and
-- says after it why the table is shared, where it carries no committee. Rights and triggers follow from
-- that comment: guard.sql sets them after each migration.

-- +goose Up
create table clock (
    id boolean not null default true,
    offset_us bigint not null default 0,
    constraint clock_pk primary key (id),
    constraint clock_one_row check (id)
);
comment on table clock is 'working: shared, the installation has one clock; how far it runs ahead of the real one, zero with a live key, written by the owner of the schema alone';
insert into clock default values;

-- +goose StatementBegin
create function recorded_now() returns timestamptz language plpgsql volatile as $$
declare
    told text := current_setting('dure.recorded_at', true);
begin
    -- Only the owner of the schema may say when something was learned: the seed writes history so.
    if told <> '' and session_user = (select pg_get_userbyid(relowner) from pg_class where oid = 'clock'::regclass) then
        return told::timestamptz;
    end if;
    return clock_timestamp() + (select offset_us from clock) * interval '1 microsecond';
end $$;
-- +goose StatementEnd
comment on function recorded_now() is 'when we learn of what is being written: the default of every recorded_at';

-- +goose StatementBegin
create function acting() returns text language sql stable as $$
    select current_setting('dure.actor', true)
$$;
-- +goose StatementEnd
comment on function acting() is 'who acts in this transaction; empty outside pg.InTx, and refused by the checks on actor columns';

create table audit (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    at timestamptz not null default recorded_now(),
    actor text not null default acting(),
    table_name text not null,
    verb text not null,
    old jsonb,
    new jsonb,
    constraint audit_pk primary key (committee, id),
    constraint audit_actor_named check (actor <> ''),
    constraint audit_verb_known check (verb in ('insert', 'update', 'delete'))
);
create index audit_by_time on audit (committee, at);
comment on table audit is 'fact: each change of a working row: who, when, what it was and what it became; committee is empty for shared tables';

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'facts are appended, never changed: % of % is refused', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation', constraint = 'facts_are_never_changed';
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function with_its_parent() returns trigger language plpgsql as $$
declare
    fresh boolean;
begin
    -- What belongs to a fact is written with it: nothing is added to an old one, behind a cut-off that has passed.
    execute format('select xmin = pg_current_xact_id()::xid from %I where committee = %L and id = %L',
        tg_argv[0], new.committee, to_jsonb(new) ->> tg_argv[1]) into fresh;
    if not coalesce(fresh, false) then
        raise exception '% of an earlier transaction takes no more of %', tg_argv[0], tg_table_name
            using errcode = 'restrict_violation', constraint = tg_table_name || '_with_parent';
    end if;
    return new;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function copy_to_audit() returns trigger language plpgsql security definer as $$
declare
    was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    is_now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    secrets constant text[] := array['password_hash', 'secret_key', 'webhook_secret', 'token_hash', 'thanks_key', 'session_url', 'body'];
begin
    if was is distinct from is_now then
        -- secrets are never copied, nor what holds them: an owed call's body has the giver's way back
        was := was - secrets;
        is_now := is_now - secrets;
        insert into audit (committee, table_name, verb, old, new)
        values (coalesce(is_now ->> 'committee', was ->> 'committee', ''), tg_table_name, lower(tg_op), was, is_now);
    end if;
    return null;
end $$;
-- +goose StatementEnd
