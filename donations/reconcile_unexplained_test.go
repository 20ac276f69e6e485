package donations_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/pg"
)

// strangers pays a session that no gift here has made, captured or only authorised, and gives its charge.
func strangers(t *testing.T, h *house.House, cents int64, captured bool, metadata ...string) string {
	t.Helper()
	form := url.Values{
		"mode": {"payment"}, "success_url": {"https://elsewhere.example.org/thanks"}, "line_items[0][quantity]": {"1"},
		"line_items[0][price_data][currency]": {"usd"}, "line_items[0][price_data][unit_amount]": {fmt.Sprint(cents)},
		"line_items[0][price_data][product_data][name]": {"A mug"}, "payment_intent_data[capture_method]": {"manual"},
	}
	if captured {
		form.Set("payment_intent_data[capture_method]", "automatic")
	}
	for i := 0; i < len(metadata); i += 2 {
		form.Set("payment_intent_data[metadata]["+metadata[i]+"]", metadata[i+1])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.SimURL+"/v1/checkout/sessions", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(account, "")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var session struct{ ID string }
	if err := json.NewDecoder(res.Body).Decode(&session); err != nil || session.ID == "" {
		t.Fatalf("a session of somebody else: %s, %v", res.Status, err)
	}
	out, err := h.Sim.Pay(session.ID, stripesim.TestCard(house.Good))
	if err != nil || out.Result != stripesim.Paid {
		t.Fatalf("pay it: %+v, %v", out, err)
	}
	return out.Charge
}

func TestEachUnexplainedDifference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		part func(t *testing.T, h *house.House, g donations.Gift) [][2]string // brings it about, and tells what is wanted
	}{
		{"money of nobody's gift, with its fee and what was refunded of it", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			mug := strangers(t, h, 1700, true)
			h.Quiet()
			ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: mug, Amount: 300})
			return [][2]string{{"nobody's gift", mug}}
		}},
		{"a gift that is not here", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			return [][2]string{{"which is not here", strangers(t, h, 1700, true, "dure_gift", "GAAAAAAAAAAAAAAA")}}
		}},
		{"a second payment of a gift", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			return [][2]string{{"A second payment of gift " + string(g.ID), strangers(t, h, 5000, true, "dure_gift", string(g.ID))}}
		}},
		{"a charge of another amount than its gift", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			open := h.MustGive(h.Pledge(house.ToCommittee, 7000, house.By("Bram")))
			exec(t, h, `update gifts set payment_intent = null, session = null where id = $1`, open.ID)
			charge := strangers(t, h, 7001, true, "dure_gift", string(open.ID))
			h.Quiet()
			var txn string
			for _, u := range reconciled(t, h, donations.Asking{}).Unexplained {
				if strings.HasPrefix(u.IDs[0], "txn_") {
					txn = u.IDs[0]
				}
			}
			return [][2]string{{"The charge is of $70.01", charge}, {"The fee of a charge that can't be booked", txn}}
		}},
		{"a receipt whose charge Stripe does not know", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			receive(t, h, g, "ch_elsewhere", 5000)
			return [][2]string{{"Stripe does not know it", "ch_elsewhere"}}
		}},
		{"a receipt whose charge was never captured", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			only := strangers(t, h, 2200, false)
			receive(t, h, g, only, 2200)
			return [][2]string{{"never captured", only}}
		}},
		{"a fee that differs", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			post(t, h, ledger.Entry{
				Source: "fee:txn_elsewhere", Lines: []ledger.Line{{Account: ledger.ProcessorFees, Cents: 99, Feeds: "21(b)"}, {Account: ledger.Stripe, Cents: -99}},
			})
			return [][2]string{{"Stripe does not know it", "txn_elsewhere"}}
		}},
		{"a payout that Stripe never made", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			within(t, h, func(tx *sqlx.Tx) error {
				return compliance.RecordPayout(t.Context(), tx, compliance.Payout{Committee: house.Committee, ID: "po_elsewhere", Cents: 100, PaidOn: h.Today(), HappenedAt: h.Sim.Now()})
			})
			return [][2]string{{"Stripe does not know it", "po_elsewhere"}}
		}},
		{"an entry on Stripe's account that is of nothing at Stripe", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			post(t, h, ledger.Entry{
				Source: "adjustment:7", Lines: []ledger.Line{{Account: ledger.Stripe, Cents: 1}, {Account: ledger.OtherReceipts, Cents: -1, Feeds: "17"}},
			})
			return [][2]string{{"Stripe does not know it", "adjustment:7"}}
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			h := house.New(t)
			g := settled(t, h, house.ToCommittee, 5000, "Abel")
			want := c.part(t, h, g)
			h.Quiet()
			h.Advance(2 * time.Hour)
			h.Quiet()
			for _, how := range []donations.Asking{{DryRun: true}, {}, {Since: h.Sim.Now().Add(-24 * time.Hour), Hear: hearing(h)}} {
				unexplainedAs(t, reconciled(t, h, how), want...)
			}
		})
	}
}

