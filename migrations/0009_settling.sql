-- Settling in batches: what is checked of an entry's lines is checked once for a statement, not once for each line, and the
-- events that wait are found committee by committee.

-- +goose Up
-- +goose StatementBegin
create function lines_balance() returns trigger language plpgsql as $$
declare
    bad record;
begin
    -- Lines come with their entry, in its transaction, and all that an entry has of them sum to zero at the end of each
    -- statement. ledger_entries_balance sees to it at the commit that an entry has lines at all.
    select e.id, bool_and(e.xmin = pg_current_xact_id()::xid) as fresh, sum(l.cents) as total, count(*) as lines into bad
    from (select distinct committee, entry from added) a
    join ledger_entries e on e.committee = a.committee and e.id = a.entry
    join ledger_lines l on l.committee = e.committee and l.entry = e.id
    group by e.committee, e.id
    having not bool_and(e.xmin = pg_current_xact_id()::xid) or sum(l.cents) <> 0 or count(*) < 2
    limit 1;
    if found and not bad.fresh then
        raise exception 'entry % of an earlier transaction takes no more lines', bad.id
            using errcode = 'restrict_violation', constraint = 'ledger_lines_with_parent';
    elsif found then
        raise exception 'entry % has % lines that sum to %', bad.id, bad.lines, bad.total
            using errcode = 'check_violation', constraint = 'ledger_entries_balance';
    end if;
    return null;
end $$;
-- +goose StatementEnd
drop trigger ledger_lines_with_parent on ledger_lines;
drop trigger ledger_lines_balance on ledger_lines;
drop function line_with_its_entry();
create trigger ledger_lines_balance after insert on ledger_lines
    referencing new table as added for each statement execute function lines_balance();

drop index events_waiting;
create index events_waiting on events (committee, next_at, received_at) where state = 'waiting';
