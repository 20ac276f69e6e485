package seed_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/compliance/rules"
	"dure/dev/pgtest"
	"dure/dev/seed"
	"dure/donations"
	"dure/money"
	"dure/registry"
	"dure/staff"
)

// options are for an empty database whose clock is set to noon of a day in New York.
func options(t *testing.T, db *sqlx.DB, today string) seed.Options {
	t.Helper()
	o := seed.Options{
		AdminURL: pgtest.URLs(t, db).Admin, Today: civil.MustParse(today), SecretsKey: strings.Repeat("5eed", 16),
		PublicURL: "http://127.0.0.1:8080", Affiliate: seed.StripeKeys{Secret: "sk_test_seed", Webhook: "whsec_seed"},
	}
	o.Now = o.Today.Midnight().Add(17 * time.Hour)
	const move = `update clock set offset_us = (extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint`
	if _, err := pgtest.Admin(t, db).ExecContext(t.Context(), move, o.Now); err != nil {
		t.Fatal(err)
	}
	return o
}

func sow(t *testing.T, o seed.Options) seed.Result {
	t.Helper()
	began := time.Now()
	r, err := seed.Sow(t.Context(), o)
	if err != nil {
		t.Fatalf("Sow on %v: %v", o.Today, err)
	}
	t.Logf("sown for %v in %.1f s", o.Today, time.Since(began).Seconds())
	return r
}

// fewGifts are enough where the whole two years are not asked about.
const fewGifts = 600

