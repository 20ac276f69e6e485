package compliance_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	gocmp "github.com/google/go-cmp/cmp"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/fectest"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// workedMonth is the reference's events.json.
type workedMonth struct {
	Committee struct {
		ID, Name, City, State, Zip, Zone, Filer string
		Street1                                 string `json:"street_1"`
		Street2                                 string `json:"street_2"`
		Treasurer                               struct{ Last, First string }
	}
	Reports []struct {
		Code, Period, Due string
		CutOffAt          time.Time `json:"cut_off_at"`
	}
	Parties map[string]workedParty
	Events  []workedEvent
}

type workedParty struct {
	Entity, First, Last, Name, Street, City, State, Zip, Employer, Occupation string
	CommitteeID                                                               string `json:"committee_id"`
	Candidate                                                                 *struct{ ID, First, Last, Office, State, District string }
}

type workedEvent struct {
	ID, Kind, Party, Purpose, Method, Check string
	HappenedAt                              time.Time   `json:"happened_at"`
	RecordedAt                              time.Time   `json:"recorded_at"`
	Cents                                   money.Cents `json:"amount_cents"`
	Category                                string      `json:"category_code"`
	EarmarkedFor                            string      `json:"earmarked_for"`
	Gifts, Checks, Missing                  []string
	Gift, Dispute, Outcome                  string
	Goods, Valuation                        string
	SentBy                                  string `json:"sent_by"`
	Report, On, Text                        string
	Stripe                                  struct {
		Refund, Dispute, Payout string
		Balance                 *struct {
			ID        string
			CreatedAt time.Time   `json:"created_at"`
			Fee       money.Cents `json:"fee_cents"`
		} `json:"balance_transaction"`
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// playWorkedMonth enters the events through the verbs, each at the moment at which it was learned.
func playWorkedMonth(t *testing.T, m workedMonth) *reportBooks {
	t.Helper()
	c := m.Committee
	b := newReportBooks(t, registry.Committee{
		ID: "lantern-street", FECID: c.ID, Name: c.Name, Kind: "nonconnected", Filer: c.Filer, Zone: c.Zone,
		Street: c.Street1, Street2: c.Street2, City: c.City, State: c.State, Zip: c.Zip,
		TreasurerLast: c.Treasurer.Last, TreasurerFirst: c.Treasurer.First,
	}, m.Events[0].Cents)
	candidates := map[string]registry.CandidateID{}
	b.at("2026-01-01T14:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		for key, p := range m.Parties {
			switch {
			case p.Candidate != nil:
				k := p.Candidate
				candidates[key] = registry.CandidateID(k.ID)
				err := errors.Join(registry.AddCandidate(ctx, tx, registry.Candidate{
					ID: candidates[key], Last: k.Last, First: k.First, Office: k.Office, State: k.State, District: k.District,
					CommitteeFECID: p.CommitteeID, CommitteeName: p.Name, Street: p.Street, City: p.City, CommitteeState: p.State, Zip: p.Zip,
				}), registry.AddElection(ctx, tx, registry.Election{
					ID: registry.ElectionID(k.ID + "-P2026"), Office: k.Office, State: k.State, District: k.District,
					Kind: "P", Year: 2026, HeldOn: civil.MustParse("2026-06-23"),
				}))
				if err != nil {
					return err
				}
			case p.Entity == "ORG":
				id := strings.ToUpper(key)
				if _, err := registry.AddPayee(ctx, tx, b.committee, registry.Payee{
					ID: id, Entity: p.Entity, Name: p.Name, Street: p.Street, City: p.City, State: p.State, Zip: p.Zip,
				}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, e := range m.Events[1:] {
		b.at(e.RecordedAt.Format(time.RFC3339Nano), func(ctx context.Context, tx *sqlx.Tx) error { return b.play(ctx, tx, m, candidates, e) })
	}
	return b
}

// play enters one event.
func (b *reportBooks) play(ctx context.Context, tx *sqlx.Tx, m workedMonth, candidates map[string]registry.CandidateID, e workedEvent) error {
	p := m.Parties[e.Party]
	on := civil.In(e.HappenedAt, b.zone)
	received := compliance.Receipt{
		ID: "SA-" + e.ID, Cents: e.Cents, Instrument: "card",
		Contributor: registry.Contributor{
			Entity: p.Entity, Last: p.Last, First: p.First, Organization: p.Name, FECID: p.CommitteeID,
			Street: p.Street, City: p.City, State: p.State, Zip: p.Zip, Country: "US", Employer: p.Employer, Occupation: p.Occupation,
		},
	}
	ids := func(events []string) []string {
		var out []string
		for _, id := range events {
			out = append(out, "SA-"+id)
		}
		return out
	}
	switch e.Kind {
	case "card_gift_released": // neither a receipt nor a return
		return nil
	case "card_gift":
		if e.EarmarkedFor != "" {
			received.Candidate = candidates[e.EarmarkedFor]
			received.Election = registry.ElectionID(received.Candidate + "-P2026")
		}
		return errors.Join(b.receive(ctx, tx, e.HappenedAt, received), b.keepFee(ctx, tx, e))
	case "in_kind_received":
		return b.receiveInKind(ctx, tx, e.HappenedAt, compliance.InKind{
			Receipt: received, Goods: e.Goods, Valuation: e.Valuation, Category: e.Category,
		})
	case "refund":
		return compliance.RecordRefund(ctx, tx, compliance.Refund{
			Committee: b.committee, ID: "SB-" + e.ID, Receipt: "SA-" + e.Gift, Cents: e.Cents, RefundedOn: on, HappenedAt: e.HappenedAt,
			StripeRefund: e.Stripe.Refund,
		})
	case "dispute_opened":
		return errors.Join(compliance.OpenDispute(ctx, tx, compliance.Dispute{
			Committee: b.committee, ID: e.Stripe.Dispute, Receipt: "SA-" + e.Gift, Cents: e.Cents, OpenedOn: on, HappenedAt: e.HappenedAt,
		}), b.keepFee(ctx, tx, e))
	case "dispute_closed":
		return compliance.EndDispute(ctx, tx, b.committee, e.Stripe.Dispute, e.Outcome, on, e.HappenedAt)
	case "payout":
		return compliance.RecordPayout(ctx, tx, compliance.Payout{
			Committee: b.committee, ID: e.Stripe.Payout, Cents: e.Cents, PaidOn: on, HappenedAt: e.HappenedAt,
		})
	case "best_efforts_request":
		return compliance.RecordEffort(ctx, tx, compliance.Effort{
			Committee: b.committee, Receipt: "SA-" + e.Gift, Missing: e.Missing, SentBy: e.SentBy, AskedOn: on, HappenedAt: e.HappenedAt,
		})
	case "report_text":
		told := compliance.ReportText{Committee: b.committee, ID: "TX-" + e.ID, Period: "2026-" + e.Report, Text: e.Text}
		if e.On != "" {
			told.About = "SA-" + e.On
		}
		return compliance.TellInReport(ctx, tx, told)
	case "check_received":
		received.Instrument, received.InstrumentNumber = "check", strings.TrimPrefix(e.Check, "check ")
		if p.Entity == "COM" {
			received.Line = "11(c)"
		}
		return b.receive(ctx, tx, e.HappenedAt, received)
	case "check_deposited":
		return compliance.RecordDeposit(ctx, tx, compliance.Deposit{
			Committee: b.committee, ID: "DEP-" + e.ID, DepositedOn: on, HappenedAt: e.HappenedAt, Receipts: ids(e.Checks),
		})
	case "vendor_payment":
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: b.committee, ID: "SB-" + e.ID, Payee: strings.ToUpper(e.Party), Line: "21(b)", Cents: e.Cents,
			PaidOn: on, HappenedAt: e.HappenedAt, Method: e.Method, Purpose: e.Purpose, Category: e.Category,
		})
	case "contribution_made":
		candidate := candidates[e.Party]
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: b.committee, ID: "SB-" + e.ID, Candidate: candidate, Election: registry.ElectionID(candidate + "-P2026"), Line: "23",
			Cents: e.Cents, PaidOn: on, HappenedAt: e.HappenedAt, Method: e.Method,
		})
	case "earmark_forwarded":
		return compliance.Forward(ctx, tx, compliance.Forwarded{
			Committee: b.committee, ID: "FW-" + e.ID, Candidate: candidates[e.Party], SentOn: on, HappenedAt: e.HappenedAt,
			Method: e.Method, Receipts: ids(e.Gifts),
		})
	}
	b.t.Fatalf("event %s is of kind %s, which this test doesn't play", e.ID, e.Kind)
	return nil
}

func (b *reportBooks) keepFee(ctx context.Context, tx *sqlx.Tx, e workedEvent) error {
	fee := e.Stripe.Balance
	return compliance.RecordFee(ctx, tx, compliance.Fee{
		Committee: b.committee, ID: fee.ID, Cents: fee.Fee, PostedOn: civil.In(fee.CreatedAt, b.zone), HappenedAt: fee.CreatedAt,
	})
}

// names gives the reference's ids for ours: those that the program makes by itself are of forwards, of what goods given were used
// for, of lost disputes and of fees.
func (b *reportBooks) names(m workedMonth) *strings.Replacer {
	b.t.Helper()
	pairs := []string{"FEE-", "SB-FEE-"}
	for _, e := range m.Events {
		switch {
		case e.Kind == "earmark_forwarded":
			for _, gift := range e.Gifts {
				pairs = append(pairs, b.item("SA-"+gift), "SB-"+e.ID)
			}
		case e.Kind == "in_kind_received":
			pairs = append(pairs, b.id(`select id from in_kinds where committee = $1 and receipt = $2`, "SA-"+e.ID), "SB-"+e.ID)
		case e.Kind == "dispute_closed" && e.Outcome == "lost":
			pairs = append(pairs, b.loss(e.Stripe.Dispute), "SA-"+e.ID)
		}
	}
	return strings.NewReplacer(pairs...)
}

func TestWorkedMonthGivesTheReferencesReports(t *testing.T) {
	t.Parallel()
	dir := fectest.Shared(t, "fec", "worked-month")
	schemas := fectest.Open(t)
	var m workedMonth
	readJSON(t, filepath.Join(dir, "events.json"), &m)
	b := playWorkedMonth(t, m)
	names := b.names(m)

	for _, report := range m.Reports {
		golden, err := os.ReadFile(filepath.Join(dir, report.Code+".fec"))
		if err != nil {
			t.Fatal(err)
		}
		want := readRecords(t, golden)
		got := b.build(report.Period, report.CutOffAt.Format(time.RFC3339))
		if got.Period.Due.String() != report.Due || !got.Ended {
			t.Errorf("%s is due %s and ended %t, want %s and true", report.Code, got.Period.Due, got.Ended, report.Due)
		}

		var wantFields, gotFields [][]string
		for _, rec := range want {
			wantFields = append(wantFields, rec.Fields)
		}
		for _, rec := range got.records {
			var fields []string
			for _, f := range rec.Fields {
				fields = append(fields, names.Replace(f))
			}
			gotFields = append(gotFields, fields)
		}
		if diff := gocmp.Diff(wantFields, gotFields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", report.Code, diff)
		}
		for _, finding := range got.Findings {
			if finding.Rule != "transliterated" {
				t.Errorf("%s has the finding %s", report.Code, finding)
			}
		}
		checkSchemas(t, schemas, got)
	}

	// The forward of 5 March was not known the day before.
	for _, rec := range b.build("2026-M3", "2026-03-04T12:00:00Z").records {
		if rec.At(3) == "SA-E27" && rec.Get("memo_text_description") != "" {
			t.Errorf("the earmarked receipt tells of a forward that nobody knew: %q", rec.Get("memo_text_description"))
		}
	}
	compareM2(t, b, filepath.Join(dir, "summary.json"))
	compareLedger(t, b, m, filepath.Join(dir, "ledger.json"))
}

// checkSchemas holds each row against the FEC's schema of its type; a forward whose receipt is in another file lacks the two
// references that its schema requires, and is held against the one for contributions, as the design says.
func checkSchemas(t *testing.T, schemas *fectest.Schemas, r built) {
	t.Helper()
	for _, rec := range r.records[2:] {
		is := map[string]fec.TransactionType{
			"SA11AI": fec.IndividualReceipt, "SA11B": fec.PartyReceipt, "SA11C": fec.PACReceipt, "SA12": fec.Transfer, "SA15": fec.OffsetToOperating,
			"SA16": fec.RefundFromCommittee, "SA17": fec.OtherReceipt, "SB21B": fec.OperatingExpenditure, "SB22": fec.TransferToAffiliates,
			"SB23": fec.ContributionToCandidate, "SB28A": fec.RefundToIndividual, "SB28B": fec.RefundToParty, "SB28C": fec.RefundToPAC, "SB29": fec.OtherDisbursement, "TEXT": fec.ReportText,
		}[rec.Form()]
		extra := map[string]any{}
		switch {
		case strings.HasPrefix(rec.Get("contribution_purpose_descrip"), "Earmarked for"):
			is = fec.EarmarkDeposited
		case is == fec.IndividualReceipt && strings.HasPrefix(rec.Get("contribution_amount"), "-"):
			is = fec.ReturnReceipt
		case is == fec.RefundToIndividual && strings.HasPrefix(rec.Get("expenditure_amount"), "-"):
			is = fec.RefundToIndividualVoid
		case is == fec.RefundToPAC && strings.HasPrefix(rec.Get("expenditure_amount"), "-"):
			is = fec.RefundToPACVoid
		case strings.HasPrefix(rec.Get("contribution_purpose_descrip"), "In-Kind: "):
			is = fec.InKindReceipt
		case strings.HasPrefix(rec.Get("expenditure_purpose_descrip"), "In-Kind: "):
			is = fec.InKindOut
			extra["aggregate_amount"] = json.Number(rec.Get("expenditure_amount"))
		case is == fec.ContributionToCandidate && rec.Get("back_reference_tran_id_number") != "":
			is = fec.EarmarkOutDeposited
		case is == fec.OperatingExpenditure || is == fec.OtherDisbursement:
			extra["aggregate_amount"] = json.Number(rec.Get("expenditure_amount")) // the payee's year is no column of the file
		}
		schemas.CheckRow(t, rec, is, extra)
	}
}

func compareM2(t *testing.T, b *reportBooks, path string) {
	t.Helper()
	var summary struct {
		M2 struct {
			Lines []struct{ Line, A, B string }
		} `json:"M2_brought_forward"`
	}
	readJSON(t, path, &summary)
	got := b.build("2026-M2", "2026-02-18T16:00:00Z")
	for _, l := range summary.M2.Lines {
		line := fec.Line(l.Line)
		if l.A != "" && got.Summary.A[line].Plain() != l.A {
			t.Errorf("M2, line %s, column A = %s, want %s", line, got.Summary.A[line].Plain(), l.A)
		}
		if l.B != "" && line.Name() != "" && got.Summary.B[line].Plain() != l.B {
			t.Errorf("M2, line %s, column B = %s, want %s", line, got.Summary.B[line].Plain(), l.B)
		}
	}
}

// compareLedger holds the entries, and the balances at the ends of the months, against the reference's.
func compareLedger(t *testing.T, b *reportBooks, m workedMonth, path string) {
	t.Helper()
	type posting struct {
		PostedOn   string
		RecordedAt string
		Lines      []string
	}
	sign := func(debit, credit money.Cents) string { return (debit - credit).Plain() }
	var reference struct {
		Entries []struct {
			Event, Source string
			PostedOn      string    `json:"posted_on"`
			RecordedAt    time.Time `json:"recorded_at"`
			Lines         []struct {
				Account, Feeds string
				Debit, Credit  money.Cents
			}
		}
		Closing map[string]struct {
			Balances map[string]money.Cents
			Cash     money.Cents `json:"cash_on_hand"`
		}
	}
	readJSON(t, path, &reference)
	events := map[string]workedEvent{}
	for _, e := range m.Events {
		events[e.ID] = e
	}
	want := map[string]posting{}
	for _, e := range reference.Entries {
		of := events[e.Event]
		source := e.Source
		if source == e.Event {
			source = map[string]string{
				"opening_cash": "opening", "card_gift": "receipt:SA-" + e.Event, "check_received": "receipt:SA-" + e.Event,
				"check_deposited": "deposit:DEP-" + e.Event, "vendor_payment": "disbursement:SB-" + e.Event,
				"contribution_made": "disbursement:SB-" + e.Event, "earmark_forwarded": "forward:FW-" + e.Event,
				"in_kind_received": "receipt:SA-" + e.Event, "refund": "refund:SB-" + e.Event, "payout": "payout:" + of.Stripe.Payout,
				"dispute_opened": "dispute:" + of.Stripe.Dispute, "dispute_closed": "dispute-" + of.Outcome + ":" + of.Stripe.Dispute,
			}[of.Kind]
		} else {
			source = "fee:" + source
		}
		p := posting{PostedOn: e.PostedOn, RecordedAt: e.RecordedAt.UTC().Format(time.RFC3339)}
		if source == "opening" {
			p.RecordedAt = "2026-01-01T12:00:00Z" // the test opens its books at noon
		}
		for _, l := range e.Lines {
			p.Lines = append(p.Lines, l.Account+" "+sign(l.Debit, l.Credit)+" "+l.Feeds)
		}
		slices.Sort(p.Lines)
		want[source] = p
	}
	names := map[ledger.Account]string{}
	for _, a := range ledger.Chart {
		names[a.Account] = a.Name
	}
	entries, err := ledger.Entries(t.Context(), b.db, b.committee, time.Time{}, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]posting{}
	for _, e := range entries {
		p := posting{PostedOn: e.PostedOn.String(), RecordedAt: e.RecordedAt.UTC().Format(time.RFC3339)}
		for _, l := range e.Lines {
			p.Lines = append(p.Lines, cmp.Or(names[l.Account], string(l.Account))+" "+l.Cents.Plain()+" "+l.Feeds)
		}
		slices.Sort(p.Lines)
		got[e.Source] = p
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the books (-want +got):\n%s", diff)
	}
	if len(reference.Entries) != len(want) || len(reference.Closing) != 3 {
		t.Errorf("the reference has %d entries of %d sources, and %d closings", len(reference.Entries), len(want), len(reference.Closing))
	}
	for day, closing := range reference.Closing {
		balances, err := ledger.Balances(t.Context(), b.db, b.committee, civil.MustParse(day), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		is := map[string]money.Cents{}
		for account, cents := range balances {
			is[cmp.Or(names[account], string(account))] = cents
		}
		for name := range closing.Balances {
			is[name] += 0
		}
		for _, a := range ledger.Chart {
			if _, known := closing.Balances[a.Name]; !known && is[a.Name] == 0 {
				delete(is, a.Name)
			}
		}
		if diff := gocmp.Diff(closing.Balances, is); diff != "" || ledger.Cash(balances) != closing.Cash {
			t.Errorf("balances on %s, cash %s, want %s (-want +got):\n%s", day, ledger.Cash(balances), closing.Cash, diff)
		}
	}
}
