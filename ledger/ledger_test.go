package ledger_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/ledger"
	"dure/money"
	"dure/pg"
)

const committee = "lantern-street"

func books(t *testing.T) *sqlx.DB {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := db.ExecContext(t.Context(), `insert into committees (id) values ($1)`, committee); err != nil {
		t.Fatal(err)
	}
	return db
}

func gift(source string, cents money.Cents) ledger.Entry {
	return ledger.Entry{
		Committee: committee, Source: source, PostedOn: civil.MustParse("2026-02-03"), Text: "Gift",
		Lines: []ledger.Line{{Account: ledger.Stripe, Cents: cents}, {Account: ledger.Individuals, Cents: -cents, Feeds: "11(a)"}},
	}
}

func post(t *testing.T, db *sqlx.DB, e ledger.Entry) error {
	t.Helper()
	return pg.InTx(t.Context(), db, "test", []string{committee}, func(tx *sqlx.Tx) error { return ledger.Post(t.Context(), tx, e) })
}

func TestSourcePostsOnce(t *testing.T) {
	db := books(t)
	for range 3 {
		if err := post(t, db, gift("receipt:G1", 2500)); err != nil {
			t.Fatalf("posting the same entry again: %v", err)
		}
	}
	if err := post(t, db, gift("receipt:G1", 2501)); err == nil || !strings.Contains(err.Error(), "differs") {
		t.Errorf("posting another sum under the same source: %v, want an error that says it differs", err)
	}
	balances, err := ledger.Balances(t.Context(), db, committee, civil.MustParse("2026-12-31"), time.Time{})
	if err != nil || balances[ledger.Stripe] != 2500 || balances[ledger.Individuals] != -2500 || ledger.Cash(balances) != 2500 {
		t.Errorf("balances = %v, %v, want one gift of $25.00", balances, err)
	}
	fed, err := ledger.Fed(t.Context(), db, committee, civil.MustParse("2026-02-01"), civil.MustParse("2026-02-28"), time.Time{})
	if err != nil || len(fed) != 1 || fed["11(a)"] != 2500 {
		t.Errorf("lines fed = %v, %v, want $25.00 on 11(a) alone", fed, err)
	}
}

func TestEntryThatDoesNotBalanceIsRefusedAtCommit(t *testing.T) {
	db := books(t)
	for what, e := range map[string]func(*ledger.Entry){
		"sums to a cent":   func(e *ledger.Entry) { e.Lines[0].Cents++ },
		"has one line":     func(e *ledger.Entry) { e.Lines = e.Lines[:1] },
		"has no line":      func(e *ledger.Entry) { e.Lines = nil },
		"moves nothing":    func(e *ledger.Entry) { e.Lines[0].Cents, e.Lines[1].Cents = 0, 0 },
		"unknown account":  func(e *ledger.Entry) { e.Lines[0].Account = "sofa" },
		"feeds a non-line": func(e *ledger.Entry) { e.Lines[1].Feeds = "99" },
	} {
		bad := gift("receipt:"+strings.ReplaceAll(what, " ", "-"), 2500)
		e(&bad)
		if err := post(t, db, bad); err == nil {
			t.Errorf("an entry that %s is posted", what)
		}
	}
	var n int
	if err := db.Get(&n, `select count(*) from ledger_entries`); err != nil || n != 0 {
		t.Errorf("%d entries stand after refusals, %v", n, err)
	}
}

func TestBooksCanNotBeBrokenInSQL(t *testing.T) {
	db := books(t)
	if err := post(t, db, gift("receipt:G1", 2500)); err != nil {
		t.Fatal(err)
	}
	owner := pgtest.Admin(t, db)
	for _, who := range []*sqlx.DB{db, owner} {
		for _, sql := range []string{
			`update ledger_lines set cents = cents * 2`,
			`delete from ledger_lines`,
			`delete from ledger_entries`,
			`insert into ledger_lines (committee, entry, n, account, cents) select committee, id, 9, 'bank', 1 from ledger_entries`,
			`insert into ledger_entries (committee, source, posted_on, text, digest, actor) values ('lantern-street', 'x', '2026-01-01', 'x', '', 'x')`,
			`insert into ledger_entries (committee, source, posted_on, text, digest, actor) select committee, source, posted_on, text, digest, actor from ledger_entries`,
		} {
			if _, err := who.ExecContext(t.Context(), sql); err == nil {
				t.Errorf("the books take %s", sql)
			}
		}
	}
}

func TestFactsNeedAnActor(t *testing.T) {
	db := books(t)
	err := pg.InTx(t.Context(), db, "", nil, func(tx *sqlx.Tx) error { return ledger.Post(t.Context(), tx, gift("receipt:G1", 100)) })
	if !pg.Violates(err, "ledger_entries_actor_named") {
		t.Errorf("an entry of nobody: %v, want the refusal by ledger_entries_actor_named", err)
	}
}