func TestSeed(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	o := options(t, db, "2026-11-22")
	r := sow(t, o)
	t.Run("its books hold", func(t *testing.T) { booksHold(t, db, r) })
	t.Run("every report of its two years is built", func(t *testing.T) { reportsBuild(t, db, o, r) })
	t.Run("the candidate's drive is open, and its room whole", func(t *testing.T) { driveIsOpen(t, db, o, r) })
	t.Run("the bank is never overdrawn", func(t *testing.T) { bankHolds(t, db, r) })
	t.Run("the desk has work, none of it late", func(t *testing.T) { deskHasWork(t, db, o, r) })
	t.Run("gifts came to every end but those under way", func(t *testing.T) { giftsEnded(t, db, o) })
	t.Run("the first committee is served by the environment's keys, the affiliate by its own", func(t *testing.T) { accountsStand(t, db, o, r) })
	t.Run("nothing was learned later than now", func(t *testing.T) { nothingIsAhead(t, db, o) })
	t.Run("pages are published in every language, by the seed and nobody else", func(t *testing.T) { everyLanguageIsPublished(t, db, o, r) })
	t.Run("the open drives speak other languages", func(t *testing.T) { drivesSpeak(t, db, r) })
	t.Run("sown again, it stays as it is", func(t *testing.T) {
		before := sums(t, db)
		again := sow(t, o)
		if diff := cmp.Diff(r, again); diff != "" {
			t.Errorf("the second result (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(before, sums(t, db)); diff != "" {
			t.Errorf("the database (-before +after):\n%s", diff)
		}
	})
	t.Run("another sowing for the day gives the same", func(t *testing.T) {
		other := pgtest.New(t)
		one := pgtest.New(t)
		for _, db := range []*sqlx.DB{one, other} {
			few := options(t, db, "2026-11-22")
			few.Gifts = fewGifts
			sow(t, few)
		}
		if diff := cmp.Diff(sums(t, one), sums(t, other)); diff != "" {
			t.Errorf("the sums (-first +other):\n%s", diff)
		}
	})
}

// sums are what must be the same for the same day: how much of what there is, by committee.
func sums(t *testing.T, db *sqlx.DB) []string {
	t.Helper()
	const list = `
		select said from (
			select concat_ws(' ', 'entries', committee, posted_on, account, feeds, sum(cents)) as said
			from ledger_entries e join ledger_lines l using (committee) where l.entry = e.id group by committee, posted_on, account, feeds
			union all
			select concat_ws(' ', 'gift', committee, id, drive, state, cents, pledged_at, charged_at, given_name, family_name, name_own, street, zip, employer)
			from gifts
			union all
			select concat_ws(' ', 'receipt', committee, line, instrument, cents, made_on, received_on, recorded_at) from receipts
			union all
			select concat_ws(' ', 'paid', committee, line, cents, paid_on, method, purpose, recorded_at) from disbursements
			union all
			select concat_ws(' ', 'forward', committee, candidate, cents, sent_on, method, recorded_at) from forwards
			union all
			select concat_ws(' ', 'drive', committee, slug, goal_cents, opens_on, closes_on) from drives
			union all
			select concat_ws(' ', 'approval', committee, language, notice, version, on_day, recorded_at) from notice_approvals
			union all
			select concat_ws(' ', 'says', committee, drive, language, title, story, recorded_at) from drive_texts
			union all
			select concat_ws(' ', 'audit', table_name, verb, count(*)) from audit group by table_name, verb) all_of_it
		order by said`
	rows, err := db.QueryContext(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil || len(lines) < 2000 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	return lines
}

func booksHold(t *testing.T, db *sqlx.DB, r seed.Result) {
	for _, c := range []registry.CommitteeID{r.Committee, r.Affiliate} {
		proofs, err := compliance.Examine(t.Context(), db, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proofs {
			if !p.Holds() {
				t.Errorf("%s: %s: facts %v, books %v", c, p.What, p.Facts, p.Books)
			}
		}
	}
}

func reportsBuild(t *testing.T, db *sqlx.DB, o seed.Options, r seed.Result) {
	for _, c := range []registry.CommitteeID{r.Committee, r.Affiliate} {
		for year := o.Today.Year() - 1; year <= o.Today.Year(); year++ {
			list, err := compliance.ReportList(t.Context(), db, c, year, o.Now)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				if p.State == compliance.PeriodUpcoming {
					continue
				}
				var file bytes.Buffer
				report, err := compliance.BuildReport(t.Context(), db, c, p.Name, time.Time{}, &file)
				if err != nil {
					t.Errorf("BuildReport(%s, %s): %v", c, p.Name, err)
					continue
				}
				findings, _, err := fec.Check(&file)
				if err != nil || fec.Errors(findings) > 0 {
					t.Errorf("Check of %s %s: %v, %v", c, p.Name, err, findings)
				}
				if len(report.RowCounts()) == 0 {
					t.Errorf("report %s of %s has no rows", p.Name, c)
				}
			}
		}
	}
}

func driveIsOpen(t *testing.T, db *sqlx.DB, o seed.Options, r seed.Result) {
	for _, slug := range []string{r.PACDrive, r.CandidateDrive} {
		d, err := donations.FindDrive(t.Context(), db, slug)
		if err != nil {
			t.Fatal(err)
		}
		if d.Committee != r.Committee || !d.OpenOn(o.Today) || (d.Candidate != "") != (slug == r.CandidateDrive) {
			t.Errorf("drive %+v: want one of %s, open on %v", d, r.Committee, o.Today)
		}
		total, err := donations.DriveTotal(t.Context(), db, d)
		if err != nil {
			t.Fatal(err)
		}
		if share := int64(total.Cents * 100 / d.Goal); share < 58 || share > 64 {
			t.Errorf("drive %s reached %d %% of its goal, %v of %v, want about 61", slug, share, total.Cents, d.Goal)
		}
	}
	open, err := donations.OpenDrives(t.Context(), db, o.Today)
	if err != nil || len(open) != 3 {
		t.Errorf("%d drives are open, %v, want 3", len(open), err)
	}
	d, err := donations.FindDrive(t.Context(), db, r.CandidateDrive)
	if err != nil {
		t.Fatal(err)
	}
	room, findings, err := compliance.Screen(t.Context(), db, compliance.Proposal{
		Committee: r.Committee, Person: "PNOBODY", Kind: registry.Individual, Cents: r.CandidateRoomCents,
		Candidate: d.Candidate, Election: d.Election, Made: o.Today,
	})
	if err != nil || len(findings) > 0 || room.Left != r.CandidateRoomCents || room.Left != 3500_00 {
		t.Errorf("a new giver's room is %v, %v, %v, want %v", room.Left, findings, err, r.CandidateRoomCents)
	}
}

func bankHolds(t *testing.T, db *sqlx.DB, r seed.Result) {
	for _, c := range []registry.CommitteeID{r.Committee, r.Affiliate} {
		const lowest = `
			select min(balance)::bigint from (
				select sum(sum(l.cents)) over (order by e.posted_on) as balance
				from ledger_entries e
				join ledger_lines l on l.committee = e.committee and l.entry = e.id
				where e.committee = $1 and l.account = 'bank'
				group by e.posted_on) days`
		var least money.Cents
		if err := db.GetContext(t.Context(), &least, lowest, c); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: the least in the bank is %v", c, least)
		if least < 1000_00 {
			t.Errorf("%s: the bank holds %v on its poorest day", c, least)
		}
	}
}

func deskHasWork(t *testing.T, db *sqlx.DB, o seed.Options, r seed.Result) {
	due, err := compliance.ForwardsDue(t.Context(), db, r.Committee, o.Today)
	if err != nil || len(due) == 0 || due[0].Due.DaysLeft < 0 {
		t.Errorf("forwards due: %d, %v, the first %+v", len(due), err, due[:min(1, len(due))])
	}
	checks, err := compliance.Undeposited(t.Context(), db, r.Committee, o.Today)
	if err != nil || len(checks) < 2 || checks[0].Due.DaysLeft < 0 {
		t.Errorf("checks on hand: %d, %v, the first %+v", len(checks), err, checks[:min(1, len(checks))])
	}
	cases, err := compliance.Cases(t.Context(), db, r.Committee, o.Today)
	if err != nil || len(cases) != 1 || cases[0].Excess != 500_00 || cases[0].Due.DaysLeft < 30 {
		t.Errorf("cases: %+v, %v, want one of $500.00 over", cases, err)
	}
	var late int
	const lateForwards = `
		select count(*)
		from forward_items i
		join forwards f on f.committee = i.committee and f.id = i.forward
		join receipts r on r.committee = i.committee and r.id = i.receipt
		where f.sent_on > r.received_on + 10`
	if err := db.GetContext(t.Context(), &late, lateForwards); err != nil || late > 0 {
		t.Errorf("%d gifts were forwarded late, %v", late, err)
	}
	members, err := staff.List(t.Context(), db)
	if err != nil || len(members) != 2 || members[0].Email != r.StaffEmail || members[0].Committee != r.Committee || members[1].Committee != r.Affiliate {
		t.Errorf("staff: %+v, %v, want the treasurer of both", members, err)
	}
}

func giftsEnded(t *testing.T, db *sqlx.DB, o seed.Options) {
	var counts []struct {
		State donations.State
		N     int
	}
	if err := db.SelectContext(t.Context(), &counts, `select state, count(*) as n from gifts group by state`); err != nil {
		t.Fatal(err)
	}
	got := map[donations.State]int{}
	for _, c := range counts {
		got[c.State] = c.N
	}
	if got[donations.Settled] < 4800 || got[donations.Settled] > 5200 || got[donations.Expired] < 20 || got[donations.Released] < 3 || len(got) != 3 {
		t.Errorf("gifts by state: %v", got)
	}
	for what, count := range map[string]string{
		"calls are owed":                                     `select count(*) from owed_calls where state <> 'done'`,
		"settled gifts have no fee":                          `select count(*) from gifts g where state = 'settled' and not exists (select from processor_fees f where f.committee = g.committee and f.charge = g.charge)`,
		"gifts are not affirmed":                             fmt.Sprintf(`select count(*) from gifts g where (select count(*) from attestations a where a.committee = g.committee and a.gift = g.id) <> %d`, len(rules.Federal().Attested(o.Today))),
		"persons were joined":                                `select count(*) from person_joins`,
		"contributors who pass $200 are too few or too many": `select case when count(*) between 30 and 600 then 0 else count(*) end from (select from receipts where line = '11(a)' and candidate is null group by committee, person, extract(year from received_on) having sum(cents) > 20000) over_200`,
	} {
		var n int
		if err := db.GetContext(t.Context(), &n, count); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}

func accountsStand(t *testing.T, db *sqlx.DB, o seed.Options, r seed.Result) {
	accounts, err := donations.NewAccounts(db, donations.Keys{SecretKey: "sk_test_first", WebhookSecret: "whsec_first", SecretsKey: o.SecretsKey})
	if err != nil {
		t.Fatal(err)
	}
	for c, want := range map[registry.CommitteeID]string{r.Committee: "whsec_first", r.Affiliate: "whsec_seed"} {
		if got, err := accounts.WebhookSecret(t.Context(), c); got != want || err != nil {
			t.Errorf("the webhook secret of %s is %q, %v, want %q", c, got, err, want)
		}
	}
	group, err := registry.Affiliates(t.Context(), db, r.Committee, o.Today)
	if err != nil || len(group) != 2 {
		t.Errorf("affiliates of %s: %v, %v", r.Committee, group, err)
	}
}

func nothingIsAhead(t *testing.T, db *sqlx.DB, o seed.Options) {
	var tables []string
	const timed = `select table_name from information_schema.columns where column_name = 'recorded_at' and table_schema = current_schema()`
	if err := db.SelectContext(t.Context(), &tables, timed); err != nil || len(tables) < 20 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		var last time.Time
		err := db.GetContext(t.Context(), &last, `select coalesce(max(recorded_at), '2000-01-01') from `+table)
		if err != nil || !last.Before(o.Now) {
			t.Errorf("the last of %s was recorded at %v, %v, want before %v", table, last, err, o.Now)
		}
	}
}

// The calendar moves what is sown: elections, drives, the year of the case.
func TestSeedOnOtherDays(t *testing.T) {
	for _, today := range []string{"2027-01-05", "2028-05-20"} {
		db := pgtest.New(t)
		o := options(t, db, today)
		o.Gifts = fewGifts
		r := sow(t, o)
		booksHold(t, db, r)
		driveIsOpen(t, db, o, r)
		bankHolds(t, db, r)
		nothingIsAhead(t, db, o)
	}
}

func TestHalfASeedIsRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	o := options(t, db, "2026-11-22")
	const half = `
		select set_config('dure.actor', 'test', true);
		insert into committees (id) values ('long-table');
		insert into committee_versions (committee, fec_id, name, kind, filer, street, city, state, zip, treasurer_last, treasurer_first)
		values ('long-table', 'C00999501', 'LONG TABLE PAC', 'nonconnected', 'monthly', '1 Example St', 'New York', 'NY', '10013', 'Exampleton', 'Robin')`
	if _, err := db.ExecContext(t.Context(), half); err != nil {
		t.Fatal(err)
	}
	if _, err := seed.Sow(t.Context(), o); err != seed.ErrHalf {
		t.Errorf("Sow = %v, want ErrHalf", err)
	}
}
