package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"
	"github.com/stripe/stripe-go/v79"

	main "dure/cmd/dure"
	"dure/dev/house"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
	"dure/donations"
)

// Cards that are declined, and that hold a gift for a person.
const declining, prepaid = "4000000000000002", "5105105105105100"

// aDonors is what the log and the metrics may hold of a donor: nothing of this.
var aDonors = []string{
	"Marigold", "Featherstone", "Pumpernickel", "Wobbleton", "11215", "donor.example.org", "Thistledown", "Bookgilder",
	house.Good, `4242\b`, declining, `0002\b`, prepaid, `5100\b`, "token=", "key=",
}

func tellsNothingOfADonor(t *testing.T, what, text string) {
	t.Helper()
	for _, d := range aDonors {
		if found := regexp.MustCompile(`(?im)^.*\b` + d + `.*$`).FindString(text); found != "" {
			t.Errorf("%s tells %s of a donor: %s", what, d, found)
		}
	}
}

func TestLogAndMetricsTellOfAGiftAndNothingOfItsDonor(t *testing.T) {
	t.Parallel()
	s := serveHouse(t)
	s.get("/give/" + house.ToCommittee + "?ref=neighbor-7")
	s.get("/nowhere/Featherstonehaugh?email=marigold@donor.example.org")
	for _, c := range []struct {
		what   string
		change []string
		status int
	}{
		{"a form without an address", []string{"street", ""}, http.StatusUnprocessableEntity},
		{"more than the limit", []string{"amount", "other", "amount_other", "9000"}, http.StatusUnprocessableEntity},
		{"a good form", nil, http.StatusSeeOther},
	} {
		if got := s.give(house.ToCommittee, form(c.change...)); got != c.status {
			t.Fatalf("%s is answered %d, want %d", c.what, got, c.status)
		}
	}
	var id donations.GiftID
	if err := s.DB.Get(&id, `select id from gifts`); err != nil {
		t.Fatal(err)
	}
	g := s.Gift(id)
	s.Pay(g, declining)
	s.Pay(g, house.Good)
	s.until("the gift is settled", func() bool { return s.Gift(id).State == donations.Settled })
	s.get("/thanks/" + string(id) + "?key=" + g.ThanksKey)

	if got := s.give(house.ToCommittee, form("amount", "50")); got != http.StatusSeeOther {
		t.Fatalf("a second form is answered %d, want 303", got)
	}
	if err := s.DB.Get(&id, `select id from gifts where state = 'open'`); err != nil {
		t.Fatal(err)
	}
	s.Pay(s.Gift(id), prepaid)
	s.until("the second gift is held", func() bool { return s.Gift(id).State == donations.Held })

	s.until("all is done, but for the question that is asked again later", func() bool {
		return s.Count(`select (select count(*) from events where state = 'waiting') + (select count(*) from owed_calls where state = 'owed' and verb <> 'read')`) == 0
	})
	if err := s.Sim.SetFaults(stripesim.Faults{FailAPI: 1}); err != nil {
		t.Fatal(err)
	}
	if got := s.give(house.ToCommittee, form("amount", "10")); got != http.StatusServiceUnavailable {
		t.Errorf("with a Stripe that fails a form is answered %d, want 503", got)
	}
	const refusing = `
		create function test_refuses() returns trigger language plpgsql as $$
		begin raise exception 'can''t read "%"', new.family_name using errcode = '22P02'; end $$;
		create trigger test_refuses before insert on gifts for each row when (new.cents = 1100) execute function test_refuses();
		alter table gifts add constraint test_never check (cents <> 1200)`
	if _, err := s.Owner.Exec(refusing); err != nil {
		t.Fatal(err)
	}
	for _, amount := range []string{"11", "12"} {
		if got := s.give(house.ToCommittee, form("amount", "other", "amount_other", amount)); got != http.StatusInternalServerError {
			t.Errorf("what the database refuses is answered %d, want 500", got)
		}
	}
	if got, _ := s.post("/webhooks/stripe/"+string(house.Committee), "application/json", `{"name":"Marigold Featherstonehaugh"}`); got != http.StatusBadRequest {
		t.Errorf("an unsigned event is answered %d, want 400", got)
	}
	_, metrics := s.get("/metrics")
	if exit, _ := s.stop(); exit != 0 {
		t.Errorf("dure serve ends with %d", exit)
	}

	log := s.Log.String()
	for _, told := range []string{
		`msg=served request=[A-Z2-7]{12} method=POST route=/give/\{drive\} status=303 bytes=\d+ took=`,
		`msg=served request=[A-Z2-7]{12} method=GET route=/thanks/\{gift\} status=200`,
		`msg=served request=[A-Z2-7]{12} method=POST route=/webhooks/stripe/\{committee\} status=200`,
		`level=ERROR msg=answer request=[A-Z2-7]{12} .*invalid_text_representation`,
		`level=ERROR msg=answer request=[A-Z2-7]{12} .*test_never`,
		`level=ERROR msg=answer .*card page`,
	} {
		if !regexp.MustCompile(told).MatchString(log) {
			t.Errorf("the log does not tell %s", told)
		}
	}
	tellsNothingOfADonor(t, "the log", log)

	for _, told := range []string{
		`dure_gifts_last_hour{state="settled"} 1`, `dure_gifts_under_way{state="held"} 1`, `dure_gifts_declined_last_hour 1`,
		`dure_events_waiting 0`, `dure_events_set_aside 0`, `dure_events_waiting_oldest_seconds 0`,
		`dure_calls_owed{verb="capture"} 0`, `dure_calls_owed{verb="open"} 1`, `dure_calls_given_up{verb="open"} 0`,
		`dure_refusals_total{rule="limit-person-pac"} 1`, `dure_webhooks_total{result="refused"} 1`, `dure_webhooks_total{result="not stored"} 0`,
		`dure_http_seconds_count{route="/give/{drive}",status="4xx"} 2`, `dure_http_seconds_count{route="/give/{drive}",status="5xx"} 3`,
		`dure_http_seconds_count{route="none",status="4xx"} 1`,
		`dure_sweep_errors_total{work="events"} 0`, `dure_counts_ok 1`,
	} {
		if !strings.Contains(metrics, "\n"+told+"\n") {
			t.Errorf("the metrics do not tell %s", told)
		}
	}
	for _, told := range []string{
		`dure_webhooks_total{result="stored"} [1-9]`, `dure_sweep_batch_count{work="events"} [1-9]`, `dure_calls_owed_oldest_seconds{verb="open"} [0-9]`,
		`go_sql_open_connections{db_name="dure"} [1-9]`, `dure_held_release_seconds [1-9]`, `dure_build_info{go="go1`, `process_open_fds `,
	} {
		if !regexp.MustCompile(`(?m)^` + strings.ReplaceAll(told, "{", `\{`)).MatchString(metrics) {
			t.Errorf("the metrics do not tell %s", told)
		}
	}
	tellsNothingOfADonor(t, "the metrics", metrics)
	if strings.Contains(metrics, string(id)) {
		t.Error("the metrics name a gift")
	}
	namesThem(t, "../../docs/operator.md", metrics)
	if t.Failed() {
		t.Logf("the metrics:\n%s", metrics)
	}
}

