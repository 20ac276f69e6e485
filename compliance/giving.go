package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// Giving is a contribution that a committee of this installation means to make to a candidate from its own.
type Giving struct {
	Committee registry.CommitteeID
	Candidate registry.CandidateID
	Election  registry.ElectionID
	Cents     money.Cents // none asks for the room alone
	On        civil.Day
}

// giverKinds tells as what a committee of this installation gives.
var giverKinds = map[string]string{
	registry.Nonconnected: "pac", registry.SSF: "pac", registry.Hybrid: "pac", registry.SuperPAC: "super-pac",
	registry.StateParty: "party-state", registry.NationalParty: "party-national", registry.Authorised: "candidate-committee",
}

// ScreenGiving asks the law about a contribution to a candidate: the committee and its affiliates share one limit, which is
// that of a multicandidate committee once they are one, and earmarks whose recipient they chose count in it (11 CFR
// 110.2(b), 110.3(a), 110.6(d)(2)). Findings say what stands against it.
func ScreenGiving(ctx context.Context, q sqlx.QueryerContext, g Giving) (Room, []Finding, error) {
	if g.Cents < 0 {
		return Room{}, []Finding{{Rule: rules.BadAmount, Field: "amount", Text: "A contribution is of more than nothing"}}, nil
	}
	c, err := registry.FindCommittee(ctx, q, g.Committee, time.Time{})
	if err != nil {
		return Room{}, nil, err
	}
	candidate, err := registry.FindCandidate(ctx, q, g.Candidate, time.Time{})
	if isNotThere(err) {
		return Room{}, []Finding{{Field: "candidate", Text: fmt.Sprintf("There is no candidate %q", g.Candidate)}}, nil
	}
	if err != nil {
		return Room{}, nil, err
	}
	election, wrong, err := electionFor(ctx, q, "election", g.Election, candidate)
	if err != nil || len(wrong) > 0 {
		return Room{}, wrong, err
	}
	m, err := Multicandidate(ctx, q, g.Committee, g.On)
	if err != nil {
		return Room{}, nil, err
	}
	group, err := registry.Affiliates(ctx, q, g.Committee, g.On)
	if err != nil {
		return Room{}, nil, err
	}
	gift := rules.Gift{
		Giver: giverKinds[c.Kind], To: "candidate", Regime: candidate.Jurisdiction, Recipient: candidate.CommitteeFECID, Office: candidate.Office,
		Candidate: string(g.Candidate), Election: string(g.Election), ElectionKind: ballot(election), ElectionDay: election.HeldOn,
		CycleEnds: cycleEnds(election), Cents: g.Cents, Made: g.On, Instrument: "check",
		Facts: map[string]bool{registry.IsMulticandidate: m.Is || m.Marked, registry.IsForeignNational: false},
	}
	if g.On.After(election.HeldOn) {
		gift.NetDebts, gift.HasNetDebts, err = netDebtsLeft(ctx, q, g.Candidate, g.Election, g.On, "")
		if err != nil {
			return Room{}, nil, err
		}
	}
	const sum = `
		select g.election, e.year, max(g.day) as made, sum(g.cents)::bigint as cents
		from (
			select election, paid_on as day, cents
			from disbursements
			where committee = any($1) and candidate = $2 and line = '23'
			union all
			select r.election, f.sent_on, i.cents
			from forwards f
			join forward_items i on i.committee = f.committee and i.forward = f.id
			join receipts r on r.committee = i.committee and r.id = i.receipt
			where f.committee = any($1) and f.candidate = $2 and f.directed) g
		join elections e on e.id = g.election
		group by g.election, e.year, extract(year from g.day)`
	var rows []struct {
		Election string
		Year     int
		Made     civil.Day
		Cents    money.Cents
	}
	if err := sqlx.SelectContext(ctx, q, &rows, sum, pq.Array(group), g.Candidate); err != nil {
		return Room{}, nil, says(g.Committee, "sum what was given to "+string(g.Candidate), err)
	}
	for _, r := range rows {
		gift.Given = append(gift.Given, rules.Given{
			To: "candidate", Recipient: gift.Recipient, Candidate: gift.Candidate, Election: r.Election,
			CycleEnds: cycleEnds(registry.Election{Year: r.Year}), Cents: r.Cents, Made: r.Made,
		})
	}
	l, err := lawOf(ctx, q, g.Committee, candidate.Jurisdiction)
	if err != nil {
		return Room{}, nil, err
	}
	room := roomOf(l.Decide(gift))
	room.Candidate, room.Election = g.Candidate, g.Election
	if g.Cents == 0 {
		return room, nil, nil
	}
	return room, refusals(room), nil
}
