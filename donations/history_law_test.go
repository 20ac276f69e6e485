package donations_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/webhooks"
)

// What stands in a lived house beside the rest: the candidate's own committee, its drive, and the general election.
const (
	campaign   = registry.CommitteeID("hale-campaign")
	toCampaign = "hale-own"
	general    = registry.ElectionID("ny27-general")

	campaignKey    = "sk_test_haleforcongress"
	campaignSecret = "whsec_haleforcongress"
)

// settle enters the candidate's own committee, with an account at Stripe and a drive.
func (l *lived) settle() {
	l.t.Helper()
	ctx := l.t.Context()
	err := pg.InTx(ctx, l.h.Owner, "house", []string{string(campaign)}, func(tx *sqlx.Tx) error {
		primary, err := registry.FindElection(ctx, tx, house.Election)
		if err != nil {
			return err
		}
		vote := registry.Election{ID: general, Office: "H", State: "NY", District: "27", Kind: "G", Year: primary.Year, HeldOn: civil.Of(primary.Year, time.November, 7)}
		c := registry.Committee{
			ID: campaign, FECID: "C00999102", Name: "HALE FOR CONGRESS", Kind: registry.Authorised, Candidate: house.Candidate, Filer: "quarterly",
			Zone: "America/New_York", Street: "200 Garland St", City: "Saratoga", State: "NY", Zip: "12866", TreasurerLast: "Ellery", TreasurerFirst: "Juno",
			Web: "https://hale.example.org", Email: "help@hale.example.org",
		}
		drive := donations.Drive{Committee: campaign, Slug: toCampaign, Title: "Hale for Congress", Amounts: []int64{1000, 2500, 5000}, OpensOn: l.h.Today().Add(-1000)}
		if err := errors.Join(registry.AddElection(ctx, tx, vote), registry.AddCommittee(ctx, tx, c)); err != nil {
			return err
		}
		processor := registry.Payee{ID: registry.Processor, Entity: "ORG", Name: "EXAMPLE PAYMENTS INC", Street: "1 Example Plaza", City: "Springfield", State: "IL", Zip: "62701"}
		_, err = registry.AddPayee(ctx, tx, campaign, processor)
		return errors.Join(err, donations.AddDrive(ctx, tx, drive), l.h.Accounts.Keep(ctx, tx, campaign, campaignKey, campaignSecret))
	})
	if err != nil {
		l.t.Fatal(err)
	}
	l.h.Sim.AddEndpoint(campaignKey, l.h.Hooks+"/"+string(campaign), campaignSecret)
}

// try does something at the desk of all committees together; the law may refuse it.
func (l *lived) try(f func(tx *sqlx.Tx) error) bool {
	l.t.Helper()
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = string(c)
	}
	slices.Sort(names)
	err := pg.InTx(l.t.Context(), l.h.DB, "Rowan Whitfield", names, f)
	var refused *registry.Refused
	if errors.As(err, &refused) {
		l.say("… is refused: %v", refused)
		return false
	}
	l.may(err)
	return err == nil
}

// asEntered is a giver as the desk writes them: by one of two addresses, which nobody connects at first.
func asEntered(who string, other bool) registry.Contributor {
	c := registry.Contributor{
		Entity: "IND", First: who, Last: "Quillfeather", Street: "1 " + who + " St", City: "Brooklyn", State: "NY", Zip: "11215", Country: "US",
	}
	if other {
		c.Street, c.Email = "9 "+who+" Ave", who+".other@example.org"
	}
	return c
}

// receive enters money that came on paper, and gives its receipt.
func (l *lived) receive(r compliance.Receipt) string {
	l.t.Helper()
	r.ID, r.InstrumentNumber, r.HappenedAt = pg.NewID('R'), "101", l.h.Sim.Now()
	r.Line = "11(a)"
	r.MadeOn, r.ReceivedOn = l.h.Today().Add(-l.rng.IntN(3)), l.h.Today()
	if r.MadeOn.Before(l.begun) {
		r.MadeOn = l.begun
	}
	done := l.try(func(tx *sqlx.Tx) error {
		var err error
		if r.Contributor.Person == "" {
			if r.Contributor.Person, err = registry.Identify(l.t.Context(), tx, r.Contributor); err != nil {
				return err
			}
		}
		if err := registry.Lock(l.t.Context(), tx, r.Contributor.Person); err != nil {
			return err
		}
		return compliance.Receive(l.t.Context(), tx, r)
	})
	if !done {
		return ""
	}
	return r.ID
}