func TestChartIsTheSchemas(t *testing.T) {
	db := books(t)
	var check string
	if err := db.Get(&check, `select pg_get_constraintdef(oid) from pg_constraint where conname = 'ledger_lines_account_known'`); err != nil {
		t.Fatal(err)
	}
	var feeds string
	if err := db.Get(&feeds, `select pg_get_constraintdef(oid) from pg_constraint where conname = 'ledger_lines_feeds_known'`); err != nil {
		t.Fatal(err)
	}
	for _, a := range ledger.Chart {
		if !strings.Contains(check, "'"+string(a.Account)+"'") {
			t.Errorf("the schema does not know account %s", a.Account)
		}
		for _, f := range a.Feeds {
			if !strings.Contains(feeds, "'"+f+"'") {
				t.Errorf("the schema does not know line %s", f)
			}
		}
	}
	if n := strings.Count(check, "'::text"); n != len(ledger.Chart) {
		t.Errorf("the schema knows %d accounts, the chart %d", n, len(ledger.Chart))
	}
}

func TestBooksAsOfAMoment(t *testing.T) {
	db := books(t)
	owner := pgtest.Admin(t, db)
	day := civil.MustParse("2026-02-03")
	for i, at := range []string{"2026-02-03T12:00:00Z", "2026-03-01T12:00:00Z"} {
		when, _ := time.Parse(time.RFC3339, at)
		ctx := pg.WithRecordedAt(context.Background(), when)
		err := pg.InTx(ctx, owner, "test", []string{committee}, func(tx *sqlx.Tx) error {
			return ledger.Post(ctx, tx, gift([]string{"receipt:G1", "receipt:G2"}[i], 1000))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for at, want := range map[string]money.Cents{"2026-02-03T11:59:59Z": 0, "2026-02-03T12:00:00Z": 1000, "2026-03-02T00:00:00Z": 2000} {
		asOf, _ := time.Parse(time.RFC3339, at)
		b, err := ledger.Balances(t.Context(), db, committee, day, asOf)
		if err != nil || b[ledger.Stripe] != want {
			t.Errorf("Stripe's balance as of %s = %v, %v, want %v", at, b[ledger.Stripe], err, want)
		}
	}
	list, err := ledger.Entries(t.Context(), db, committee, time.Time{}, "", 10)
	if err != nil || len(list) != 2 || list[0].Source != "receipt:G2" || len(list[0].Lines) != 2 || !slices.Equal(list[1].Lines, gift("", 1000).Lines) {
		t.Errorf("Entries = %+v, %v", list, err)
	}
}

func TestSpansAreWhatBalancesAndFedGiveOneByOne(t *testing.T) {
	db := books(t)
	for i, day := range []string{"2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"} {
		e := gift("receipt:G"+day, money.Cents(100<<i))
		e.PostedOn = civil.MustParse(day)
		if err := post(t, db, e); err != nil {
			t.Fatal(err)
		}
		paid := ledger.Entry{Committee: committee, Source: "fee:" + day, PostedOn: e.PostedOn, Text: "Fee", Lines: []ledger.Line{
			{Account: ledger.ProcessorFees, Cents: money.Cents(7 << i), Feeds: "21(b)"}, {Account: ledger.Stripe, Cents: money.Cents(-7 << i)},
		}}
		if err := post(t, db, paid); err != nil {
			t.Fatal(err)
		}
	}
	january, march, through := civil.MustParse("2026-01-01"), civil.MustParse("2026-03-01"), civil.MustParse("2026-03-31")
	for _, days := range [][]civil.Day{{january, march}, {january, january}} {
		spans, err := ledger.Spans(t.Context(), db, committee, through, time.Time{}, days...)
		if err != nil || len(spans) != 3 {
			t.Fatalf("Spans = %v, %v, want three", spans, err)
		}
		begins := []civil.Day{civil.MustParse("2000-01-01"), days[0], days[1]}
		ends := []civil.Day{days[0].Add(-1), days[1].Add(-1), through}
		var sum ledger.Span
		for i, span := range spans {
			fed, err := ledger.Fed(t.Context(), db, committee, begins[i], ends[i], time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(fed, span.Fed); diff != "" {
				t.Errorf("%v to %v: -Fed +Spans:\n%s", begins[i], ends[i], diff)
			}
			if i == 0 {
				sum = span
			} else {
				sum = sum.Add(span)
			}
			balances, err := ledger.Balances(t.Context(), db, committee, ends[i], time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(balances, sum.Moved); diff != "" {
				t.Errorf("through %v: -Balances +Spans added up:\n%s", ends[i], diff)
			}
		}
	}
}