// namesThem holds the operator's page to the metrics that there are: no more and no fewer.
func namesThem(t *testing.T, page, metrics string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	there, named := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^# HELP (dure_\w+)`).FindAllStringSubmatch(metrics, -1) {
		there[m[1]] = true
	}
	for _, m := range regexp.MustCompile("`(dure_[a-z_]+)`").FindAllSubmatch(text, -1) {
		named[string(m[1])] = true
	}
	delete(named, "dure_serve") // a role
	if diff := cmp.Diff(there, named); diff != "" {
		t.Errorf("metrics that there are, and that %s names (-there +named):\n%s", page, diff)
	}
}

func TestMetricsAreForThoseWhoMayAsk(t *testing.T) {
	t.Parallel()
	open, locked := serveHouse(t), serveHouse(t, "DURE_METRICS_TOKEN=sesame-of-the-house")
	for _, c := range []struct {
		what   string
		s      *served
		header []string
		want   int
	}{
		{"no token is set, asked from this machine", open, nil, http.StatusOK},
		{"no token is set, a proxy passes it on", open, []string{"X-Forwarded-For", "203.0.113.9"}, http.StatusForbidden},
		{"a token is set and not shown", locked, nil, http.StatusUnauthorized},
		{"another is shown", locked, []string{"Authorization", "Bearer sesame"}, http.StatusUnauthorized},
		{"it is shown in another way", locked, []string{"Authorization", "sesame-of-the-house"}, http.StatusUnauthorized},
		{"it is shown through a proxy", locked, []string{"Authorization", "Bearer sesame-of-the-house", "X-Forwarded-For", "203.0.113.9"}, http.StatusOK},
	} {
		got, body := c.s.get("/metrics", c.header...)
		if got != c.want || strings.Contains(body, "dure_build_info") != (c.want == http.StatusOK) {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
	for peer, want := range map[string]bool{
		"127.0.0.1:9": true, "[::1]:9": true, "10.1.2.3:9": true, "192.168.7.7:9": true, "[fd00::1]:9": true,
		"203.0.113.9:9": false, "[2001:db8::1]:9": false, "172.32.0.1:9": false, "": false, "@": false,
	} {
		if got := main.Near(&http.Request{RemoteAddr: peer}); got != want {
			t.Errorf("%q is near: %v, want %v", peer, got, want)
		}
	}
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"} {
		r := &http.Request{RemoteAddr: "127.0.0.1:9", Header: http.Header{}}
		r.Header.Set(header, "127.0.0.1")
		if main.Near(r) {
			t.Errorf("a request with %s is taken for near", header)
		}
	}
}

func TestCountsAreAnsweredByIndexes(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	tx, err := db.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`set local enable_seqscan = off`); err != nil {
		t.Fatal(err)
	}
	for name, ask := range main.Questions() {
		var plan json.RawMessage
		if err := tx.Get(&plan, `explain (format json) `+ask); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m := regexp.MustCompile(`"Node Type": "Seq Scan",[^}]*?"Relation Name": "(gifts|events|owed_calls)"`).FindSubmatch(plan); m != nil {
			t.Errorf("%s reads all of %s:\n%s", name, m[1], plan)
		}
	}
}

func TestErrorsAreLoggedWithoutTheValuesTheyQuote(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("plain"), "plain"},
		{
			fmt.Errorf("insert gift G1: %w", &pq.Error{Code: "22P02", Message: `invalid input syntax for type bigint: "Marigold"`}),
			"insert gift G1: pq: invalid_text_representation (22P02)",
		},
		{
			fmt.Errorf("insert gift G1: %w", &pq.Error{Code: "23514", Message: `new row violates check constraint "c"`, Detail: "Failing row contains (Marigold)"}),
			`insert gift G1: pq: new row violates check constraint "c" (23514)`,
		},
		{
			fmt.Errorf("open: %w", &stripe.Error{HTTPStatusCode: 400, Type: "invalid_request_error", Code: "email_invalid", Msg: "Invalid email address: marigold@", RequestID: "req_1"}),
			"open: Stripe answers 400 invalid_request_error email_invalid to req_1",
		},
	} {
		if got := main.WithoutValues(c.err); got != c.want {
			t.Errorf("an error is logged as %q, want %q", got, c.want)
		}
	}
}