// other gives a name that is not this one.
func (l *lived) other(who string) string {
	return pick(l, slices.DeleteFunc(slices.Clone(givers), func(g string) bool { return g == who }))
}

// joint is a check that two people signed, shared equally as long as nobody says otherwise.
func (l *lived) joint() {
	who := pick(l, givers)
	second := l.other(who)
	c, cents := pick(l, all), pick(l, []money.Cents{10_001, 200_000, 600_000, 900_001})
	l.say("a check of %s and %s over %v to %s", who, second, cents, c)
	id := l.receive(compliance.Receipt{Committee: c, Contributor: asEntered(who, false), Instrument: "check", Cents: cents})
	if id == "" || l.rng.IntN(4) == 0 {
		return
	}
	l.try(func(tx *sqlx.Tx) error {
		return compliance.AttributeEqually(l.t.Context(), tx, c, id, l.h.Today(), []registry.Contributor{asEntered(second, l.rng.IntN(3) == 0)})
	})
}

// partners is a partnership's check, and of whom it counts as well.
func (l *lived) partners() {
	c, cents := pick(l, all), pick(l, []money.Cents{30_001, 250_000, 520_001})
	l.say("a partnership's check over %v to %s", cents, c)
	id := l.receive(compliance.Receipt{Committee: c, Instrument: "check", Cents: cents, Contributor: registry.Contributor{
		Entity: "ORG", Kind: registry.Partnership, Organization: "THIMBLE AND NEEDLE", Street: "5 Thimble Ln", City: "Brooklyn", State: "NY", Zip: "11215", Country: "US",
	}})
	if id == "" || l.rng.IntN(4) == 0 {
		return
	}
	own := money.Cents(1 + l.rng.Int64N(int64(cents)-1))
	shares := []compliance.Share{{Contributor: asEntered(givers[0], false), Cents: own}, {Contributor: asEntered(givers[1], false), Cents: cents - own}}
	l.try(func(tx *sqlx.Tx) error {
		return compliance.AttributePartners(l.t.Context(), tx, c, id, l.h.Today(), shares)
	})
}

// join is a check whose evidence shows that two givers are one.
func (l *lived) join() {
	who := pick(l, givers)
	c := asEntered(who, true)
	c.Street = "1 " + who + " St" // the mail of one, and the address of the other
	l.say("a check shows that %s has two addresses", who)
	l.receive(compliance.Receipt{Committee: pick(l, all), Contributor: c, Instrument: "check", Cents: 5_000})
}

// elsewhere is a check by the other address.
func (l *lived) elsewhere() {
	who, c, cents := pick(l, givers), pick(l, all), pick(l, []money.Cents{30_000, 200_000, 350_000})
	l.say("a check of %s from elsewhere over %v to %s", who, cents, c)
	l.receive(compliance.Receipt{Committee: c, Contributor: asEntered(who, true), Instrument: pick(l, []string{"check", "transfer"}), Cents: cents})
}

// excess is an open case of some kinds, if there is one.
func (l *lived) excess(kinds ...string) (registry.CommitteeID, compliance.Case, bool) {
	l.t.Helper()
	type open struct {
		committee registry.CommitteeID
		compliance.Case
	}
	var found []open
	for _, c := range all {
		cases, err := compliance.Cases(l.t.Context(), l.h.DB, c, l.h.Today())
		if err != nil {
			l.t.Fatal(err)
		}
		slices.SortFunc(cases, func(a, b compliance.Case) int { return a.OpenedAt.Compare(b.OpenedAt) })
		for _, k := range cases {
			if len(kinds) == 0 || slices.Contains(kinds, k.Kind) {
				found = append(found, open{c, k})
			}
		}
	}
	if len(found) == 0 {
		return "", compliance.Case{}, false
	}
	k := pick(l, found)
	return k.committee, k.Case, true
}

