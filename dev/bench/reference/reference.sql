-- A small stand-in for the books of one committee, to time PostgreSQL itself on the work that Dure does.
-- It is no design for Dure: it is the least that settling a gift and listing Schedule A need.
--
--   psql "$DATABASE_URL" -v receipts=1000000 -f reference.sql
--
-- Variables, all optional:
--   receipts   receipts of committee 1, exactly that many                   (100000)
--   persons    people who gave them                                         (receipts * 0.265)
--   pledged    gifts that wait to be settled, the stock of ingest.pgb       (500000)
--   events     events stored before the first run                           (20000)
--   first      the first and the last day on which a receipt came: a year   (2026-01-01)
--   last       of giving is drawn, and squeezed between these two           (2026-12-31)
--   earmarked  the share of gifts that are earmarked                        (0.10)
--   gifts      false: persons and receipts alone, all that filings read     (true)
--
-- It drops and rebuilds the schema dure_ref and touches nothing else. Everything derives from a hash of
-- row numbers: the same variables give the same rows on every machine.

\set ON_ERROR_STOP on
\if :{?receipts} \else \set receipts 100000 \endif
\if :{?pledged}  \else \set pledged  500000 \endif
\if :{?events}   \else \set events   20000  \endif
\if :{?first}    \else \set first 2026-01-01 \endif
\if :{?last}     \else \set last 2026-12-31 \endif
\if :{?gifts}    \else \set gifts true \endif
\if :{?earmarked} \else \set earmarked 0.10 \endif
\if :{?persons}
\else
  select (:receipts * 0.265)::bigint as persons \gset
\endif
\echo building dure_ref: :persons persons, :receipts receipts, :pledged pledged gifts, :events events

set client_min_messages = warning;
drop schema if exists dure_ref cascade;
create schema dure_ref;
set search_path = dure_ref;

-- u(n, salt): a number in [0,1) that depends on n and salt alone.
create function u(n bigint, salt bigint) returns double precision language sql immutable parallel safe
  as $$ select (hashint8extended(n, salt) & 2147483647)::double precision / 2147483648 $$;
-- pick(list, x): the element of list that x in [0,1) falls on.
create function pick(list text[], x double precision) returns text language sql immutable parallel safe
  as $$ select list[1 + floor(x * cardinality(list))::int] $$;
create function pick(list int[], x double precision) returns int language sql immutable parallel safe
  as $$ select list[1 + floor(x * cardinality(list))::int] $$;

-- One row for each human; same_as points to the row this one was found to duplicate. Each fiftieth is one.
create table persons (
  id       bigint primary key,
  same_as  bigint,
  added_at timestamptz not null default now()
);

create table candidates (
  id             int  primary key,
  fec_id         text not null,
  last_name      text not null,
  first_name     text not null,
  committee_name text not null,
  election_code  text not null
);

-- What a committee knows of a giver now: the form that the next gift starts from.
create table contributors (
  committee_id int    not null,
  person_id    bigint not null,
  entity_type  text   not null,
  organization text   not null,
  last_name    text   not null,
  first_name   text   not null,
  middle_name  text   not null,
  prefix       text   not null,
  suffix       text   not null,
  street_1     text   not null,
  street_2     text   not null,
  city         text   not null,
  state        text   not null,
  zip          text   not null,
  employer     text   not null,
  occupation   text   not null,
  email        text   not null
);

create table gifts (
  committee_id   int    not null,
  id             bigint not null,
  person_id      bigint not null,
  candidate_id   int,                       -- set: the gift is earmarked
  cents          bigint not null check (cents > 0),
  state          text   not null check (state in ('pledged', 'settled')),
  given_on       date   not null,
  payment_intent text   not null,
  pledged_at     timestamptz not null default now(),
  settled_at     timestamptz
);

-- A receipt keeps the giver's name and address as they were on its day.
create table receipts (
  committee_id   int    not null,
  id             bigint not null,
  person_id      bigint not null,
  gift_id        bigint not null,
  candidate_id   int,
  transaction_id text   not null,
  entity_type    text   not null,
  organization   text   not null,
  last_name      text   not null,
  first_name     text   not null,
  middle_name    text   not null,
  prefix         text   not null,
  suffix         text   not null,
  street_1       text   not null,
  street_2       text   not null,
  city           text   not null,
  state          text   not null,
  zip            text   not null,
  election_code  text   not null,
  received_on    date   not null,
  cents          bigint not null check (cents > 0),
  employer       text   not null,
  occupation     text   not null,
  memo_text      text   not null,
  recorded_at    timestamptz not null default now()
);