func TestDifferenceOfSumsIsUnexplained(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	// a charge whose gift and fee were booked with other sums, before Stripe's events could tell
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000, house.By("Abel")))
	hearsNothing(t, h)
	paid := h.Pay(g, house.Good)
	h.Quiet()
	within(t, h, func(tx *sqlx.Tx) error {
		return donations.Learn(t.Context(), tx, h.Sim.Now(), house.Committee, g.ID, donations.Payment{
			Intent: paid.PaymentIntent, Captured: true, Charge: paid.Charge, ChargedAt: h.Sim.Now(), Cents: 5000, Taken: 4900,
		})
	})
	exec(t, h, `update owed_calls set state = 'done' where state = 'owed'`)
	capture(t, h, paid.PaymentIntent)
	h.Quiet()
	h.Advance(2 * time.Hour)
	before := reconciled(t, h, donations.Asking{DryRun: true})
	var txn string
	for _, u := range before.Unexplained {
		if strings.HasPrefix(u.What, "fee") {
			txn = u.IDs[0]
		}
	}
	within(t, h, func(tx *sqlx.Tx) error {
		return compliance.RecordFee(t.Context(), tx, compliance.Fee{
			Committee: house.Committee, ID: txn, Charge: paid.Charge, Cents: 174, PostedOn: h.Today(), HappenedAt: h.Sim.Now(),
		})
	})
	r := reconciled(t, h, donations.Asking{})
	unexplainedAs(t, r, [2]string{"charge: Books and Stripe have different sums", paid.Charge}, [2]string{"fee: Books and Stripe have different sums", txn})
	if r.UnexplainedCents() != 101 || r.Books-r.Stripe != -99 {
		t.Errorf("unexplained %v, difference %v, want $1.01 and -$0.99", r.UnexplainedCents(), r.Books-r.Stripe)
	}
}

func TestDifferenceFromBeforeIsFoundByTheBalance(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	mug := strangers(t, h, 1700, true)
	h.Quiet()
	h.Advance(500 * 24 * time.Hour)
	h.Quiet()
	settled(t, h, house.ToCommittee, 5000, "Abel")
	week := h.Sim.Now().Add(-7 * 24 * time.Hour)
	unexplainedAs(t, reconciled(t, h, donations.Asking{Since: week}), [2]string{"nobody's gift", mug})
	r := reconciled(t, h, donations.Asking{Since: week, Exact: true})
	addsUp(t, r)
	if len(r.Unexplained) != 1 || !strings.Contains(r.Unexplained[0].What, "before the day") || r.Unexplained[0].Difference() != -1621 {
		t.Errorf("compared since a week alone: %+v", r.Unexplained)
	}
}

// within runs f in a transaction of the first committee.
func within(t *testing.T, h *house.House, f func(tx *sqlx.Tx) error) {
	t.Helper()
	if err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, f); err != nil {
		t.Fatal(err)
	}
}

// post writes an entry to the books that is of nothing.
func post(t *testing.T, h *house.House, e ledger.Entry) {
	t.Helper()
	e.Committee, e.PostedOn, e.Text = house.Committee, h.Today(), "Test"
	within(t, h, func(tx *sqlx.Tx) error { return ledger.Post(t.Context(), tx, e) })
}

func exec(t *testing.T, h *house.House, query string, args ...any) {
	t.Helper()
	within(t, h, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
}

// receive settles a new gift by a charge that is not its own, with a fee.
func receive(t *testing.T, h *house.House, of donations.Gift, charge string, cents money.Cents) {
	t.Helper()
	g := h.MustGive(h.Pledge(house.ToCommittee, cents, house.By("Zinnia")))
	within(t, h, func(tx *sqlx.Tx) error {
		return donations.Learn(t.Context(), tx, h.Sim.Now(), house.Committee, g.ID, donations.Payment{
			Captured: true, Charge: charge, ChargedAt: h.Sim.Now(), Cents: cents, Taken: cents,
		})
	})
}

// capture captures a payment as somebody on Stripe's dashboard does.
func capture(t *testing.T, h *house.House, intent string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.SimURL+"/v1/payment_intents/"+intent+"/capture", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(account, "")
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("capture %s: %v, %v", intent, res, err)
	}
	res.Body.Close()
}