// part is a sum, or a part of it.
func (l *lived) part(cents money.Cents) money.Cents {
	if cents < 2 || l.rng.IntN(2) == 0 {
		return cents
	}
	return money.Cents(1 + l.rng.Int64N(int64(cents)))
}

// reattribute makes an excess count for another who signed.
func (l *lived) reattribute() {
	c, k, ok := l.excess("excessive", "general lost")
	if !ok {
		return
	}
	m := compliance.Reattribution{
		Committee: c, Receipt: k.Receipt, From: k.Person, To: asEntered(pick(l, givers), l.rng.IntN(3) == 0), Election: k.Election, Cents: l.part(k.Left), On: l.h.Today(),
		SignedByFrom: true, SignedByTo: true, Evidence: "letter 7",
	}
	l.say("of %s's %s %v counts for %s", c, k.Receipt, m.Cents, m.To.Name())
	l.try(func(tx *sqlx.Tx) error { return compliance.Reattribute(l.t.Context(), tx, m) })
}

// redesignate makes an excess of the campaign's count for its other election.
func (l *lived) redesignate() {
	c, k, ok := l.excess("excessive", "general lost", "past election")
	if !ok || k.Election == "" {
		return
	}
	m := compliance.Redesignation{Committee: c, Receipt: k.Receipt, From: k.Election, To: general, Cents: l.part(k.Left), On: l.h.Today(), Evidence: "letter 8"}
	if k.Election == general {
		m.To = house.Election
	}
	l.say("of %s's %s %v counts for %s", c, k.Receipt, m.Cents, m.To)
	l.try(func(tx *sqlx.Tx) error { return compliance.Redesignate(l.t.Context(), tx, m) })
}

// disgorge pays what a case is about to the Treasury.
func (l *lived) disgorge() {
	c, k, ok := l.excess()
	if !ok {
		return
	}
	d := compliance.Disgorgement{
		Committee: c, Receipt: k.Receipt, Cents: l.part(k.Left), PaidOn: l.h.Today(), HappenedAt: l.h.Sim.Now(), Method: "check 1042", Reason: "the giver can't be found",
	}
	l.say("of %s's %s %v goes to the Treasury", c, k.Receipt, d.Cents)
	l.try(func(tx *sqlx.Tx) error { return compliance.Disgorge(l.t.Context(), tx, d) })
}

// giveBack is a refund by check, of what a case is about.
func (l *lived) giveBack() {
	c, k, ok := l.excess()
	if !ok {
		return
	}
	cents := l.part(k.Left)
	if cents == 0 || k.Candidate != "" {
		return
	}
	r := compliance.Refund{Committee: c, Receipt: k.Receipt, Cents: cents, RefundedOn: l.h.Today(), HappenedAt: l.h.Sim.Now(), Person: k.Person, Election: k.Election}
	l.say("a check over %v gives back of %s's %s", cents, c, k.Receipt)
	l.try(func(tx *sqlx.Tx) error { return compliance.GiveBack(l.t.Context(), tx, r) })
}

// question is a doubt about a gift's source, or a discovery.
func (l *lived) question() {
	r, ok := l.someReceipt()
	if !ok {
		return
	}
	ask := pick(l, []string{"doubts", "discovers"})
	l.say("%s %s something of %s", r.Committee, ask, r.ID)
	l.try(func(tx *sqlx.Tx) error {
		var err error
		if ask == "doubts" {
			_, err = compliance.Doubt(l.t.Context(), tx, r.Committee, r.ID, "a name that nobody knows", l.h.Today())
		} else {
			_, err = compliance.Discover(l.t.Context(), tx, r.Committee, r.ID, "another's money", l.h.Today())
		}
		return err
	})
}

// byHand is what a person writes to a case.
func (l *lived) byHand() {
	c, k, ok := l.excess()
	if !ok {
		return
	}
	a := compliance.CaseAct{Committee: c, Case: k.ID, Kind: pick(l, []string{"proof", "closed"}), On: l.h.Today(), Text: "seen and written down"}
	l.say("%s: case %s of %s is %s by hand", c, k.ID, k.Receipt, a.Kind)
	l.try(func(tx *sqlx.Tx) error { return compliance.ActOn(l.t.Context(), tx, a) })
}

