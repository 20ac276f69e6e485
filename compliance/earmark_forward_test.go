package compliance_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/pg"
)

// earmarked is a gift for the candidate that came.
func earmarked(t *testing.T, h *house.House, giver string) string {
	t.Helper()
	g := h.MustGive(h.Pledge(house.ToCandidate, 10000, house.By(giver)))
	h.Pay(g, house.Good)
	h.Quiet()
	if g = h.Gift(g.ID); g.State != donations.Settled {
		t.Fatalf("the gift is %s for %v", g.State, g.HeldFor)
	}
	return string(g.ID)
}

func forwarding(t *testing.T, h *house.House, id, receipt string, meanwhile func()) error {
	t.Helper()
	return pg.InTx(t.Context(), h.DB, "staff:test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		err := compliance.Forward(t.Context(), tx, compliance.Forwarded{
			Committee: house.Committee, ID: id, Candidate: house.Candidate, SentOn: h.Today(), HappenedAt: h.Sim.Now(), Method: "ACH", Receipts: []string{receipt},
		})
		if err == nil && meanwhile != nil {
			meanwhile()
		}
		return err
	})
}

// A refund that comes while a forward is written waits for it, and is then one of a gift that was sent on: a case opens.
func TestARefundWaitsForAForward(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	receipt := earmarked(t, h, "Racer")
	refunded := make(chan error, 1)
	err := forwarding(t, h, "FRACE1", receipt, func() {
		go func() {
			refunded <- pg.InTx(context.Background(), h.DB, "staff:test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
				g, err := donations.Find(context.Background(), tx, donations.GiftID(receipt))
				if err != nil {
					return err
				}
				if _, err := tx.Exec(`select from persons where id = $1 for update`, g.Person); err != nil {
					return err
				}
				return compliance.RecordRefund(context.Background(), tx, compliance.Refund{
					Committee: house.Committee, Receipt: receipt, Cents: 4000, RefundedOn: h.Today(), HappenedAt: h.Sim.Now(), StripeRefund: "re_race",
				})
			})
		}()
		select {
		case err := <-refunded:
			t.Errorf("the refund did not wait: %v", err)
		case <-time.After(300 * time.Millisecond):
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-refunded; err != nil {
		t.Fatal(err)
	}
	if n := h.Count(`select count(*) from cases where receipt = $1 and kind = 'paid back after forwarding'`, receipt); n != 1 {
		t.Errorf("%d cases of a gift paid back after it was sent on, want one", n)
	}
	if held := h.Count(`select coalesce(sum(cents), 0) from ledger_lines where account = 'held'`); held != 0 {
		t.Errorf("held for candidates stands at %d cents, want nothing", held)
	}
}

func TestMoneyInDoubtIsNotSentOn(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	receipt := earmarked(t, h, "Doubted")
	err := pg.InTx(t.Context(), h.DB, "staff:test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		_, err := compliance.Discover(t.Context(), tx, house.Committee, receipt, "a foreign national", h.Today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	refused := (*compliance.Refusal)(nil)
	if err := forwarding(t, h, "FDOUBT1", receipt, nil); !errors.As(err, &refused) || refused.Findings[0].Cite != "11 CFR 103.3(b)(4)" {
		t.Errorf("money of an unlawful source is sent on: %v", err)
	}
	if n := h.Count(`select count(*) from forwards`); n != 0 {
		t.Errorf("%d forwards were stored", n)
	}
}
