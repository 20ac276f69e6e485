-- Fills Dure's tables with the rows of dure_ref in the same database, as the owner of the schema: the same givers, gifts,
-- receipts and stock of gifts under way. The committee, its candidates, elections and drives are there already.
--
--   psql "$DURE_ADMIN_DATABASE_URL" -v committee=bench -v january=2025-01-01 -v gifts=true -f books.sql
--
-- With gifts=false the gifts from which the receipts came are left out, with the evidence of who gave them: no report reads either.
--
-- A loaded table is the one that the verbs would have written, row by row, but for what the reference has no trace of: fees of
-- history are zero, and affirmations, audit and events of history are left out. Indexes and foreign keys are taken away for
-- the load and made again as they were, so that each foreign key is proved by the database.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set maintenance_work_mem = '256MB';
set dure.actor = 'bench';

create temp table filled as
  select name::regclass as name
  from unnest('{persons,person_evidence,person_joins,contributors,contributor_versions,gifts,reservations,owed_calls,receipts,processor_fees,ledger_entries,ledger_lines}'::text[]) name;
create temp table kept as
  select 1 as turn, conrelid::regclass as of_table, format('drop constraint %I', conname) as drop, format('add constraint %I %s', conname, pg_get_constraintdef(oid)) as make
  from pg_constraint
  where contype in ('p', 'u') and conrelid in (select name from filled)
  union all
  select 3, conrelid::regclass, format('drop constraint %I', conname), format('add constraint %I %s', conname, pg_get_constraintdef(oid))
  from pg_constraint
  where contype = 'f' and (conrelid in (select name from filled) or confrelid in (select name from filled));
create temp table kept_indexes as
  select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as make
  from pg_index i
  where indrelid in (select name from filled) and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'));
select format('alter table %s disable trigger user', name) from filled \gexec
select format('alter table %s %s', of_table, drop) from kept order by turn desc \gexec
select format('drop index %s', name) from kept_indexes \gexec

-- code names a row of the reference as Dure would have: a letter, and fifteen letters without order.
create function dure_ref.code(kind text, n bigint) returns text language sql immutable parallel safe
  as $$ select kind || translate(substr(md5(kind || n), 1, 15), '0123456789abcdef', 'ABCDEFGHIJKLMNOP') $$;

-- What givers told of themselves, in the fields of Dure's form. It has two for a name and one for a street.
create temp table told as
  select c.person_id as n, dure_ref.code('P', c.person_id) as person,
         trim(concat_ws(' ', c.last_name, c.suffix)) as last_name,
         replace(trim(concat_ws(' ', c.prefix, c.first_name, c.middle_name)), '  ', ' ') as first_name,
         case when length(c.street_1) + length(c.street_2) < 34 then trim(c.street_1 || ' ' || c.street_2) else c.street_1 end as street,
         c.city, c.state, c.zip, c.employer, c.occupation, c.email
  from dure_ref.contributors c
  where c.committee_id = 1;
alter table told add primary key (n);
analyze told;

insert into persons (id, kind, recorded_at)
  select person, 'individual', (date :'january' + 1) + n * interval '1 millisecond' from told order by n;
insert into person_joins (person, same_as, reason, recorded_at)
  select dure_ref.code('P', id), dure_ref.code('P', same_as), 'found to be one', date :'january' + 2
  from dure_ref.persons
  where same_as is not null;
insert into contributors (committee, person, recorded_at)
  select :'committee', person, date :'january' + 1 from told order by n;
insert into contributor_versions (committee, person, entity, last_name, first_name, street, city, state, zip, employer, occupation, email, recorded_at)
  select :'committee', person, 'IND', last_name, first_name, street, city, state, zip, employer, occupation, email, date :'january' + 1
  from told
  order by n;

\if :gifts
-- The digests of package registry: the kind of evidence, the words of the name in order, and what stands beside them. Of two
-- givers with the same evidence the first has it.
create temp table evidence as
  with named as materialized (
    select n, person, email, street, zip, (
             select string_agg(word, ' ' order by word collate "C")
             from unnest(string_to_array(lower(replace(first_name || ' ' || last_name, '-', ' ')), ' ')) word) as names
    from told)
  select n, person, sha256(convert_to(kind, 'UTF8') || '\x00' || convert_to(names, 'UTF8') || '\x00' || beside) as digest, kind
  from (
    select n, person, names, 'name and email' as kind, convert_to(lower(email), 'UTF8') as beside from named
    union all
    select n, person, names, 'name and address', convert_to(lower(street), 'UTF8') || '\x00' || convert_to(left(zip, 5), 'UTF8') from named) s;
insert into person_evidence (digest, person, kind, recorded_at)
  select distinct on (digest) digest, person, kind, date :'january' + 1 from evidence order by digest, n;
\endif

\if :gifts
create temp view wanted as select id, person_id, candidate_id, cents, state, given_on from dure_ref.gifts;
\else
create temp view wanted as select id, person_id, candidate_id, cents, 'settled' as state, received_on as given_on from dure_ref.receipts;
\endif
create temp table given as
  select g.id as n, dure_ref.code('G', g.id) as id, dure_ref.code('P', g.person_id) as person, g.person_id, g.state, g.cents, g.given_on as day,
         g.given_on + time '15:00' at time zone 'UTC' + g.id * interval '1 millisecond' as at,
         g.candidate_id, k.fec_id as candidate, 'bench-' || k.id as election
  from wanted g
  left join dure_ref.candidates k on k.id = g.candidate_id;