type livedReceipt struct {
	Committee registry.CommitteeID
	ID        string
}

// someReceipt is one that came at any time, if there is one.
func (l *lived) someReceipt() (livedReceipt, bool) {
	var list []livedReceipt
	if err := l.h.DB.Select(&list, `select committee, id from receipts order by recorded_at, id`); err != nil {
		l.t.Fatal(err)
	}
	if len(list) == 0 {
		return livedReceipt{}, false
	}
	return pick(l, list), true
}

// correct finds that a giver is of another kind.
func (l *lived) correct() {
	r, ok := l.someReceipt()
	if !ok {
		return
	}
	kind := pick(l, []string{registry.Individual, registry.Individual, registry.Individual, registry.Partnership, registry.Corporation})
	l.say("the giver of %s's %s is found to be a %s", r.Committee, r.ID, kind)
	l.try(func(tx *sqlx.Tx) error {
		_, err := compliance.CorrectKind(l.t.Context(), tx, compliance.KindCorrection{Committee: r.Committee, Receipt: r.ID, Kind: kind, On: l.h.Today(), Evidence: "their letter"})
		return err
	})
}

// know is something that is learned of a giver.
func (l *lived) know() {
	if l.rng.IntN(2) == 0 {
		return
	}
	r, ok := l.someReceipt()
	if !ok {
		return
	}
	s := registry.Status{Status: pick(l, []string{registry.IsContractor, registry.IsCitizen}), From: l.h.Today().Add(-l.rng.IntN(60)), Evidence: "a public list"}
	if l.rng.IntN(2) == 0 {
		s.Until = s.From.Add(l.rng.IntN(90))
	}
	l.say("of the giver of %s's %s it is known: %+v", r.Committee, r.ID, s)
	l.try(func(tx *sqlx.Tx) error {
		_, err := compliance.LearnStatus(l.t.Context(), tx, r.Committee, r.ID, s, l.h.Today())
		return err
	})
}

// moveElection puts a vote on another day, which is mostly near.
func (l *lived) moveElection() {
	id := pick(l, []registry.ElectionID{house.Election, general})
	to := l.h.Today().Add(l.rng.IntN(80) - 20)
	l.say("%s is held on %v", id, to)
	l.try(func(tx *sqlx.Tx) error {
		return compliance.MoveElection(l.t.Context(), tx, id, to, "Ordered by a court", l.h.Sim.Now())
	})
}

// outcome is how the primary went, or is said to have gone.
func (l *lived) outcome() {
	o := registry.Outcome{Candidate: house.Candidate, Election: house.Election, Outcome: pick(l, []string{registry.Nominated, registry.Lost, registry.Withdrew}), On: l.h.Today(), Evidence: "the state's list"}
	l.say("the candidate is %s", o.Outcome)
	l.try(func(tx *sqlx.Tx) error {
		_, err := compliance.RecordOutcome(l.t.Context(), tx, o)
		return err
	})
}

// debts is what the campaign attests of an election that is over.
func (l *lived) debts() {
	n := compliance.NetDebts{Candidate: house.Candidate, Election: house.Election, AsOf: l.h.Today(), Parts: compliance.DebtParts{Unpaid: money.Cents(l.rng.IntN(1_000_000))}, Evidence: "the campaign's letter"}
	l.say("the primary's net debts are %v", n.Cents())
	l.try(func(tx *sqlx.Tx) error { return compliance.AttestNetDebts(l.t.Context(), tx, n) })
}

// affiliation is a committee that joins the other's group, or leaves it.
func (l *lived) affiliation() {
	if !l.h.Today().After(l.turned) {
		return
	}
	on := l.h.Today().Add(-l.rng.IntN(l.h.Today().Sub(l.turned)))
	if l.apart {
		l.say("%s is affiliated since %v", house.Affiliate, on)
		if l.try(func(tx *sqlx.Tx) error {
			_, err := compliance.Affiliate(l.t.Context(), tx, compliance.Affiliation{Group: "lights", Committee: house.Affiliate, On: on, Found: l.h.Today()})
			return err
		}) {
			l.apart, l.turned = false, on
		}
		return
	}
	l.say("%s is on its own from today on", house.Affiliate)
	if l.try(func(tx *sqlx.Tx) error {
		return registry.Disaffiliate(l.t.Context(), tx, "lights", house.Affiliate, l.h.Today())
	}) {
		l.apart, l.parted, l.turned = true, true, l.h.Today()
	}
}

