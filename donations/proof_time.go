package donations

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/pg"
	"dure/registry"
)

// ProofTime gives the last day on which a settled gift's copy is kept: three years after the report that holds the gift was due,
// or the earlier day for which counsel's note is on file. It is the zero day while no money came.
func ProofTime(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID) (civil.Day, error) {
	until, err := lawfulTime(ctx, q, committee, gift)
	if err != nil || until.IsZero() {
		return until, err
	}
	shorter, err := shortened(ctx, q, committee, gift)
	if err == nil && !shorter.IsZero() && shorter.Before(until) {
		until = shorter
	}
	return until, err
}

func lawfulTime(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID) (civil.Day, error) {
	var received []civil.Day
	err := sqlx.SelectContext(ctx, q, &received, `select received_on from receipts where committee = $1 and gift = $2`, committee, gift)
	if err != nil {
		return civil.Day{}, fmt.Errorf("find the receipt of %s: %w", gift, err)
	}
	if len(received) == 0 {
		return civil.Day{}, nil
	}
	on := received[0]
	reports, err := compliance.ReportList(ctx, q, committee, on.Year(), on.Midnight())
	if err != nil {
		return civil.Day{}, err
	}
	for _, r := range reports {
		if r.Holds(on) {
			return yearsAfter(r.Due), nil
		}
	}
	return yearsAfter(civil.Of(on.Year()+1, time.January, 31)), nil // no later than the report of the year's end
}

// yearsAfter is the day until which what a report of that day rests on is kept.
func yearsAfter(due civil.Day) civil.Day {
	return civil.In(due.Midnight().AddDate(keepProof, 0, 0), time.UTC)
}

func shortened(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID) (civil.Day, error) {
	const last = `
		select until_on
		from proof_acts
		where committee = $1 and gift = $2 and act = 'shortened'
		order by happened_at desc, recorded_at desc
		limit 1`
	var days []civil.Day
	if err := sqlx.SelectContext(ctx, q, &days, last, committee, gift); err != nil {
		return civil.Day{}, fmt.Errorf("find the shortened time of the proof of %s: %w", gift, err)
	}
	if len(days) == 0 {
		return civil.Day{}, nil
	}
	return days[0], nil
}

// ShortenProof lets a settled gift's copy be destroyed after a day that is earlier than the law's, on counsel's note, whose text tells
// where it is on file. A *compliance.Refusal tells what is wrong.
func ShortenProof(ctx context.Context, db *sqlx.DB, now time.Time, actor string, committee registry.CommitteeID, gift GiftID, until civil.Day, note string) error {
	return pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		p, err := FindProof(ctx, tx, committee, gift)
		if err != nil {
			return err
		}
		most, err := lawfulTime(ctx, tx, committee, gift)
		if err != nil {
			return err
		}
		c, err := registry.FindCommittee(ctx, tx, committee, time.Time{})
		if err != nil {
			return err
		}
		var findings []compliance.Finding
		wrong := func(field, text string) {
			findings = append(findings, compliance.Finding{Rule: "proof-time", Field: field, Text: text, Cite: "52 U.S.C. 30102(d)"})
		}
		switch {
		case most.IsZero():
			wrong("", "The gift is not charged: its copy is kept until it is charged or let go")
		case !until.Before(most):
			wrong("until", "This is not shorter: it is kept until "+most.Spoken())
		case until.Before(civil.In(now, c.Location())):
			wrong("until", "This day is over: write today or a later one")
		}
		if note == "" {
			wrong("counsel", "Write who advised it, when, and where the note is on file")
		}
		if len(findings) > 0 {
			return &compliance.Refusal{Findings: findings}
		}
		return act(ctx, tx, committee, gift, ProofAct{Act: "shortened", Digest: p.Digest, UntilOn: until, Text: note, HappenedAt: now})
	})
}

// untaken is why the copy of a gift that was let go is destroyed at once.
const untaken = "The gift was not taken"

// DestroyProofs destroys the copies whose time is over, and those of gifts that were not taken; it tells how many.
func DestroyProofs(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	var over []struct {
		Committee registry.CommitteeID
		Gift      GiftID
		State     State
	}
	// A gift's report is due after the gift came: before so many years nothing but a shortened time is over.
	const find = `
		select p.committee, p.gift, g.state
		from proofs p
		join gifts g on g.committee = p.committee and g.id = p.gift
		where g.state = any($1)
		   or g.state = 'settled' and g.charged_at < $2
		   or exists (select from proof_acts a where a.committee = p.committee and a.gift = p.gift and a.act = 'shortened' and a.until_on <= $3)
		order by p.committee, p.gift`
	ends := pq.Array([]string{string(ReleaseOwed), string(Released), string(Lapsed), string(Expired)})
	if err := db.SelectContext(ctx, &over, find, ends, now.AddDate(-keepProof, 0, 0), civil.In(now, time.UTC)); err != nil {
		return 0, fmt.Errorf("find proofs whose time is over: %w", err)
	}
	destroyed := 0
	var failed []error
	for _, p := range over {
		why := untaken
		if p.State == Settled {
			ended, until, err := timeOver(ctx, db, p.Committee, p.Gift, now)
			if err != nil || !ended {
				failed = append(failed, err)
				continue
			}
			why = "Its time ended on " + until.String()
		}
		err := pg.InTx(ctx, db, "sweep", []string{string(p.Committee)}, func(tx *sqlx.Tx) error {
			return destroyProof(ctx, tx, p.Committee, p.Gift, now, why)
		})
		if err == nil {
			destroyed++
		}
		failed = append(failed, err)
	}
	return destroyed, errors.Join(failed...)
}

// timeOver tells whether the last day of a copy has ended, in the committee's zone.
func timeOver(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID, now time.Time) (bool, civil.Day, error) {
	until, err := ProofTime(ctx, q, committee, gift)
	if err != nil || until.IsZero() {
		return false, until, err
	}
	c, err := registry.FindCommittee(ctx, q, committee, time.Time{})
	return err == nil && civil.In(now, c.Location()).After(until), until, err
}
