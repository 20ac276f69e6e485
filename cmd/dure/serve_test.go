package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"dure/dev/house"
	"dure/donations"
)

func TestReadinessTellsTheTruth(t *testing.T) {
	t.Parallel()
	s := serveHouse(t)
	readyz := func(when string, status int, reason string) {
		t.Helper()
		began := time.Now()
		got, body := s.get("/readyz")
		if got != status || strings.TrimSpace(body) != reason || time.Since(began) > 5*time.Second {
			t.Errorf("%s /readyz answers %d %q after %v, want %d %q soon", when, got, body, time.Since(began), status, reason)
		}
		if alive := s.status("/healthz"); alive != http.StatusOK {
			t.Errorf("%s /healthz answers %d, want 200: the process lives", when, alive)
		}
	}
	readyz("at first", http.StatusOK, "ready")

	g := s.MustGive(s.Pledge(house.ToCommittee, 2500))
	s.Gate.Shut()
	readyz("with connections cut and refused", http.StatusServiceUnavailable, "the database can't be reached")
	if got := s.give(house.ToCommittee, form()); got != http.StatusServiceUnavailable {
		t.Errorf("without a database a form is answered %d, want 503", got)
	}
	noCounts := func() {
		t.Helper()
		if _, body := s.get("/metrics"); !strings.Contains(body, "\ndure_counts_ok 0\n") || strings.Contains(body, "\ndure_events_waiting ") {
			t.Errorf("without a database the metrics tell counts, or don't tell that there are none:\n%s", body)
		}
	}
	noCounts()
	s.Gate.Deafen()
	readyz("with a database that takes connections and is silent", http.StatusServiceUnavailable, "the database can't be reached")
	time.Sleep(6 * time.Second) // what was counted is asked again
	noCounts()
	s.Pay(g, house.Good)
	s.Gate.Open()
	s.until("the site is ready again", func() bool { return s.status("/readyz") == http.StatusOK })
	s.until("a gift that was paid meanwhile is settled", func() bool { return s.Gift(g.ID).State == donations.Settled })

	for _, c := range []struct{ change, reason, undo string }{
		{
			`insert into goose_db_version (version_id, is_applied) values (9999, true)`,
			"the schema of the database is ahead of this program: run the newer dure",
			`delete from goose_db_version where version_id = 9999`,
		},
		{
			`update goose_db_version set is_applied = false where version_id = (select max(version_id) from goose_db_version)`,
			"the schema of the database is behind this program: run dure migrate",
			`update goose_db_version set is_applied = true`,
		},
	} {
		if _, err := s.Owner.Exec(c.change); err != nil {
			t.Fatal(err)
		}
		readyz("after "+c.change, http.StatusServiceUnavailable, c.reason)
		if _, err := s.Owner.Exec(c.undo); err != nil {
			t.Fatal(err)
		}
	}
	readyz("at last", http.StatusOK, "ready")
	for _, told := range []string{`msg="not ready" reason="the database can't be reached"`, "msg=ready"} {
		if !strings.Contains(s.Log.String(), told) {
			t.Errorf("the log does not tell %s", told)
		}
	}
}

// slow begins a request and leaves the rest to be sent later.
type slow struct {
	net.Conn
	rest string
}

func (s *served) begin(request string, kept int) slow {
	s.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(40 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.WriteString(c, request[:len(request)-kept]); err != nil {
		s.t.Fatal(err)
	}
	return slow{c, request[len(request)-kept:]}
}

// end sends the rest, and gives the answer.
func (s slow) end() (int, string, error) {
	if _, err := io.WriteString(s, s.rest); err != nil {
		return 0, "", err
	}
	res, err := http.ReadResponse(bufio.NewReader(s), nil)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// holdGiver keeps everybody from a giver until the transaction ends.
func (s *served) holdGiver(g donations.Gift) interface{ Rollback() error } {
	s.t.Helper()
	tx, err := s.Owner.Beginx()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = tx.Rollback() })
	if _, err := tx.Exec(`set local idle_in_transaction_session_timeout = 0`); err != nil {
		s.t.Fatal(err)
	}
	if _, err := tx.Exec(`select id from persons where id = $1 for update`, g.Person); err != nil {
		s.t.Fatal(err)
	}
	return tx
}

// untilBatchWaits waits until a batch of dure serve is under way and waits for a giver.
func (s *served) untilBatchWaits() {
	s.t.Helper()
	s.until("a batch waits for its giver", func() bool {
		return s.Count(`select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock' and query like '%persons%' and pid <> pg_backend_pid()`) > 0
	})
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	s := serveHouse(t)
	g := s.MustGive(s.Pledge(house.ToCommittee, 2500))
	lock := s.holdGiver(g)
	s.Pay(g, house.Good)
	s.untilBatchWaits()
	const applied = `select count(*) from events where state = 'applied'`
	before := s.Count(applied)
	body := form("amount", "33", "amount_other", "").Encode()
	gift := s.begin(fmt.Sprintf("POST /give/%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		house.ToCommittee, len(body), body), 40)
	table, err := s.Owner.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer table.Rollback()
	if _, err := table.Exec(`lock table goose_db_version`); err != nil {
		t.Fatal(err)
	}
	ready := s.begin("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", 0) // which waits for the table
	time.Sleep(200 * time.Millisecond)                             // both are on their way through the program

	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until("nobody is let in any more", func() bool { return s.status("/healthz") == 0 })
	if err := table.Rollback(); err != nil {
		t.Fatal(err)
	}
	if status, reason, err := ready.end(); status != http.StatusServiceUnavailable || strings.TrimSpace(reason) != "stopping" || err != nil {
		t.Errorf("while it stops, /readyz answers %d %q, %v, want 503 stopping", status, reason, err)
	}
	time.Sleep(2 * time.Second) // a donor on a slow line
	if status, answer, err := gift.end(); status != http.StatusSeeOther || err != nil {
		t.Errorf("a form that was under way is answered %d, %v, want 303 to the card page:\n%s", status, err, answer)
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if exit, took := s.gone(began); exit != 0 || took > 20*time.Second || took < 2*time.Second {
		t.Errorf("dure serve ends with %d after %v, want 0 when the slow ones are done", exit, took)
	}
	if after := s.Count(applied); after <= before {
		t.Errorf("before the stop %d events were applied, and %d after it: the batch under way was cut off", before, after)
	}
	if !strings.Contains(s.Log.String(), "msg=stopped") {
		t.Error("the log does not tell that all was done")
	}
}

func TestStopEndsInTimeWhatNeverEnds(t *testing.T) {
	t.Parallel()
	s := serveHouse(t)
	g := s.MustGive(s.Pledge(house.ToCommittee, 2500))
	lock := s.holdGiver(g)
	s.Pay(g, house.Good)
	s.untilBatchWaits()
	s.begin("POST /give/"+house.ToCommittee+" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde", 3)
	time.Sleep(200 * time.Millisecond)
	exit, took := s.stop()
	if exit != 2 || took > 20*time.Second || took < 10*time.Second {
		t.Errorf("dure serve ends with %d after %v, want 2 within 20 s, and some patience before", exit, took)
	}
	for _, told := range []string{"requests under way were cut off", "a batch under way was cut off"} {
		if !strings.Contains(s.Log.String(), told) {
			t.Errorf("it does not tell that %s", told)
		}
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	s.Quiet() // as the next start would
	if got := s.Gift(g.ID).State; got != donations.Settled {
		t.Errorf("after the next start the gift is %s: something was lost", got)
	}
}