// drive closes a drive, or opens it again.
func (l *lived) drive() {
	slug := pick(l, []string{house.ToCommittee, house.ToAffiliate, house.ToCandidate, house.ViaOther, toCampaign})
	d, err := donations.FindDrive(l.t.Context(), l.h.DB, slug)
	if err != nil {
		l.t.Fatal(err)
	}
	closing := d.OpenOn(l.h.Today()) && l.rng.IntN(3) == 0
	l.say("the drive %s: closing %v", slug, closing)
	l.try(func(tx *sqlx.Tx) error {
		if closing {
			return donations.CloseDrive(l.t.Context(), tx, d.Committee, slug)
		}
		return donations.ReopenDrive(l.t.Context(), tx, d.Committee, slug, l.h.Today())
	})
}

// arrive enters at the campaign what a conduit forwarded to it.
func (l *lived) arrive() {
	var sent []struct {
		Committee registry.CommitteeID
		Receipt   string
		Person    registry.PersonID
		Election  registry.ElectionID
		Cents     money.Cents
	}
	const list = `
		select i.committee, i.receipt, r.person, r.election, i.cents
		from forward_items i
		join receipts r on r.committee = i.committee and r.id = i.receipt
		where not exists (select from receipts o where o.through_committee = i.committee and o.through_receipt = i.receipt)
		order by i.recorded_at, i.id`
	if err := l.h.DB.Select(&sent, list); err != nil {
		l.t.Fatal(err)
	}
	if len(sent) == 0 {
		return
	}
	s := pick(l, sent)
	who := registry.Contributor{Person: s.Person, Entity: "IND", First: "Through", Last: "Conduit", Street: "1 Some St", City: "Brooklyn", State: "NY", Zip: "11215", Country: "US"}
	l.say("the campaign enters %s's %s over %v", s.Committee, s.Receipt, s.Cents)
	l.receive(compliance.Receipt{
		Committee: campaign, Contributor: who, Instrument: "transfer", Cents: s.Cents, Election: s.Election,
		ThroughCommittee: s.Committee, ThroughReceipt: s.Receipt, Evidence: "the conduit's letter",
	})
}

// stripeFails lets Stripe's answers fail for a while, or no more.
func (l *lived) stripeFails() {
	l.faults.FailAPI = pick(l, []float64{0, 0.3, 0.8})
	l.faults.Drop = pick(l, []float64{0, 0, 0.5})
	if !l.lossy {
		l.faults.Drop = 0
	}
	l.say("Stripe fails: %+v", l.faults)
	if err := l.h.Sim.SetFaults(l.faults); err != nil {
		l.t.Fatal(err)
	}
}

// unfailing makes Stripe well again, and asks for what was lost.
func (l *lived) unfailing() {
	l.t.Helper()
	l.faults.FailAPI, l.faults.Drop = 0, 0
	if err := l.h.Sim.SetFaults(l.faults); err != nil {
		l.t.Fatal(err)
	}
	for range 14 { // a call that failed waits up to ten minutes for its next try
		l.h.Quiet()
		l.h.Advance(time.Minute)
	}
	l.h.Quiet()
	if !l.lossy {
		return
	}
	for range 3 {
		for _, c := range all {
			if _, err := l.h.Accounts.Reconcile(l.t.Context(), l.h.Sim.Now, c, donations.Asking{Hear: l.hear(c)}); err != nil {
				l.t.Fatal(err)
			}
		}
		l.h.Quiet()
	}
}

// hear asks for the events of a committee that never came.
func (l *lived) hear(c registry.CommitteeID) func(context.Context, time.Time) (int, error) {
	return func(ctx context.Context, since time.Time) (int, error) {
		n, err := webhooks.Fetch(ctx, l.h.DB, l.h.Accounts, c, since)
		l.h.Quiet()
		return n, err
	}
}
