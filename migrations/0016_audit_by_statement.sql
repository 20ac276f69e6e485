-- What a statement changes is copied to the audit once for the statement, not once for each row: settling a batch of gifts changes
-- some hundreds of rows, and the audit was its greatest cost. guard.sql sets the triggers. What is asked for each row that is
-- written, when and by whom, is asked in fewer steps.

-- +goose Up
-- +goose StatementBegin
do $$
declare
    t record;
begin
    for t in
        select tgrelid::regclass as name
        from pg_trigger
        where tgname = 'copied_to_audit' and tgfoid = 'copy_to_audit'::regproc
    loop
        execute format('drop trigger copied_to_audit on %s', t.name);
    end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function copy_to_audit() returns trigger language plpgsql security definer
set enable_nestloop = off as $$
declare
    moment timestamptz := recorded_now();
    who text := acting();
    -- secrets are never copied, nor what holds them: an owed call's body has the giver's way back
    secrets constant text[] := array['password_hash', 'secret_key', 'webhook_secret', 'token_hash', 'thanks_key', 'session_url', 'body'];
begin
    case tg_op
    when 'INSERT' then
        insert into audit (committee, at, actor, table_name, verb, new)
        select coalesce(is_now ->> 'committee', ''), moment, who, tg_table_name, 'insert', is_now - secrets
        from (select to_jsonb(n) as is_now from new_rows n) changed;
    when 'DELETE' then
        insert into audit (committee, at, actor, table_name, verb, old)
        select coalesce(was ->> 'committee', ''), moment, who, tg_table_name, 'delete', was - secrets
        from (select to_jsonb(o) as was from old_rows o) changed;
    when 'UPDATE' then
        -- Each row stands at the same place of both transition tables. A join in loops would make each row of one for each of the
        -- other: that is what enable_nestloop keeps out, however few rows the plan was made for.
        insert into audit (committee, at, actor, table_name, verb, old, new)
        select coalesce(is_now ->> 'committee', ''), moment, who, tg_table_name, 'update', was - secrets, is_now - secrets
        from (select row_number() over () as place, to_jsonb(o) as was from old_rows o) before
        join (select row_number() over () as place, to_jsonb(n) as is_now from new_rows n) after using (place)
        where was is distinct from is_now;
    end case;
    return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function recorded_now() returns timestamptz language plpgsql volatile as $$
declare
    told text := current_setting('dure.recorded_at', true);
begin
    -- Only the owner of the schema may say when something was learned: the seed writes history so.
    if told <> '' then
        if session_user = (select pg_get_userbyid(relowner) from pg_class where oid = 'clock'::regclass) then
            return told::timestamptz;
        end if;
    end if;
    return clock_timestamp() + (select offset_us from clock) * interval '1 microsecond';
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entry_balances() returns trigger language plpgsql as $$
declare
    total bigint;
    lines bigint;
begin
    select sum(cents), count(*) into total, lines from ledger_lines where committee = new.committee and entry = new.id;
    if lines < 2 or total <> 0 then
        raise exception 'entry % has % lines that sum to %', new.id, lines, coalesce(total, 0)
            using errcode = 'check_violation', constraint = 'ledger_entries_balance';
    end if;
    return null;
end $$;
-- +goose StatementEnd

-- as acting() says, without the step into a function
alter table receipts alter column actor set default current_setting('dure.actor', true);
alter table ledger_entries alter column actor set default current_setting('dure.actor', true);
