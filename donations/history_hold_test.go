package donations_test

import (
	"slices"
	"time"

	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// proved checks that facts and books of a committee say the same.
func (l *lived) proved(c registry.CommitteeID) {
	l.t.Helper()
	proofs, err := compliance.Examine(l.t.Context(), l.h.DB, c)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, p := range proofs {
		if !p.Holds() {
			l.t.Errorf("%s: %s: facts %v, books %v", c, p.What, p.Facts, p.Books)
		}
	}
}

// came is a receipt, as a plain computation needs it.
type came struct {
	Committee  registry.CommitteeID
	ID         string
	Person     registry.PersonID
	Cents      money.Cents
	Candidate  registry.CandidateID
	Election   registry.ElectionID
	MadeOn     civil.Day `db:"made_on"`
	Through    string
	back, lost money.Cents // refunds that stood, and disputes lost
	treasury   money.Cents
	persons    map[registry.PersonID]money.Cents // attributed instead of the contributor's
	partners   map[registry.PersonID]money.Cents // and as well as the contributor's
	elections  map[registry.ElectionID]money.Cents
	forwarded  money.Cents
}

// gone is what went back of it: never more than came.
func (r *came) gone() money.Cents { return min(r.Cents, r.back+r.lost) }

// plainly reads all receipts, and what became of each.
func (l *lived) plainly() []*came {
	l.t.Helper()
	var list []*came
	if err := l.h.DB.Select(&list, `
		select committee, id, person, cents, coalesce(candidate, '') as candidate, coalesce(election, '') as election, made_on,
		       coalesce(through_receipt, '') as through
		from receipts
		order by made_on, received_on, recorded_at, id`); err != nil {
		l.t.Fatal(err)
	}
	of := map[string]*came{}
	for _, r := range list {
		r.persons, r.partners, r.elections = map[registry.PersonID]money.Cents{}, map[registry.PersonID]money.Cents{}, map[registry.ElectionID]money.Cents{}
		of[string(r.Committee)+" "+r.ID] = r
	}
	read := func(query string, take func(r *came, key string, cents money.Cents)) {
		l.t.Helper()
		var rows []struct {
			Committee, Receipt, Key string
			Cents                   money.Cents
		}
		if err := l.h.DB.Select(&rows, query); err != nil {
			l.t.Fatal(err)
		}
		for _, row := range rows {
			take(of[row.Committee+" "+row.Receipt], row.Key, row.Cents)
		}
	}
	read(`select committee, receipt, id as key, cents from refunds b
	      where not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id)`,
		func(r *came, _ string, cents money.Cents) { r.back += cents })
	read(`select d.committee, d.receipt, d.id as key, d.cents - e.returned_cents as cents from disputes d join dispute_ends e on e.committee = d.committee and e.dispute = d.id where e.outcome = 'lost'`,
		func(r *came, _ string, cents money.Cents) { r.lost += cents })
	read(`select committee, receipt, id as key, cents from disgorgements`, func(r *came, _ string, cents money.Cents) { r.treasury += cents })
	read(`select committee, receipt, person as key, cents from attributions where source <> 'partners'`,
		func(r *came, key string, cents money.Cents) { r.persons[registry.PersonID(key)] += cents })
	read(`select committee, receipt, person as key, cents from attributions where source = 'partners'`,
		func(r *came, key string, cents money.Cents) { r.partners[registry.PersonID(key)] += cents })
	read(`select committee, receipt, election as key, cents from designations`,
		func(r *came, key string, cents money.Cents) { r.elections[registry.ElectionID(key)] += cents })
	read(`select committee, receipt, id as key, cents from forward_items`, func(r *came, _ string, cents money.Cents) { r.forwarded += cents })
	return list
}

// givers gives the row that stands for each person.
func (l *lived) roots() func(registry.PersonID) registry.PersonID {
	l.t.Helper()
	var rows []struct {
		Person registry.PersonID
		Same   registry.PersonID `db:"same_as"`
	}
	if err := l.h.DB.Select(&rows, `select person, same_as from person_joins`); err != nil {
		l.t.Fatal(err)
	}
	up := map[registry.PersonID]registry.PersonID{}
	for _, r := range rows {
		up[r.Person] = r.Same
	}
	return func(p registry.PersonID) registry.PersonID {
		for up[p] != "" {
			p = up[p]
		}
		return p
	}
}

// counts is what of a receipt counts for a giver, for an election of the candidate or in a committee's year where none is named.
func (r *came) counts(giver registry.PersonID, root func(registry.PersonID) registry.PersonID, election registry.ElectionID) money.Cents {
	whole := r.Cents - r.gone()
	switch {
	case election == "" && (r.Candidate != "" || r.Committee == campaign):
		return 0
	case election != "" && r.Candidate == "" && r.Committee != campaign:
		return 0
	case election != "" && r.Candidate != "" && r.Election != election:
		return 0
	case r.Through != "":
		return 0
	}
	var cents money.Cents
	if root(r.Person) == giver {
		cents = whole
		if r.Committee == campaign {
			cents = r.elections[election]
		}
	}
	for p, share := range r.partners {
		if root(p) == giver {
			of := whole
			if r.Committee == campaign {
				of = r.elections[election]
			}
			cents += (share*of + r.Cents - 1) / r.Cents
		}
	}
	if r.Committee != campaign {
		for p, share := range r.persons {
			if root(p) == giver {
				cents += share
			}
		}
	}
	return cents
}

// holdRoom checks, for each giver and each limit, that a plain sum of what came is the one that the program knows, and that nothing is over the
// limit of which no case tells.
func (l *lived) holdRoom() {
	l.t.Helper()
	all, root := l.plainly(), l.roots()
	var persons []struct {
		ID   registry.PersonID
		Kind string
	}
	if err := l.h.DB.Select(&persons, `select p.id, `+registry.KindNow+` as kind from persons p order by p.id`); err != nil {
		l.t.Fatal(err)
	}
	for _, person := range persons {
		if root(person.ID) != person.ID || !slices.Contains([]string{registry.Individual, registry.Partnership}, person.Kind) {
			continue
		}
		for year := l.begun.Year(); year <= l.h.Today().Year(); year++ {
			if l.parted {
				continue // which committees share a limit changes within the year: a test of its own holds it
			}
			var sum money.Cents
			for _, r := range all {
				if r.MadeOn.Year() == year {
					sum += r.counts(person.ID, root, "")
				}
			}
			l.holdLimit(compliance.Proposal{Committee: house.Committee, Made: civil.Of(year, time.December, 31), Person: person.ID, Kind: person.Kind}, sum, year)
		}
		for _, e := range []registry.ElectionID{house.Election, general} {
			var sum money.Cents
			for _, r := range all {
				sum += r.counts(person.ID, root, e) + l.attributedFor(r, person.ID, root, e)
			}
			l.holdLimit(compliance.Proposal{Committee: house.Committee, Made: l.begun, Candidate: house.Candidate, Election: e, Person: person.ID, Kind: person.Kind}, sum, 0)
		}
	}
}

// attributedFor is what of a receipt of the campaign's counts for a giver instead of its contributor, for one election.
func (l *lived) attributedFor(r *came, giver registry.PersonID, root func(registry.PersonID) registry.PersonID, election registry.ElectionID) money.Cents {
	if r.Committee != campaign || r.Through != "" {
		return 0
	}
	var rows []struct {
		Person registry.PersonID
		Cents  money.Cents
	}
	const list = `
		select person, sum(cents)::bigint as cents
		from attributions
		where committee = $1 and receipt = $2 and election = $3 and source <> 'partners'
		group by person`
	if err := l.h.DB.Select(&rows, list, r.Committee, r.ID, election); err != nil {
		l.t.Fatal(err)
	}
	var sum money.Cents
	for _, row := range rows {
		if root(row.Person) == giver {
			sum += row.Cents
		}
	}
	return sum
}

// holdLimit holds a plain sum of what a giver gave against what the program knows, and against the cases of it.
func (l *lived) holdLimit(p compliance.Proposal, sum money.Cents, year int) {
	l.t.Helper()
	room, _, err := compliance.Screen(l.t.Context(), l.h.DB, p)
	if err != nil {
		l.t.Fatal(err)
	}
	if room.Limit.Cents == 0 {
		return
	}
	if room.Settled != sum {
		l.t.Errorf("%s gave %v to %s %s in %d by a plain sum, the program knows %v", p.Person, sum, p.Committee, p.Election, year, room.Settled)
	}
	over := sum - room.Limit.Cents
	if over <= 0 {
		return
	}
	var told money.Cents
	const cases = `
		select coalesce(sum(greatest(0, c.excess_cents - coalesce((
				select sum(a.cents) from case_acts a where a.committee = c.committee and a.case_id = c.id and a.kind <> 'disgorgement'), 0))), 0)::bigint
		from cases c
		join receipts r on r.committee = c.committee and r.id = c.receipt
		where c.kind = 'excessive' and coalesce(c.election, '') = $1 and ($2 = 0 or extract(year from r.made_on) = $2)
		  and c.person in (
			with recursive same(person) as (select $3::text union select j.person from person_joins j join same s on s.person = j.same_as)
			select person from same)`
	if err := l.h.DB.Get(&told, cases, p.Election, year, p.Person); err != nil {
		l.t.Fatal(err)
	}
	if told < over {
		l.t.Errorf("%s gave %v to %s %s in %d, of at most %v; cases tell of %v", p.Person, sum, p.Committee, p.Election, year, room.Limit.Cents, told)
	}
}

// holdParts checks that what counts of each receipt, for elections and for persons, is what is here of it, and of nobody less than
// nothing.
func (l *lived) holdParts() {
	l.t.Helper()
	for _, r := range l.plainly() {
		var moved, designated money.Cents
		own := r.Cents - r.gone()
		for p, cents := range r.persons {
			if moved += cents; p != r.Person && cents < 0 || p == r.Person && own+cents < 0 {
				l.t.Errorf("of %s's %s %v counts for %s, of %v that are not gone", r.Committee, r.ID, cents, p, own)
			}
		}
		if moved != 0 {
			l.t.Errorf("attributions of %s's %s add up to %v", r.Committee, r.ID, moved)
		}
		for e, cents := range r.elections {
			if designated += cents; cents < 0 {
				l.t.Errorf("of %s's %s %v counts for %s", r.Committee, r.ID, cents, e)
			}
		}
		if r.Committee == campaign && len(r.elections) > 0 && designated != own {
			l.t.Errorf("of %s's %s %v counts for its elections, and %v is not gone", r.Committee, r.ID, designated, own)
		}
	}
}

// holdCases checks that no case asks for more than is here.
func (l *lived) holdCases() {
	l.t.Helper()
	receipts := l.plainly()
	for _, c := range all {
		cases, err := compliance.Cases(l.t.Context(), l.h.DB, c, l.h.Today())
		if err != nil {
			l.t.Fatal(err)
		}
		for _, k := range cases {
			r := receipts[slices.IndexFunc(receipts, func(r *came) bool { return r.Committee == c && r.ID == k.Receipt })]
			here := r.Cents - r.gone()
			if k.Kind != "paid back after forwarding" && k.Left > here {
				l.t.Errorf("case %s of %s's %s (%s) asks for %v, and %v is here", k.ID, c, r.ID, k.Kind, k.Left, here)
			}
		}
	}
}

// holdTwice checks that the committee pays nobody's money twice: what the desk gave back, sent on and paid to the Treasury of a receipt is no
// more than came.
func (l *lived) holdTwice() {
	l.t.Helper()
	var twice []struct {
		Committee, ID               string
		Came, Forwarded, Back, Paid money.Cents
	}
	const list = `
		select *
		from (
			select r.committee, r.id, r.cents as came,
			       (select coalesce(sum(i.cents), 0)::bigint from forward_items i where i.committee = r.committee and i.receipt = r.id) as forwarded,
			       (select coalesce(sum(b.cents), 0)::bigint
			        from refunds b
			        where b.committee = r.committee and b.receipt = r.id and coalesce(b.stripe_refund, '') <> all($1)
			          and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id)) as back,
			       (select coalesce(sum(d.cents), 0)::bigint from disgorgements d where d.committee = r.committee and d.receipt = r.id) as paid
			from receipts r) went
		where forwarded + back + paid > came`
	if err := l.h.DB.Select(&twice, list, pq.Array(append([]string{"none"}, l.outside...))); err != nil {
		l.t.Fatal(err)
	}
	for _, x := range twice {
		l.t.Errorf("of %s's %s came %v; %v was forwarded, %v given back, %v paid to the Treasury", x.Committee, x.ID, x.Came, x.Forwarded, x.Back, x.Paid)
	}
}

// holdBank checks that the books' bank has what Stripe says it paid out, beside what came and went otherwise.
func (l *lived) holdBank(c registry.CommitteeID) {
	l.t.Helper()
	var page struct {
		Data []struct {
			Amount money.Cents
			Status string
		}
	}
	l.ask(c, "/v1/payouts", "limit=100", &page)
	var paid money.Cents
	for _, p := range page.Data {
		if p.Status == "paid" {
			paid += p.Amount
		}
	}
	var beside money.Cents
	const sum = `
		select (select coalesce(sum(cents), 0) from openings where committee = $1) + (select coalesce(sum(cents), 0) from deposits where committee = $1)
		       + (select coalesce(sum(cents), 0) from receipts where committee = $1 and instrument = 'transfer')
		       - (select coalesce(sum(cents), 0) from disbursements where committee = $1) - (select coalesce(sum(cents), 0) from forwards where committee = $1)
		       - (select coalesce(sum(cents), 0) from refunds where committee = $1 and stripe_refund is null)`
	if err := l.h.DB.Get(&beside, sum, c); err != nil {
		l.t.Fatal(err)
	}
	balances, err := ledger.Balances(l.t.Context(), l.h.DB, c, l.h.Today().Add(1), time.Time{})
	if err != nil {
		l.t.Fatal(err)
	}
	if balances[ledger.Bank] != paid+beside {
		l.t.Errorf("%s: the bank has %v, of which Stripe paid out %v; the books say %v", c, paid+beside, paid, balances[ledger.Bank])
	}
}
