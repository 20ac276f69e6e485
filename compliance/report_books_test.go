package compliance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/pgtest"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// reportBooks is one committee with its facts, entered through the verbs at the moments that a test says.
type reportBooks struct {
	t         *testing.T
	db        *sqlx.DB // of the role that serves
	owner     *sqlx.DB // may say when something was learned
	committee registry.CommitteeID
	zone      *time.Location
}

// fictionalPAC is a committee for tests.
func fictionalPAC(filer string) registry.Committee {
	return registry.Committee{
		ID: "harbor-light", FECID: "C00999201", Name: "HARBOR LIGHT PAC", Kind: "nonconnected", Filer: filer, Zone: "America/New_York",
		Street: "8 Sample Quay", City: "Boston", State: "MA", Zip: "02110", TreasurerLast: "Example", TreasurerFirst: "Pat",
	}
}

// newReportBooks opens the books of a committee on 1 January 2026 in a database whose clock stands in January 2028.
func newReportBooks(t *testing.T, c registry.Committee, cash money.Cents) *reportBooks {
	t.Helper()
	b := &reportBooks{t: t, db: pgtest.New(t), committee: c.ID, zone: c.Location()}
	b.owner = pgtest.Admin(t, b.db)
	const move = `update clock set offset_us = (extract(epoch from timestamptz '2028-01-15 12:00Z' - clock_timestamp()) * 1000000)::bigint`
	if _, err := b.owner.ExecContext(t.Context(), move); err != nil {
		t.Fatal(err)
	}
	b.at("2026-01-01T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		return errors.Join(
			registry.AddCommittee(ctx, tx, c),
			compliance.OpenBooks(ctx, tx, c.ID, civil.MustParse("2026-01-01"), cash))
	})
	return b
}

// at runs f in a transaction whose facts are learned at a moment.
func (b *reportBooks) at(when string, f func(ctx context.Context, tx *sqlx.Tx) error) {
	b.t.Helper()
	ctx := pg.WithRecordedAt(b.t.Context(), moment(b.t, when))
	err := pg.InTx(ctx, b.owner, "test", []string{string(b.committee)}, func(tx *sqlx.Tx) error { return f(ctx, tx) })
	if err != nil {
		b.t.Fatalf("at %s: %v", when, err)
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// gave records a receipt that happened at a moment, was learned a minute later, and stands on r's line (11(a) when empty).
func (b *reportBooks) gave(when string, r compliance.Receipt) {
	b.t.Helper()
	happened := moment(b.t, when)
	b.at(happened.Add(time.Minute).Format(time.RFC3339Nano), func(ctx context.Context, tx *sqlx.Tx) error {
		return b.receive(ctx, tx, happened, r)
	})
}

func (b *reportBooks) receive(ctx context.Context, tx *sqlx.Tx, happened time.Time, r compliance.Receipt) error {
	if err := b.known(ctx, tx, happened, &r); err != nil {
		return err
	}
	return compliance.Receive(ctx, tx, r)
}

func (b *reportBooks) receiveInKind(ctx context.Context, tx *sqlx.Tx, happened time.Time, k compliance.InKind) error {
	if err := b.known(ctx, tx, happened, &k.Receipt); err != nil {
		return err
	}
	return compliance.ReceiveInKind(ctx, tx, k)
}

// known fills in what the tests leave out of a receipt, and locks its giver.
func (b *reportBooks) known(ctx context.Context, tx *sqlx.Tx, happened time.Time, r *compliance.Receipt) error {
	r.Committee, r.HappenedAt = b.committee, happened
	r.ReceivedOn = civil.In(happened, b.zone)
	r.MadeOn = r.ReceivedOn
	if r.Line == "" {
		r.Line = "11(a)"
	}
	if r.Instrument == "" {
		r.Instrument = "transfer"
	}
	var err error
	if r.Contributor.Person, err = registry.Identify(ctx, tx, r.Contributor); err != nil {
		return err
	}
	return registry.Lock(ctx, tx, r.Contributor.Person)
}

// paid records a disbursement that happened at a moment and was learned a minute later.
func (b *reportBooks) paid(when string, d compliance.Disbursement) {
	b.t.Helper()
	d.Committee, d.HappenedAt = b.committee, moment(b.t, when)
	d.PaidOn = civil.In(d.HappenedAt, b.zone)
	b.at(d.HappenedAt.Add(time.Minute).Format(time.RFC3339Nano), func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Disburse(ctx, tx, d)
	})
}

// fee records a processor's fee.
func (b *reportBooks) fee(when, id string, cents money.Cents) {
	b.t.Helper()
	at := moment(b.t, when)
	b.at(when, func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.RecordFee(ctx, tx, compliance.Fee{
			Committee: b.committee, ID: id, Cents: cents, PostedOn: civil.In(at, b.zone), HappenedAt: at,
		})
	})
}

// forwarded records that earmarked receipts were sent on.
func (b *reportBooks) forwarded(when, id string, to registry.CandidateID, method string, receipts ...string) {
	b.t.Helper()
	at := moment(b.t, when)
	b.at(at.Add(time.Minute).Format(time.RFC3339Nano), func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Forward(ctx, tx, compliance.Forwarded{
			Committee: b.committee, ID: id, Candidate: to, SentOn: civil.In(at, b.zone), HappenedAt: at, Method: method, Receipts: receipts,
		})
	})
}