create table ledger_lines (
  committee_id int      not null,
  receipt_id   bigint   not null,
  line         smallint not null,
  account      smallint not null,           -- 1 Stripe balance, 2 income, 3 held for a candidate
  cents        bigint   not null
);

create table stripe_events (
  id          text primary key,
  payload     jsonb not null,
  received_at timestamptz not null default now(),
  applied_at  timestamptz
);

insert into candidates
  select k, 'H' || k % 10 || 'XX' || lpad(k::text, 5, '0'), 'Candidate' || k, 'Sample',
         'Committee to Elect Sample Candidate ' || k, 'P2026'
  from generate_series(1, 40) k;

insert into persons
  select g, case when g % 50 = 0 then g - 1 end from generate_series(1, :persons) g;

insert into contributors
  select 1, g, 'IND', '',
    pick('{Abara,Ahmed,Alvarez,Baker,Bianchi,Brown,Chen,Cohen,Cruz,Davis,Diaz,Evans,Fischer,Flores,Garcia,Gonzalez,Green,Hall,Harris,Hernandez,Hughes,Ito,Jackson,Johnson,Jones,Kaur,Khan,Kim,King,Kowalski,Lee,Lewis,Lopez,Martin,Martinez,Miller,Mitchell,Moore,Morales,Nguyen,Novak,Okafor,Ortiz,Park,Patel,Perez,Phillips,Ramirez,Reyes,Rivera,Roberts,Robinson,Rossi,Santos,Schmidt,Scott,Silva,Singh,Smith,Taylor,Thompson,Torres,Tran,Walker,Washington,Williams,Wright,Yang,Young,Zhang}'::text[], u(g, 11))
      || case when u(g, 12) < 0.08 then '-' || pick('{Adams,Bell,Carter,Dixon,Ellis,Ford,Grant,Hayes}'::text[], u(g, 13)) else '' end,
    pick('{Aaron,Alice,Amara,Andrea,Angela,Anil,Barbara,Carlos,Carol,Daniel,David,Deborah,Diego,Elena,Emily,Fatima,George,Grace,Hannah,Hiroshi,Isabel,James,Jennifer,John,Jorge,Joseph,Karen,Keisha,Laura,Linda,Lucia,Margaret,Maria,Mark,Mary,Mei,Michael,Minh,Nancy,Noor,Olivia,Omar,Patricia,Paul,Priya,Rachel,Robert,Rosa,Samuel,Sarah,Soo-jin,Susan,Tamika,Thomas,Victor,William,Yusuf,Zoe}'::text[], u(g, 14)),
    case when u(g, 15) < 0.35 then chr(65 + floor(u(g, 16) * 26)::int) else '' end,
    case when u(g, 17) < 0.03 then pick('{Dr,Rev,Ms,Mr}'::text[], u(g, 18)) else '' end,
    case when u(g, 19) < 0.03 then pick('{Jr,Sr,II,III}'::text[], u(g, 20)) else '' end,
    (10 + floor(u(g, 21) * 9900)::int) || ' ' || pick('{Main St,Oak Ave,Elm St,Maple Dr,2nd Ave NW,Cedar Ln,Martin Luther King Jr Blvd,Lake Shore Dr,County Road 12,Washington St,Park Ave,Sunset Blvd,Church St,Highland Ter}'::text[], u(g, 22)),
    case when u(g, 23) < 0.2 then 'Apt ' || (1 + floor(u(g, 24) * 400)::int) else '' end,
    pick('{Albuquerque,Atlanta,Austin,Boise,Boston,Chicago,Cleveland,Dallas,Denver,Detroit,Fresno,Houston,Las Vegas,Los Angeles,Madison,Memphis,Miami,Minneapolis,New York,Oakland,Omaha,Orlando,Philadelphia,Phoenix,Pittsburgh,Portland,Raleigh,Sacramento,Salt Lake City,San Antonio,Seattle,St Louis,Tucson,Tulsa,Washington,Wichita}'::text[], u(g, 25)),
    pick('{AL,AZ,CA,CO,CT,FL,GA,IL,IN,MA,MD,MI,MN,MO,NC,NJ,NM,NV,NY,OH,OR,PA,TN,TX,UT,VA,WA,WI}'::text[], u(g, 26)),
    lpad(floor(u(g, 27) * 99999)::int::text, 5, '0') || case when u(g, 28) < 0.3 then lpad(floor(u(g, 29) * 9999)::int::text, 4, '0') else '' end,
    case when u(g, 30) < 0.38 then 'Not employed'
         when u(g, 30) < 0.52 then 'Self-employed'
         else pick('{State University,City School District,County Hospital,Example Software Inc,Regional Transit Authority,United Parcel Depot,Sample Foods Cooperative,Department of Health,First Community Bank,Northern Lights Theatre,Greenfield Farms LLC,Harbor Freight Line,Public Library System,Westside Dental Group,Example Law Offices LLP,Metro Water District}'::text[], u(g, 31)) end,
    case when u(g, 30) < 0.38 then pick('{Retired,Not employed,Student,Homemaker}'::text[], power(u(g, 32), 2.5))
         else pick('{Teacher,Nurse,Software engineer,Attorney,Consultant,Accountant,Driver,Writer,Physician,Social worker,Professor,Electrician,Manager,Cook,Farmer,Librarian,Artist,Sales}'::text[], u(g, 32)) end,
    'person' || g || '@example.org'
  from generate_series(1, :persons) g;