analyze given;

\if :gifts
insert into gifts (
    committee, id, drive, person, state, cents, candidate, election, made_on, given_name, family_name, street, city, region, zip, country,
    email, employer, occupation, language, form_digest, thanks_key, session, session_url, session_expires_at, payment_intent, capturable,
    charge, charged_at, capture_before, card, pledged_at, settled_at, ended_at)
  select :'committee', g.id, coalesce('bench-' || g.candidate_id, 'bench'), g.person,
         g.state,
         g.cents, g.candidate, g.election, g.day, t.first_name, t.last_name, t.street, t.city, t.state, t.zip, 'US',
         t.email, t.employer, t.occupation, 'en', decode(md5('form' || g.n), 'hex'), md5('key' || g.n),
         'cs_bench_' || g.n, 'https://checkout.example.org/c/pay/cs_bench_' || g.n, g.at + interval '1 hour', 'pi_bench_' || g.n, true,
         'ch_bench_' || g.n, g.at, g.at + interval '7 days',
         jsonb_build_object('brand', 'visa', 'last4', '4242', 'country', 'US', 'funding', 'credit', 'fingerprint', 'bench' || g.person_id,
                            'cvc_check', 'pass', 'address_line1_check', 'pass', 'address_postal_code_check', 'pass'),
         g.at - interval '2 minutes',
         case g.state when 'settled' then g.at + interval '1 minute' end, case g.state when 'settled' then g.at + interval '1 minute' end
  from given g
  join told t on t.n = g.person_id
  order by g.n;

-- The stock: authorised, its room reserved and its capture owed. A run of settling puts those on their way that it will settle: until
-- then they are pledged, as if their givers still looked at the card page.
insert into reservations (committee, gift, person, candidate, election, cents, made_on, evidence, recorded_at)
  select :'committee', g.id, g.person, g.candidate, g.election, g.cents, g.day, g.evidence, g.at - interval '2 minutes'
  from (
    select g.n, g.id, g.person, g.candidate, g.election, g.cents, g.day, g.at, e.evidence
    from given g
    join (select n, array_agg(digest) as evidence from evidence group by n) e on e.n = g.person_id
    where g.state = 'pledged') g
  order by g.n;
insert into owed_calls (committee, id, gift, verb, method, path, body, idempotency_key, due_at)
  select :'committee', dure_ref.code('C', n), id, 'capture', 'POST', '/v1/payment_intents/pi_bench_' || n || '/capture', '', id || ':capture', now() + interval '7 days'
  from given
  where state = 'pledged'
  order by n;

\endif

insert into receipts (committee, id, person, line, instrument, cents, made_on, received_on, happened_at, gift, candidate, election, recorded_at)
  select :'committee', id, person, '11(a)', 'card', cents, day, day, at, id, candidate, election, at + interval '1 minute'
  from given
  where state = 'settled'
  order by n;
insert into processor_fees (committee, id, charge, cents, posted_on, happened_at, recorded_at)
  select :'committee', 'txn_bench_' || n, 'ch_bench_' || n, 0, day, at, at + interval '2 minutes'
  from given
  where state = 'settled'
  order by n;

-- The entries of package ledger, with its digest.
insert into ledger_entries (committee, id, source, posted_on, text, digest, recorded_at)
  select :'committee', md5('entry' || g.n)::uuid, 'receipt:' || g.id, g.day,
         'Gift of ' || t.first_name || ' ' || t.last_name || coalesce(', earmarked for ' || k.committee_name, ''),
         sha256(convert_to(:'committee', 'UTF8') || '\x00' || convert_to('receipt:' || g.id, 'UTF8') || '\x00' || convert_to(g.day::text, 'UTF8')
                || '\x00' || 'stripe'::bytea || '\x0000' || int8send(g.cents)
                || case when g.candidate is null then '\x00' || 'individuals'::bytea || '\x00' || '11(a)'::bytea
                                                 else '\x00' || 'held'::bytea || '\x00' || '11(a)(i)'::bytea end
                || '\x00' || int8send(-g.cents)),
         g.at + interval '1 minute'
  from given g
  join told t on t.n = g.person_id
  left join dure_ref.candidates k on k.id = g.candidate_id
  where g.state = 'settled'
  order by g.n;
insert into ledger_lines (committee, entry, n, account, cents, feeds)
  select :'committee', md5('entry' || g.n)::uuid, l,
         case when l = 1 then 'stripe' when g.candidate is null then 'individuals' else 'held' end,
         case when l = 1 then g.cents else -g.cents end,
         case when l = 1 then '' when g.candidate is null then '11(a)' else '11(a)(i)' end
  from given g, generate_series(1, 2) l
  where g.state = 'settled'
  order by g.n, l;

select format('alter table %s %s', of_table, make) from kept where turn = 1 \gexec
select make from kept_indexes \gexec
select format('alter table %s %s', of_table, make) from kept where turn = 3 \gexec
select format('alter table %s enable trigger user', name) from filled \gexec
drop table told, given;
select format('vacuum (analyze) %s', name) from filled \gexec