// later runs f with a moment, and its day in the committee's zone, a minute after it.
func (b *reportBooks) later(when string, f func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error) {
	b.t.Helper()
	at := moment(b.t, when)
	b.at(at.Add(time.Minute).Format(time.RFC3339Nano), func(ctx context.Context, tx *sqlx.Tx) error { return f(ctx, tx, at, civil.In(at, b.zone)) })
}

// refunded records a refund; the processor's id of it is re_ and its own.
func (b *reportBooks) refunded(when, id, receipt string, cents money.Cents) {
	b.t.Helper()
	b.later(when, func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.RecordRefund(ctx, tx, compliance.Refund{
			Committee: b.committee, ID: id, Receipt: receipt, Cents: cents, RefundedOn: on, HappenedAt: at, StripeRefund: "re_" + id,
		})
	})
}

// refundFailed records that the bank did not take a refund.
func (b *reportBooks) refundFailed(when, id string) {
	b.t.Helper()
	b.later(when, func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.FailRefund(ctx, tx, b.committee, "re_"+id, on, at)
	})
}

// disputed records a dispute that was opened at one moment and decided at another.
func (b *reportBooks) disputed(opened, id, receipt string, cents money.Cents, ended, outcome string) {
	b.t.Helper()
	b.withdrawn(opened, id, receipt, cents)
	b.later(ended, func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.EndDispute(ctx, tx, b.committee, id, outcome, on, at)
	})
}

// lost records a dispute that was lost, and of which a part was given back.
func (b *reportBooks) lost(opened, id, receipt string, cents money.Cents, ended string, returned money.Cents) {
	b.t.Helper()
	b.withdrawn(opened, id, receipt, cents)
	b.later(ended, func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.LoseDispute(ctx, tx, b.committee, id, returned, on, at)
	})
}

// withdrawn records that a bank took money for a dispute.
func (b *reportBooks) withdrawn(opened, id, receipt string, cents money.Cents) {
	b.t.Helper()
	b.later(opened, func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.OpenDispute(ctx, tx, compliance.Dispute{
			Committee: b.committee, ID: id, Receipt: receipt, Cents: cents, OpenedOn: on, HappenedAt: at,
		})
	})
}

// item gives the transaction id under which a receipt was forwarded.
func (b *reportBooks) item(receipt string) string {
	b.t.Helper()
	return b.id(`select id from forward_items where committee = $1 and receipt = $2`, receipt)
}

// loss gives the transaction id of a lost dispute's row.
func (b *reportBooks) loss(dispute string) string {
	b.t.Helper()
	return b.id(`select id from dispute_ends where committee = $1 and dispute = $2`, dispute)
}

// id asks for an id that the program made.
func (b *reportBooks) id(find, of string) string {
	b.t.Helper()
	var id string
	if err := b.owner.GetContext(b.t.Context(), &id, find, b.committee, of); err != nil {
		b.t.Fatal(err)
	}
	return id
}

// built is a report as it was written, with its records by line.
type built struct {
	compliance.Report
	bytes   []byte
	records []fec.Record
}

// build writes a report as of a moment (empty: now), and fails the test when Check finds an error in it.
func (b *reportBooks) build(period, asOf string) built {
	b.t.Helper()
	var cutoff time.Time
	if asOf != "" {
		cutoff = moment(b.t, asOf)
	}
	var out bytes.Buffer
	r, err := compliance.BuildReport(b.t.Context(), b.db, b.committee, period, cutoff, &out)
	if err != nil {
		b.t.Fatalf("BuildReport(%s, %s): %v", period, asOf, err)
	}
	findings, _, err := fec.Check(bytes.NewReader(out.Bytes()))
	if err != nil || fec.Errors(findings) > 0 {
		b.t.Fatalf("Check of %s: %v, %v", period, err, findings)
	}
	return built{Report: r, bytes: out.Bytes(), records: readRecords(b.t, out.Bytes())}
}

func readRecords(t *testing.T, file []byte) []fec.Record {
	t.Helper()
	var out []fec.Record
	r := fec.NewReader(bytes.NewReader(file))
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec)
	}
}

// rows writes what the rows of a report say on one line each: record, id, day, amount, aggregate where there is one, who, purpose.
func (r built) rows() []string {
	var out []string
	for _, rec := range r.records[2:] {
		name := func(columns ...string) string {
			for _, c := range columns {
				if v := rec.Get(c); v != "" {
					return v
				}
			}
			return "-"
		}
		s := fmt.Sprintf("%s %s %s %s", rec.Form(), rec.At(3), name("contribution_date", "expenditure_date"), name("contribution_amount", "expenditure_amount"))
		if a := rec.Get("contribution_aggregate"); a != "" {
			s += " of " + a
		}
		s += " " + name("contributor_organization_name", "contributor_last_name", "payee_organization_name", "payee_last_name")
		if p := name("contribution_purpose_descrip", "expenditure_purpose_descrip"); p != "-" {
			s += ": " + p
		}
		out = append(out, s)
	}
	return out
}

// lines gives the lines of a summary's column that are not zero.
func lines(a fec.Amounts) map[fec.Line]string {
	out := map[fec.Line]string{}
	for l, c := range a {
		if c != 0 {
			out[l] = c.Plain()
		}
	}
	return out
}
