-- What follows from the class in each table's comment: rights of the serving role, and triggers. Run after every
-- migration; running it again changes nothing.
do $$
declare
    t record;
    f record;
    class text;
    columns text;
    changing text;
    -- Of these workings only what moves may be updated; the rest of the row is as it was written.
    moves constant jsonb := jsonb_build_object(
        'gifts', array['person', 'state', 'session', 'session_url', 'session_expires_at', 'payment_intent', 'capturable', 'charge', 'charged_at',
                       'capture_before', 'card', 'declined', 'last_decline', 'held_for', 'release_by', 'decided_by', 'decision_note', 'settled_at', 'ended_at'],
        'reservations', array['person', 'made_on', 'ended_by', 'ended_at'],
        'events', array['state', 'reason', 'attempts', 'next_at', 'applied_at'],
        'owed_calls', array['idempotency_key', 'state', 'attempts', 'due_at', 'claimed_until', 'last_error', 'done_at'],
        'letters', array['sent_by', 'plain', 'html', 'state', 'attempts', 'due_at', 'claimed_until', 'last_error', 'sent_at'],
        'cases', array['state', 'note', 'assigned_to', 'started_on', 'due_on'],
        'drives', array['title', 'story', 'goal_cents', 'amounts', 'opens_on', 'closes_on', 'authorized_by', 'state']);
begin
    -- A function that names a table finds it in this schema and nowhere else: a temporary table of the same name, which
    -- would otherwise come first, is looked for last; and where the owner owns the database, the serving role can make none.
    for f in
        select p.oid::regprocedure as name
        from pg_proc p
        where p.pronamespace = current_schema()::regnamespace
    loop
        execute format('alter function %s set search_path = %I, pg_temp', f.name, current_schema());
    end loop;
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant usage on schema %I to dure_serve', current_schema());
    execute format('grant execute on all functions in schema %I to dure_serve', current_schema());
    for t in
        select c.oid, c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as comment
        from pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
    loop
        class := split_part(t.comment, ':', 1);
        execute format('revoke all on %I from dure_serve', t.name);
        execute format('grant select on %I to dure_serve', t.name);
        continue when t.name in ('goose_db_version', 'clock');

        -- when something was recorded is said by the database, never by the program that serves
        select string_agg(quote_ident(attname), ', ') into columns
        from pg_attribute
        where attrelid = t.oid and attnum > 0 and not attisdropped and attname not in ('recorded_at', 'opened_at', 'received_at', 'pledged_at');

        if class = 'fact' then
            if t.name <> 'audit' then
                execute format('grant insert (%s) on %I to dure_serve', columns, t.name);
            end if;
            execute format('create or replace trigger facts_stay before update or delete on %I for each row execute function refuse_change()', t.name);
            execute format('create or replace trigger facts_are_not_truncated before truncate on %I for each statement execute function refuse_change()', t.name);
        elsif class = 'working' then
            changing := coalesce((select string_agg(quote_ident(c), ', ') from jsonb_array_elements_text(moves -> t.name) c), columns);
            execute format('grant insert (%s), update (%s), delete on %I to dure_serve', columns, changing, t.name);
            -- Sessions and used links say nothing of the books, and the row of each event and letter says all there is of it:
            -- these four are not audited. Copies of passports must be gone when they are destroyed: what was done with them
            -- is in proof_acts.
            if t.name not in ('sessions', 'login_links', 'events', 'letters', 'proofs') then
                execute format('create or replace trigger inserts_are_audited after insert on %I
                    referencing new table as new_rows for each statement execute function copy_to_audit()', t.name);
                execute format('create or replace trigger updates_are_audited after update on %I
                    referencing old table as old_rows new table as new_rows for each statement execute function copy_to_audit()', t.name);
                execute format('create or replace trigger deletes_are_audited after delete on %I
                    referencing old table as old_rows for each statement execute function copy_to_audit()', t.name);
            end if;
        else
            raise exception 'table % has no class: begin its comment with "fact:" or "working:"', t.name;
        end if;
    end loop;
    -- a row lock needs the right to update; the trigger refuses the update itself
    grant update (id) on persons to dure_serve;
    revoke update on proofs from dure_serve;
    revoke update, delete on elections from dure_serve; -- a row of election_moves moves the day
    revoke delete on gifts, reservations, cases, events, owed_calls, letters, drives, staff from dure_serve;
end $$;
