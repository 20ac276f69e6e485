package seed

import (
	"context"
	"fmt"
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

// workers sow gifts side by side; all gifts of a person are one worker's, in the order of time.
const workers = 3

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
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for _, g := range gifts {
				if g.from.n%workers != w {
					continue
				}
				if err := s.give(ctx, g); err != nil {
					stop(fmt.Errorf("gift %d: %w", g.n, err))
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func (s *sower) sowDrives(ctx context.Context, drives []*drive) error {
	for _, d := range drives {
		err := s.learned(ctx, clock(d.OpensOn, d.zone, 6, 0, 0), s.actor, d.Committee, func(ctx context.Context, tx *sqlx.Tx) error {
			return donations.AddDrive(ctx, tx, d.Drive)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// give carries one gift from the form to its end.
func (s *sower) give(ctx context.Context, g gift) error {
	page := donations.Session{
		ID: fmt.Sprintf("cs_seed_%05d", g.n), URL: fmt.Sprintf("https://checkout.example.org/pay/cs_seed_%05d", g.n),
		Status: "open", ExpiresAt: g.at.Add(35 * time.Minute),
	}
	err := s.learned(ctx, g.at.Add(time.Second), "donor", g.drive.Committee, func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := donations.Take(ctx, tx, g.drive.Drive, g.id, g.pledge(), g.at, s.o.PublicURL); err != nil {
			return err
		}
		return donations.LearnSession(ctx, tx, g.at, g.drive.Committee, g.id, page)
	})
	if err != nil {
		return err
	}
	switch g.ends {
	case expires:
		return s.expire(ctx, g, page)
	case declined:
		refused := donations.Payment{Intent: g.intent(), Declined: "insufficient_funds"}
		if err := s.learn(ctx, g, g.charged(), refused); err != nil {
			return err
		}
		return s.expire(ctx, g, page)
	case released, cleared:
		return s.hold(ctx, g)
	}
	return s.learn(ctx, g, g.charged(), g.payment())
}

// expire ends a card page that was never finished.
func (s *sower) expire(ctx context.Context, g gift, page donations.Session) error {
	page.Status = "expired"
	at := page.ExpiresAt.Add(2 * time.Second)
	return s.learned(ctx, at, "stripe", g.drive.Committee, func(ctx context.Context, tx *sqlx.Tx) error {
		return donations.LearnSession(ctx, tx, at, g.drive.Committee, g.id, page)
	})
}

// hold authorises a gift whose card calls for a person, who then decides on it.
func (s *sower) hold(ctx context.Context, g gift) error {
	paid := g.payment()
	paid.Captured, paid.Capturable = false, true
	capture, note := g.ends == cleared, "Bought the card at a grocery store with her own money, she writes; the billing address is hers"
	if capture {
		paid.Card.Funding = "prepaid"
	} else {
		paid.Card.Country, note = "CA", "Answered that he is a citizen of Canada and holds no green card"
	}
	if err := s.learn(ctx, g, g.charged(), paid); err != nil {
		return err
	}
	at := g.charged().Add(5 * time.Hour)
	if err := donations.Decide(pg.WithRecordedAt(ctx, at), s.db, at, s.actor, g.drive.Committee, g.id, capture, note); err != nil {
		return err
	}
	at = at.Add(3 * time.Second)
	if !capture {
		return s.learn(ctx, g, at, donations.Payment{Intent: g.intent(), Canceled: true})
	}
	return s.learn(ctx, g, at, donations.Payment{Intent: g.intent(), Captured: true})
}

// learn takes what Stripe tells of a gift's payment a few seconds after it happened, and books the fee of one captured.
func (s *sower) learn(ctx context.Context, g gift, happened time.Time, p donations.Payment) error {
	captured := happened.Add(2 * time.Second)
	heard := happened.Add(6 * time.Second)
	return s.learned(ctx, heard, "stripe", g.drive.Committee, func(ctx context.Context, tx *sqlx.Tx) error {
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

// payment is a card payment without a doubt about it, authorised and captured.
func (g gift) payment() donations.Payment {
	return donations.Payment{
		Intent: g.intent(), Captured: true, Charge: g.charge(), ChargedAt: g.charged(), Cents: g.cents,
		CaptureBefore: g.charged().Add(7 * 24 * time.Hour),
		Card: donations.Card{
			Brand: "visa", Last4: "4242", Country: "US", Funding: g.from.funding, Fingerprint: g.from.card,
			CVC: "pass", Line1: "pass", Zip: "pass", Holder: g.from.given + " " + g.from.family,
		},
	}
}
