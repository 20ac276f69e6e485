package donations

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/pg"
	"dure/registry"
)

// Why a gift is held for a person.
const (
	HeldForeignCard = "foreign card"    // 11 CFR 110.20(a)(4)-(7): a fact that would lead a reasonable person to ask
	HeldAbroad      = "address abroad"  // the same
	HeldPrepaid     = "prepaid card"    // hides the giver (52 U.S.C. 30122)
	HeldUnchecked   = "card not proved" // neither the code nor an address did match (AO 2007-30)
	HeldOverLimit   = "over the limit"  // money that came meanwhile left no room
	HeldTooLate     = "after the vote"  // authorised when the election was over (11 CFR 110.1(b)(3)(i))
)

// territories of the United States whose banks issue cards under codes of their own.
var territories = []string{"US", "PR", "GU", "VI", "AS", "MP"}

// Times by which a held gift is let go by itself.
const (
	releaseBeforeLapse = 24 * time.Hour     // ahead of the card's own lapse
	holdEarmarkFor     = 3 * 24 * time.Hour // an earmarked gift must be with the candidate ten days after it was authorised
)

// judge decides on an authorised gift by what only the card tells: capture it, or hold it for a person. The giver is
// locked.
func judge(ctx context.Context, tx *sqlx.Tx, g *Gift, now time.Time) error {
	committee, err := registry.FindCommittee(ctx, tx, g.Committee, time.Time{})
	if err != nil {
		return err
	}
	made := civil.In(g.ChargedAt.Time, committee.Location()) // the form may have been sent the day before
	reasons := doubts(*g)
	if g.Election != "" {
		election, err := registry.FindElection(ctx, tx, g.Election)
		if err != nil {
			return err
		}
		if made.After(election.HeldOn) {
			reasons = append(reasons, HeldTooLate)
		}
	}
	_, over, err := compliance.Screen(ctx, tx, compliance.Proposal{
		Committee: g.Committee, Gift: string(g.ID), Person: g.Person, Kind: registry.Individual,
		Cents: g.Cents, Candidate: g.Candidate, Election: g.Election, Made: made,
	})
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

// doubts lists what about the card and the address calls for a person.
func doubts(g Gift) []string {
	var out []string
	if !slices.Contains(territories, g.Card.Country) {
		out = append(out, HeldForeignCard)
	}
	if !slices.Contains(territories, g.Country) {
		out = append(out, HeldAbroad)
	}
	if g.Card.Funding == "prepaid" {
		out = append(out, HeldPrepaid)
	}
	if g.Card.Wallet == "" && (g.Card.CVC != "pass" || (g.Card.Zip != "pass" && g.Card.Line1 != "pass")) {
		out = append(out, HeldUnchecked)
	}
	return out
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
		g.DecidedBy, g.DecisionNote = actor, note
		if capture {
			g.State = CaptureOwed
			err = oweCapture(ctx, tx, g, now)
		} else {
			g.State = ReleaseOwed
			err = oweRelease(ctx, tx, g, now)
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
		return save(ctx, tx, g)
	})
}

// AskAboutSilent asks Stripe about card pages whose time is over and of which nothing was heard: a timer ends no
// reservation, it only makes us ask.
func AskAboutSilent(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	const silent = `state = 'open' and session_expires_at + interval '2 minutes' <= $1
		and not exists (select from owed_calls c where c.committee = gifts.committee and c.gift = gifts.id and c.verb = 'read' and (c.state = 'owed' or c.done_at > $1 - interval '10 minutes'))`
	return eachGift(ctx, db, silent, now, func(tx *sqlx.Tx, g Gift) error {
		if g.State != Open {
			return nil
		}
		return oweRead(ctx, tx, g, "silent:"+now.UTC().Format(time.RFC3339), now)
	})
}

// eachGift runs f on each gift that a condition picks, each held in a transaction of its own.
func eachGift(ctx context.Context, db *sqlx.DB, where string, now time.Time, f func(tx *sqlx.Tx, g Gift) error) (int, error) {
	var due []struct {
		Committee registry.CommitteeID
		ID        GiftID
	}
	if err := db.SelectContext(ctx, &due, `select committee, id from gifts where `+where+` order by committee, id limit 200`, now); err != nil {
		return 0, err
	}
	for _, d := range due {
		err := pg.InTx(ctx, db, "sweep", []string{string(d.Committee)}, func(tx *sqlx.Tx) error {
			g, err := hold(ctx, tx, d.Committee, d.ID)
			if err != nil {
				return err
			}
			return f(tx, g)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