-- Who gives how often and how much in the year:
--   few      57 %: one to three gifts of 3 to 50 dollars
--   monthly  22 %: the same sum each month, half of them since January
--   steady   17 %: two to seven gifts of 50 to 250 dollars
--   large     4 %: one to three gifts of 250 to 1,500 dollars
create temp table planned as
  with who as (
    select p, case when x < 0.57 then 'few' when x < 0.79 then 'monthly' when x < 0.96 then 'steady' else 'large' end as kind
    from (select p, u(p, 41) as x from generate_series(1, :persons) p) s
  ), often as (
    select p, kind,
      case kind when 'few'     then 1 + (u(p, 42) > 0.55)::int + (u(p, 42) > 0.83)::int
                when 'monthly' then case when u(p, 43) < 0.5 then 12 else 1 + floor(u(p, 44) * 12)::int end
                when 'steady'  then 2 + floor(u(p, 45) * 6)::int
                else                1 + floor(u(p, 46) * 3)::int end as n
    from who
  ), gift as (
    select p, kind, n, k, p * 16 + k as h from often, generate_series(1, n) k
  )
  select p, h,
    case kind when 'few'     then pick('{300,500,500,1000,1000,1500,2000,2500,2500,2700,3500,5000}'::int[], u(h, 51))
              when 'monthly' then pick('{500,500,1000,1000,1000,1500,2000,2500,2500,2700,5000,10000}'::int[], u(p, 52))
              when 'steady'  then pick('{5000,5000,7500,10000,10000,15000,25000}'::int[], u(h, 53))
              else                pick('{25000,25000,50000,50000,100000,150000}'::int[], u(h, 54)) end as cents,
    case when kind = 'monthly' then make_date(2026, 12 - n + k, 1 + floor(u(p, 55) * 28)::int)
         else date '2026-01-01' + floor(365 * power(u(h, 56), 0.8))::int end as day
  from gift;

-- Bring it to exactly the number asked for: a few more small gifts, or a few left out, picked by hash.
insert into planned
  select 1 + floor(u(g, 61) * :persons)::bigint, -g,
         pick('{500,1000,1500,2500}'::int[], u(g, 62)), date '2026-01-01' + floor(365 * u(g, 63))::int
  from generate_series(1, :receipts - (select count(*) from planned)) g;

-- Numbered in order of the day, as they would have come in. One day in eight is drawn to the end of its
-- quarter: the deadline mail works.
create temp table numbered as
  select row_number() over (order by day, u(h, 72)) as id, p, cents,
         date :'first' + (day - date '2026-01-01') * (date :'last' - date :'first') / 364 as day,
         case when u(h, 73) < :earmarked then 1 + floor(u(h, 74) * 40)::int end as candidate_id
  from (
    select p, h, cents,
           case when u(h, 71) < 0.125 then (date_trunc('quarter', day) + interval '3 months - 1 day')::date else day end as day
    from (select *, row_number() over (order by u(h, 70), h) as place from planned) s
    where place <= :receipts
  ) s;

\if :gifts
insert into gifts
  select 1, id, p, candidate_id, cents, 'settled', day, 'pi_ref_' || id, day + time '15:00', day + time '15:01'
  from numbered order by id;

