package donations

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/pg"
	"dure/registry"
)

// Times by which a held gift is let go by itself.
const (
	releaseBeforeLapse = 24 * time.Hour     // ahead of the card's own lapse
	holdEarmarkFor     = 3 * 24 * time.Hour // an earmarked gift must be with the candidate ten days after it was authorised
)

// judge decides on an authorised gift by what only the card tells, as the rules have it: capture it, hold it for a person, or let it
// go. The giver is locked.
func judge(ctx context.Context, tx *sqlx.Tx, g *Gift, now time.Time) error {
	committee, err := registry.FindCommittee(ctx, tx, g.Committee, time.Time{})
	if err != nil {
		return err
	}
	made := civil.In(g.ChargedAt.Time, committee.Location()) // the form may have been sent the day before
	reasons, release, err := signals(ctx, tx, *g, made)
	if err != nil {
		return err
	}
	late, err := afterVote(ctx, tx, *g, made)
	if err != nil {
		return err
	}
	if late {
		reasons = append(reasons, HeldTooLate)
	}
	if err := compliance.MoveReservation(ctx, tx, string(g.Committee), string(g.ID), made); err != nil {
		return err
	}
	over, err := overLimit(ctx, tx, *g, made)
	if err != nil {
		return err
	}
	if len(over) > 0 {
		reasons = append(reasons, HeldOverLimit)
	}
	if len(reasons) == 0 {
		g.State = CaptureOwed
		return oweCapture(ctx, tx, *g, now)
	}
	if release {
		g.State, g.HeldFor, g.DecidedBy, g.DecisionNote = ReleaseOwed, reasons, "rules", "The bank knows neither the card’s code nor the address"
		return oweRelease(ctx, tx, *g, now)
	}
	g.State, g.HeldFor = Held, reasons
	by := g.CaptureBefore.Time.Add(-releaseBeforeLapse)
	if !g.CaptureBefore.Valid {
		by = g.ChargedAt.Time.Add(6 * 24 * time.Hour) // Stripe's usual seven days, less one
	}
	if most := g.ChargedAt.Time.Add(holdEarmarkFor); g.Candidate != "" && most.Before(by) {
		by = most
	}
	g.ReleaseBy = at(by)
	return nil
}

// afterVote tells whether a gift that was made on a day comes after the election that it is for.
func afterVote(ctx context.Context, q sqlx.QueryerContext, g Gift, made civil.Day) (bool, error) {
	if g.Election == "" {
		return false, nil
	}
	election, err := registry.FindElection(ctx, q, g.Election)
	return made.After(election.HeldOn), err
}

// overLimit screens a gift once more, as of the day on which it was authorised, against all that came or was promised
// meanwhile by whomever its form's evidence names.
func overLimit(ctx context.Context, tx *sqlx.Tx, g Gift, made civil.Day) ([]compliance.Finding, error) {
	known, err := registry.Known(ctx, tx, g.contributor())
	if err != nil {
		return nil, err
	}
	others, _, err := compliance.UnderWay(ctx, tx, known.Evidence)
	if err != nil {
		return nil, err
	}
	others = append(others, known.Persons...)
	if err := registry.Lock(ctx, tx, append(others, g.Person)...); err != nil {
		return nil, err
	}
	_, over, err := compliance.Screen(ctx, tx, compliance.Proposal{
		Committee: g.Committee, Gift: string(g.ID), Person: g.Person, Others: others, Kind: registry.Individual,
		Cents: g.Cents, Candidate: g.Candidate, Election: g.Election, Made: made,
	})
	return over, err
}

// refuseCapture tells why a person may not capture a held gift: no decision makes lawful what would pass a limit, or comes
// after the vote, which may have moved since the gift was held.
func refuseCapture(ctx context.Context, tx *sqlx.Tx, g Gift) error {
	committee, err := registry.FindCommittee(ctx, tx, g.Committee, time.Time{})
	if err != nil {
		return err
	}
	made := civil.In(g.ChargedAt.Time, committee.Location())
	var findings []compliance.Finding
	over, err := overLimit(ctx, tx, g, made)
	if err != nil {
		return err
	}
	late, err := afterVote(ctx, tx, g, made)
	if err != nil {
		return err
	}
	for _, f := range over {
		f.Field = ""
		f.Text = fmt.Sprintf("With this gift the giver would pass the limit: %v of %v is given or promised, %v is left. Release it", f.Known, f.Limit, f.Room)
		findings = append(findings, f)
	}
	if late {
		findings = append(findings, compliance.Finding{
			Rule: "election-over", Cite: "11 CFR 110.1(b)(3)(i)",
			Text: "It was authorised after the election that it is for. Release it",
		})
	}
	if len(findings) > 0 {
		return &compliance.Refusal{Findings: findings}
	}
	return nil
}

