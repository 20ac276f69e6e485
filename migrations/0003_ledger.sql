-- The books: append-only double entry. Debits are positive, credits negative, and an entry sums to zero when its
-- transaction commits. The line names the summary line of Form 3X that it feeds.

-- +goose Up
create table ledger_entries (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    source text not null,
    posted_on date not null,
    text text not null,
    digest bytea not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint ledger_entries_pk primary key (committee, id),
    constraint ledger_entries_source_once unique (committee, source),
    constraint ledger_entries_committee foreign key (committee) references committees (id),
    constraint ledger_entries_actor_named check (actor <> '')
);
create index ledger_entries_by_day on ledger_entries (committee, posted_on);
comment on table ledger_entries is 'fact: one entry of the books; its source posts once';

create table ledger_lines (
    committee text not null,
    entry uuid not null,
    n smallint not null,
    account text not null,
    cents bigint not null,
    feeds text not null default '',
    constraint ledger_lines_pk primary key (committee, entry, n),
    constraint ledger_lines_entry foreign key (committee, entry) references ledger_entries (committee, id),
    constraint ledger_lines_moves check (cents <> 0),
    constraint ledger_lines_account_known check (account in (
        'bank', 'stripe', 'in_dispute', 'undeposited', 'held', 'opening',
        'individuals', 'parties', 'committees', 'transfers_in', 'offsets', 'refunds_received', 'other_receipts', 'refunds_individuals',
        'operating', 'processor_fees', 'in_kind_used', 'transfers_out', 'candidates', 'other_disbursements')),
    constraint ledger_lines_feeds_known check (feeds in (
        '', '6(a)', '11(a)', '11(a)(i)', '11(b)', '11(c)', '12', '15', '16', '17', '21(b)', '22', '23', '28(a)', '29'))
);
create index ledger_lines_by_account on ledger_lines (committee, account);
comment on table ledger_lines is 'fact: one line of an entry: an account, cents (debit above zero, credit below), and the line of Form 3X that it feeds';

-- +goose StatementBegin
create function entry_balances() returns trigger language plpgsql as $$
declare
    entry_id uuid := case tg_table_name when 'ledger_entries' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'entry')::uuid end;
    total bigint;
    lines bigint;
begin
    select sum(cents), count(*) into total, lines from ledger_lines where committee = new.committee and entry = entry_id;
    if lines < 2 or total <> 0 then
        raise exception 'entry % has % lines that sum to %', entry_id, lines, coalesce(total, 0)
            using errcode = 'check_violation', constraint = 'ledger_entries_balance';
    end if;
    return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create function line_with_its_entry() returns trigger language plpgsql as $$
begin
    -- as with_its_parent does, without looking the tables up anew for each line
    if not exists (
        select from ledger_entries
        where committee = new.committee and id = new.entry and xmin = pg_current_xact_id()::xid)
    then
        raise exception 'entry % of an earlier transaction takes no more lines', new.entry
            using errcode = 'restrict_violation', constraint = 'ledger_lines_with_parent';
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger ledger_lines_with_parent before insert on ledger_lines
    for each row execute function line_with_its_entry();
create constraint trigger ledger_entries_balance after insert on ledger_entries
    deferrable initially deferred for each row execute function entry_balances();
create constraint trigger ledger_lines_balance after insert on ledger_lines
    deferrable initially deferred for each row execute function entry_balances();
