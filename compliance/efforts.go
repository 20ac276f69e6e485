package compliance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// What a committee may lack of a contributor (11 CFR 100.12, 104.7(b)).
const (
	LacksEmployer   = "employer"
	LacksOccupation = "occupation"
	LacksName       = "name"
	LacksAddress    = "address"
)

// MissingOf lists what the committee does not know of an individual who gave; a body has no employer to tell.
func MissingOf(c registry.Contributor) []string {
	if c.Entity != "IND" {
		return nil
	}
	var out []string
	for _, x := range []struct {
		lacks bool
		name  string
	}{
		{c.Employer == "", LacksEmployer},
		{c.Occupation == "", LacksOccupation},
		{c.First == "" && c.Last == "", LacksName},
		{c.Street == "" || c.City == "" || c.Zip == "", LacksAddress},
	} {
		if x.lacks {
			out = append(out, x.name)
		}
	}
	return out
}

// Effort is that a contributor was asked for what is missing (11 CFR 104.7(b)(2)).
type Effort struct {
	Committee  registry.CommitteeID
	Receipt    string
	Missing    []string // employer, occupation, name, address
	SentBy     string   // email, letter, phone
	AskedOn    civil.Day
	HappenedAt time.Time
}

// RecordEffort records that a contributor was asked.
func RecordEffort(ctx context.Context, tx *sqlx.Tx, e Effort) error {
	const insert = `
		insert into efforts (committee, id, receipt, missing, sent_by, asked_on, happened_at)
		values ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.ExecContext(ctx, insert, e.Committee, pg.NewID('E'), e.Receipt, pq.Array(e.Missing), e.SentBy, e.AskedOn, e.HappenedAt)
	if err != nil {
		return fmt.Errorf("record that the giver of %s was asked: %w", e.Receipt, err)
	}
	return nil
}

// Lack is a gift past the threshold of its year whose giver left out what the committee must try to learn, with the clock
// of asking.
type Lack struct {
	Receipt    string
	Giver      registry.Contributor // as known now
	Cents      money.Cents
	ReceivedOn civil.Day `db:"received_on"`
	Missing    []string  `db:"-"`
	AskedOn    civil.Day `db:"asked_on"` // the first request; none while nobody was asked
	Due        Due       `db:"-"`
}

// Lacking lists the gifts received since a day for which the committee has to ask the giver: those that stand past the
// threshold in their calendar year, and earmarked ones that pass it alone (11 CFR 104.7(b)(2), 110.6(c)(1)(iv)); the one
// to be asked for first at the head.
func Lacking(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, since, today civil.Day) ([]Lack, error) {
	const list = sameGiver + `
		silent as (
			select *
			from contributor_versions v
			where v.committee = $1 and v.entity = 'IND'
			  and (v.employer = '' or v.occupation = '' or v.first_name || v.last_name = '' or v.street = '' or v.city = '' or v.zip = '')
			  and not exists (
				select from contributor_versions n
				where n.committee = v.committee and n.person = v.person and (n.recorded_at, n.id) > (v.recorded_at, v.id)))
		select r.id as receipt, r.cents, r.received_on,
		       (select min(asked_on) from efforts e where e.committee = r.committee and e.receipt = r.id) as asked_on,
		       v.person as "giver.person", v.entity as "giver.entity", v.last_name as "giver.last_name", v.first_name as "giver.first_name",
		       v.organization as "giver.organization", v.name_own as "giver.name_own",
		       v.street as "giver.street", v.street_2 as "giver.street_2", v.city as "giver.city", v.state as "giver.state", v.zip as "giver.zip",
		       v.country as "giver.country", v.employer as "giver.employer", v.occupation as "giver.occupation", v.email as "giver.email"
		from silent v
		join receipts r on r.committee = $1 and r.person = v.person
		left join same s on s.person = r.person
		where r.received_on between $3 and $4 and r.line = '11(a)'
		  and case when r.candidate is not null then r.cents else (
				select sum(y.cents)
				from receipts y
				where y.committee = r.committee and y.candidate is null and y.line = '11(a)'
				  and y.person in (select r.person union select coalesce(s.root, r.person) union select t.person from same t where t.root = coalesce(s.root, r.person))
				  and y.received_on >= date_trunc('year', r.received_on)::date
				  and (y.received_on, y.happened_at, y.id collate "C") <= (r.received_on, r.happened_at, r.id collate "C")) end > $5
		order by r.received_on, r.id`
	over := law().Threshold("itemize-contributor", today).Cents
	var out []Lack
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), since, today, over); err != nil {
		return nil, says(committee, "list whom to ask", err)
	}
	for i, l := range out {
		out[i].Missing = MissingOf(l.Giver)
		out[i].Due = dueSince(law().Clock("ask-contributor", l.ReceivedOn), l.ReceivedOn, today)
	}
	return out, nil
}

// Answer is what a contributor told when asked.
type Answer struct {
	Committee  registry.CommitteeID
	Letter     string
	Giver      registry.Contributor // Person is set; with what they told
	AnsweredOn civil.Day
	HappenedAt time.Time
}

// RecordAnswer records what a contributor told: a version of theirs, and that it came by that letter. Reports whose books
// are not closed yet have it in the row; a later one tells it in a memo entry (11 CFR 104.7(b)(4)). It gives what of the
// lack was told; nothing new is no answer. The giver is locked.
func RecordAnswer(ctx context.Context, tx *sqlx.Tx, a Answer) ([]string, error) {
	before, err := registry.FindContributor(ctx, tx, a.Committee, a.Giver.Person, time.Time{})
	if err != nil {
		return nil, err
	}
	now := MissingOf(a.Giver)
	told := slices.DeleteFunc(MissingOf(before), func(m string) bool { return slices.Contains(now, m) })
	if len(told) == 0 {
		return nil, nil
	}
	if err := registry.Know(ctx, tx, a.Committee, a.Giver); err != nil {
		return nil, err
	}
	const insert = `
		insert into answers (committee, id, letter, person, told, answered_on, happened_at)
		values ($1, $2, $3, $4, $5, $6, $7)`
	_, err = tx.ExecContext(ctx, insert, a.Committee, pg.NewID('N'), a.Letter, a.Giver.Person, pq.Array(told), a.AnsweredOn, a.HappenedAt)
	if err != nil {
		return nil, fmt.Errorf("record the answer to %s: %w", a.Letter, err)
	}
	return told, nil
}