// Decide is a person's decision on a held gift: capture it, or let it go, with the reason.
func Decide(ctx context.Context, db *sqlx.DB, now time.Time, actor string, committee registry.CommitteeID, gift GiftID, capture bool, note string) error {
	return pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		g, err := hold(ctx, tx, committee, gift)
		if err != nil {
			return err
		}
		if g.State != Held {
			return &compliance.Refusal{Findings: []compliance.Finding{{Text: "This gift is no longer held: it is " + string(g.State)}}}
		}
		if note == "" {
			return &compliance.Refusal{Findings: []compliance.Finding{{Field: "note", Text: "Write what you saw and why you decide so: the record must show it"}}}
		}
		if capture {
			if err := refuseCapture(ctx, tx, g); err != nil {
				return err
			}
			if err := refuseUnproved(ctx, tx, g, note); err != nil {
				return err
			}
		}
		g.DecidedBy, g.DecisionNote = actor, note
		if capture {
			g.State = CaptureOwed
			err = oweCapture(ctx, tx, g, now)
		} else {
			g.State = ReleaseOwed
			err = errors.Join(oweRelease(ctx, tx, g, now), destroyProof(ctx, tx, committee, gift, now, untaken))
		}
		if err != nil {
			return err
		}
		return save(ctx, tx, g)
	})
}

// ReleaseOverdue lets go the held gifts that nobody decided in time, and tells how many.
func ReleaseOverdue(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	return eachGift(ctx, db, `state = 'held' and release_by <= $1`, now, func(tx *sqlx.Tx, g Gift) error {
		if g.State != Held {
			return nil
		}
		g.State, g.DecidedBy, g.DecisionNote = ReleaseOwed, "sweep", "Nobody decided in time"
		if err := oweRelease(ctx, tx, g, now); err != nil {
			return err
		}
		if err := destroyProof(ctx, tx, g.Committee, g.ID, now, untaken); err != nil {
			return err
		}
		return save(ctx, tx, g)
	})
}

// AskAboutSilent asks Stripe about card pages whose time is over and of which nothing was heard: a timer ends no
// reservation, it only makes us ask.
func AskAboutSilent(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	const silent = `state = 'open' and session_expires_at + interval '2 minutes' <= $1
		and not exists (select from owed_calls c where c.committee = gifts.committee and c.gift = gifts.id and c.verb = 'read' and (c.state = 'owed' or c.done_at > $1::timestamptz - interval '10 minutes'))`
	return eachGift(ctx, db, silent, now, func(tx *sqlx.Tx, g Gift) error {
		if g.State != Open {
			return nil
		}
		return oweRead(ctx, tx, g, "silent:"+now.UTC().Format(time.RFC3339), now)
	})
}

// AskAboutStuck asks Stripe about gifts whose next step nobody owes: authorised without the card's facts, or a capture or
// release whose call was given up. What Stripe says then owes the step anew.
func AskAboutStuck(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	const stuck = `state in ('authorised', 'capture owed', 'release owed')
		and not exists (
			select from owed_calls c
			where c.committee = gifts.committee and c.gift = gifts.id and c.verb in ('capture', 'release', 'read')
			  and (c.state = 'owed' or c.done_at > $1::timestamptz - interval '1 minute'))`
	return eachGift(ctx, db, stuck, now, func(tx *sqlx.Tx, g Gift) error {
		return oweRead(ctx, tx, g, "stuck:"+now.UTC().Format(time.RFC3339), now)
	})
}

// AskForFees asks Stripe for the balance transactions of settled gifts that told none within a minute, for as long as a card's
// leave lasts; what is older is Reconcile's.
func AskForFees(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	const without = `state = 'settled' and settled_at < $1::timestamptz - interval '1 minute'
		and committee in (select id from committees) and pledged_at > $1::timestamptz - interval '10 days'
		and not exists (select from processor_fees f where f.committee = gifts.committee and f.charge = gifts.charge)
		and not exists (
			select from owed_calls c
			where c.committee = gifts.committee and c.gift = gifts.id and c.verb in ('fee', 'read')
			  and (c.state = 'owed' or c.done_at > $1::timestamptz - interval '10 minutes'))`
	return eachGift(ctx, db, without, now, func(tx *sqlx.Tx, g Gift) error {
		return oweRead(ctx, tx, g, "fee:"+now.UTC().Format(time.RFC3339), now)
	})
}

// eachGift runs f on each gift that a condition of this package picks, each held in a transaction of its own. A gift that
// fails does not hold the others.
func eachGift(ctx context.Context, db *sqlx.DB, where string, now time.Time, f func(tx *sqlx.Tx, g Gift) error) (int, error) {
	var due []struct {
		Committee registry.CommitteeID
		ID        GiftID
	}
	// The condition is asked first: with the order and the limit in view the planner would walk all gifts by their random ids.
	list := `
		with due as materialized (select committee, id from gifts where ` + where + `)
		select committee, id
		from due
		order by committee, id
		limit 200`
	if err := db.SelectContext(ctx, &due, list, now); err != nil {
		return 0, err
	}
	var failed []error
	for _, d := range due {
		err := pg.InTx(ctx, db, "sweep", []string{string(d.Committee)}, func(tx *sqlx.Tx) error {
			g, err := hold(ctx, tx, d.Committee, d.ID)
			if err != nil {
				return err
			}
			return f(tx, g)
		})
		if err != nil {
			failed = append(failed, err)
		}
	}
	return len(due), errors.Join(failed...)
}