-- The stock: gifts numbered receipts+1 … receipts+pledged, by anyone who is no duplicate.
insert into gifts
  select 1, :receipts + g, p - (p % 50 = 0)::int, case when u(g, 82) < :earmarked then 1 + floor(u(g, 83) * 40)::int end,
         pick('{300,500,1000,1500,2000,2500,2700,5000}'::int[], u(g, 84)), 'pledged', date :'last' - 10, 'pi_ref_' || :receipts + g
  from (select g, 1 + floor(u(g, 81) * :persons)::bigint as p from generate_series(1, :pledged) g) s;
\endif

insert into receipts
  select 1, n.id, n.p, n.id, n.candidate_id, 'A' || lpad(n.id::text, 11, '0'),
         c.entity_type, c.organization, c.last_name, c.first_name, c.middle_name, c.prefix, c.suffix,
         c.street_1, c.street_2, c.city, c.state, c.zip,
         case when n.candidate_id is null then '' else 'P2026' end,
         n.day, n.cents, c.employer, c.occupation,
         case when u(n.id, 91) < 0.02 then 'See attached statement' else '' end
  from numbered n join contributors c on c.committee_id = 1 and c.person_id = n.p
  order by n.id;

\if :gifts
insert into ledger_lines
  select 1, id, l, case when l = 1 then 1 when candidate_id is null then 2 else 3 end, case when l = 1 then cents else -cents end
  from numbered, generate_series(1, 2) l order by id, l;

\set payload `cat payload.json`
insert into stripe_events
  select 'evt_old_' || md5(g::text), :'payload'::jsonb, now(), now() from generate_series(1, :events) g;
\endif

drop table planned, numbered;

alter table contributors
  add primary key (committee_id, person_id),
  add foreign key (person_id) references persons;
alter table gifts
  add primary key (committee_id, id),
  add unique (payment_intent),
  add foreign key (committee_id, person_id) references contributors;
create sequence receipt_ids;
select setval('receipt_ids', :receipts) as last_receipt \gset
alter table receipts
  alter id set default nextval('receipt_ids'),
  add primary key (committee_id, id),
  add unique (committee_id, gift_id),
  add foreign key (committee_id, person_id) references contributors;
\if :gifts
alter table receipts add foreign key (committee_id, gift_id) references gifts;
\endif
create index receipts_by_person on receipts (person_id, received_on) include (committee_id, cents, candidate_id);
create index receipts_by_day    on receipts (committee_id, received_on, id);
alter table ledger_lines
  add primary key (committee_id, receipt_id, line),
  add foreign key (committee_id, receipt_id) references receipts;
create index ledger_lines_by_account on ledger_lines (committee_id, account);

vacuum (analyze) persons, candidates, contributors, gifts, receipts, ledger_lines, stripe_events;

\if :gifts \else \quit \endif

\echo the shape:
with run as (
  select r.candidate_id, r.cents, coalesce(p.same_as, p.id) as who,
         sum(r.cents) filter (where r.candidate_id is null) over (partition by coalesce(p.same_as, p.id) order by r.received_on, r.id) as total
  from receipts r join persons p on p.id = r.person_id
)
select count(*) as receipts, count(distinct who) as givers, round(sum(cents) / 100.0) as dollars,
       round(percentile_disc(0.5) within group (order by cents) / 100.0, 2) as median_gift,
       round(100.0 * count(*) filter (where candidate_id is null and total > 20000) / count(*), 1) as pct_over_200,
       round(100.0 * count(*) filter (where candidate_id is not null) / count(*), 1) as pct_earmarked,
       round(100.0 * count(*) filter (where candidate_id is not null or total > 20000) / count(*), 1) as pct_written
from run;
with n as (select count(*) as gifts from receipts group by person_id)
select round(100.0 * count(*) filter (where gifts <= 3) / count(*), 1) as pct_givers_1_to_3,
       round(100.0 * count(*) filter (where gifts >= 10) / count(*), 1) as pct_givers_10_up, max(gifts) as most
from n;
select relname, pg_size_pretty(pg_total_relation_size(c.oid)) as with_indexes, reltuples::bigint as rows
from pg_class c where relnamespace = 'dure_ref'::regnamespace and relkind = 'r' order by pg_total_relation_size(c.oid) desc;
select round(avg(pg_column_size(payload))) as stored_bytes, length(:'payload') as sent_bytes from stripe_events;
