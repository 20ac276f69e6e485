package seed

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/donations"
	"dure/i18n"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Gifts are sown by workers side by side, each so many in one transaction. All gifts of a person are one worker's, in the
// order of time.
const (
	workers = 4
	batch   = 25
)

func (s *sower) sowGifts(ctx context.Context, p *plan) error {
	if err := s.sowDrives(ctx, p.drives); err != nil {
		return err
	}
	// The tables begin empty, and plans are made once: they are made anew each time that the tables have grown.
	from := 0
	for _, through := range []int{100, 500, 2000, len(p.gifts)} {
		through = min(through, len(p.gifts))
		if err := s.giveAll(ctx, p.gifts[from:through]); err != nil {
			return err
		}
		if err := s.answer(ctx); err != nil {
			return err
		}
		if _, err := s.db.ExecContext(ctx, "analyze"); err != nil {
			return err
		}
		fmt.Fprintf(s.o.Progress, "  %d gifts\n", through)
		from = through
	}
	return nil
}

// giveAll carries gifts to their ends, side by side.
func (s *sower) giveAll(ctx context.Context, gifts []gift) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	shares := make([][]gift, workers)
	for _, g := range gifts {
		w := g.from.n % workers
		shares[w] = append(shares[w], g)
	}
	var all sync.WaitGroup
	for _, share := range shares {
		all.Go(func() {
			for some := range slices.Chunk(share, batch) {
				if err := s.giveSome(ctx, some); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// giveSome carries a few gifts from the form to their ends.
func (s *sower) giveSome(ctx context.Context, gifts []gift) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	err := pg.InTx(ctx, s.db, "donor", []string{string(longTable), string(midwest)}, func(tx *sqlx.Tx) error {
		for _, g := range gifts {
			if err := give(ctx, tx, g, s.o.PublicURL); err != nil {
				return fmt.Errorf("gift %d: %w", g.n, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range gifts {
		if g.ends != released && g.ends != cleared {
			continue
		}
		if err := s.decide(ctx, g); err != nil {
			return fmt.Errorf("gift %d: %w", g.n, err)
		}
	}
	return nil
}

// enter says when the facts that follow in the transaction were learned, and who acts, as pg.InTx does for a whole one.
func enter(ctx context.Context, tx *sqlx.Tx, at time.Time, actor string) error {
	const set = `select set_config('dure.recorded_at', $1, true), set_config('dure.actor', $2, true)`
	_, err := tx.ExecContext(ctx, set, at.UTC().Format(time.RFC3339Nano), actor)
	return err
}

func (s *sower) sowDrives(ctx context.Context, drives []*drive) error {
	for _, d := range drives {
		err := s.learned(ctx, clock(d.OpensOn, d.zone, 6, 0, 0), s.actor, d.Committee, func(ctx context.Context, tx *sqlx.Tx) error {
			if err := donations.AddDrive(ctx, tx, d.Drive); err != nil {
				return err
			}
			return speak(ctx, tx, d.Drive)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// give carries one gift from the form to its end, or until a person must decide on it.
func give(ctx context.Context, tx *sqlx.Tx, g gift, publicURL string) error {
	committee := g.drive.Committee
	page := donations.Session{
		ID: fmt.Sprintf("cs_seed_%05d", g.n), URL: fmt.Sprintf("https://checkout.example.org/pay/cs_seed_%05d", g.n),
		Status: "open", ExpiresAt: g.at.Add(35 * time.Minute),
	}
	if err := enter(ctx, tx, g.at.Add(time.Second), "donor"); err != nil {
		return err
	}
	if _, err := donations.Take(ctx, tx, g.drive.Drive, g.id, g.pledge(), g.at, publicURL); err != nil {
		return err
	}
	if err := donations.LearnSession(ctx, tx, g.at, committee, g.id, page); err != nil {
		return err
	}
	if g.ends != expires {
		if err := learn(ctx, tx, g, g.charged(), g.payment()); err != nil {
			return err
		}
	}
	if g.ends != expires && g.ends != declined {
		return nil
	}
	page.Status = "expired"
	at := page.ExpiresAt.Add(2 * time.Second)
	if err := enter(ctx, tx, at, "stripe"); err != nil {
		return err
	}
	return donations.LearnSession(ctx, tx, at, committee, g.id, page)
}

// learn takes what Stripe tells of a gift's payment a few seconds after it happened, and books the fee of one captured.
func learn(ctx context.Context, tx *sqlx.Tx, g gift, happened time.Time, p donations.Payment) error {
	captured := happened.Add(2 * time.Second)
	heard := happened.Add(6 * time.Second)
	if err := enter(ctx, tx, heard, "stripe"); err != nil {
		return err
	}
	if err := donations.Learn(ctx, tx, heard, g.drive.Committee, g.id, p); err != nil {
		return err
	}
	if !p.Captured {
		return nil
	}
	return compliance.RecordFee(ctx, tx, compliance.Fee{
		Committee: g.drive.Committee, ID: fmt.Sprintf("txn_seed_%05d", g.n), Charge: g.charge(), Cents: fee(g.cents),
		PostedOn: civil.In(captured, g.drive.zone), HappenedAt: captured,
	})
}

// decide is the treasurer's decision on a held gift some hours later, and what Stripe makes of it.
func (s *sower) decide(ctx context.Context, g gift) error {
	at := g.charged().Add(5 * time.Hour)
	capture, note := g.ends == cleared, "The giver wrote that the card is their own, bought at a grocery store"
	if !capture {
		note = "The giver answered that they are a citizen of Canada and hold no green card"
	}
	if err := donations.Decide(pg.WithRecordedAt(ctx, at), s.db, at, s.actor, g.drive.Committee, g.id, capture, note); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, "stripe", []string{string(g.drive.Committee)}, func(tx *sqlx.Tx) error {
		return learn(ctx, tx, g, at.Add(3*time.Second), donations.Payment{Intent: g.intent(), Captured: capture, Canceled: !capture})
	})
}

// answer marks the calls that gifts owe as made, a second after they were owed: there is no card processor in the past,
// and none must be asked of it when dure serve starts.
func (s *sower) answer(ctx context.Context) error {
	for _, committee := range []registry.CommitteeID{longTable, midwest} {
		err := s.learned(ctx, s.moment(s.last, evening, 10), "stripe", committee, func(ctx context.Context, tx *sqlx.Tx) error {
			const made = `
				update owed_calls
				set state = 'done', attempts = 1, done_at = made_at + interval '1 second'
				where committee = $1 and state = 'owed'`
			_, err := tx.ExecContext(ctx, made, committee)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fee is what the processor keeps of a charge: 2.9 % and thirty cents, half a cent rounded up.
func fee(cents money.Cents) money.Cents { return (cents*29+500)/1000 + 30 }

func (g gift) intent() string { return fmt.Sprintf("pi_seed_%05d", g.n) }
func (g gift) charge() string { return fmt.Sprintf("ch_seed_%05d", g.n) }

func (g gift) pledge() donations.Pledge {
	f := g.from
	p := donations.Pledge{
		Drive: g.drive.Slug, Token: g.id, Cents: g.cents,
		GivenName: f.given, FamilyName: f.family, NameOwn: f.own,
		Street: f.street, City: f.place.city, Region: f.place.state, Zip: f.place.zip, Country: "US", Email: f.email,
		Employer: f.employer, Occupation: f.occupation, ShareEmail: g.drive.Candidate != "" && f.n%4 == 0,
		Language: f.language, Ref: g.ref,
	}
	for _, a := range rules.Federal().Attested(civil.In(g.at, g.drive.zone)) {
		t := i18n.Legal(i18n.Language(f.language), "attest."+a.ID)
		p.Attested = append(p.Attested, donations.Attestation{TextID: a.ID, Version: t.Version, Language: string(t.Language), Text: t.Words})
	}
	return p
}

// payment is what Stripe tells of the card when the giver has typed its number.
func (g gift) payment() donations.Payment {
	if g.ends == declined {
		return donations.Payment{Intent: g.intent(), Declined: "insufficient_funds"}
	}
	p := donations.Payment{
		Intent: g.intent(), Captured: true, Charge: g.charge(), ChargedAt: g.charged(), Cents: g.cents,
		CaptureBefore: g.charged().Add(7 * 24 * time.Hour),
		Card: donations.Card{
			Brand: "visa", Last4: "4242", Country: "US", Funding: g.from.funding, Fingerprint: g.from.card,
			CVC: "pass", Line1: "pass", Zip: "pass", Holder: g.from.given + " " + g.from.family,
		},
	}
	switch g.ends {
	case released:
		p.Captured, p.Capturable, p.Card.Country = false, true, "CA"
	case cleared:
		p.Captured, p.Capturable, p.Card.Funding = false, true, "prepaid"
	}
	return p
}
