package scenarios

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// curing is what steps about a gift that came say: its name, and the day.
type curing struct {
	named
	Gift string `word:"gift" need:"yes" ref:"gift" help:"of which gift"`
	onDay
}

// about finds the gift of a cure, and the cure's day.
func (s *curing) begin(ctx context.Context, w *world, d *done) (*done, civil.Day, error) {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return nil, on, err
	}
	g, err := w.received(s.Gift, nil)
	if err != nil {
		return nil, on, err
	}
	d.committee, d.donor, d.receipt, d.proposal = g.committee, g.donor, g.receipt, g.proposal
	return g, on, nil
}

// doubt is that a gift may come from somebody who may not give.
type doubt struct {
	curing
	Why string `word:"why" need:"yes" help:"what was seen"`
}

func (s *doubt) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		_, err := compliance.Doubt(ctx, tx, g.committee, g.receipt, s.Why, on)
		return err
	})
}

// otherKind is that a giver is found to be of another kind than was thought.
type otherKind struct {
	curing
	Is       string `word:"is" need:"yes" one:"individual|partnership|group|tribe|llc|llc-corporation|corporation|union|national-bank" help:"what the giver is"`
	Evidence string `word:"evidence" help:"how it is known"`
}

func (s *otherKind) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	kind := s.Is
	if kind == "group" {
		kind = registry.Organization
	}
	var all []registry.CommitteeID
	for _, c := range w.committees {
		all = append(all, c.ID)
	}
	return w.within(ctx, all, func(tx *sqlx.Tx) error {
		_, err := compliance.CorrectKind(ctx, tx, compliance.KindCorrection{
			Committee: g.committee, Receipt: g.receipt, Kind: kind, On: on, Evidence: or(s.Evidence, "a writing on file"),
		})
		return err
	})
}

// discover is that a gift is found to be unlawful, on new evidence.
type discover struct {
	curing
	What string `word:"what" need:"yes" help:"what was found"`
}

func (s *discover) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		_, err := compliance.Discover(ctx, tx, g.committee, g.receipt, s.What, on)
		return err
	})
}

// act is something done about a gift's open case.
type act struct {
	curing
	Kind string `word:"does" need:"yes" one:"asked|proof|note|closed|assigned" help:"what is done"`
	Case string `word:"case" help:"the kind of case; the only open one where it is not said"`
	Text string `word:"text" help:"what the record says of it"`
}

func (s *act) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	cases, err := w.cases(ctx, g, s.Case)
	if err != nil {
		return err
	}
	var open []compliance.Case
	for _, c := range cases {
		if c.State == "open" {
			open = append(open, c)
		}
	}
	if len(open) != 1 {
		return fmt.Errorf("%s has %d such open cases", g.said(), len(open))
	}
	a := compliance.CaseAct{Committee: g.committee, Case: open[0].ID, Kind: s.Kind, On: on, Text: or(s.Text, "by letter, kept on file")}
	if s.Kind == "assigned" {
		a.AssignTo, a.Text = or(s.Text, "Rowan Whitfield"), ""
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error { return compliance.ActOn(ctx, tx, a) })
}

// cases lists the cases of a gift, of one kind where that is said.
func (w *world) cases(ctx context.Context, g *done, kind string) ([]compliance.Case, error) {
	all, err := compliance.CasesOf(ctx, w.db, g.committee, g.receipt, w.today())
	if err != nil {
		return nil, err
	}
	var out []compliance.Case
	for _, c := range all {
		if kind == "" || c.Kind == kind {
			out = append(out, c)
		}
	}
	return out, nil
}

// designate is the giver's word, after the gift came, for which election it is.
type designate struct {
	curing
	Election string  `word:"election" need:"yes" ref:"election" help:"for which election"`
	Amount   dollars `word:"amount" need:"yes" help:"how much of the gift"`
	Evidence string  `word:"evidence" help:"where the giver's word is kept"`
}

func (s *designate) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		return compliance.Designate(ctx, tx, compliance.Designation{
			Committee: g.committee, Receipt: g.receipt, Election: w.elections[s.Election].ID, Cents: money.Cents(s.Amount), On: on,
			Evidence: or(s.Evidence, "signed letter, on file"),
		})
	})
}

// redesignate makes a part of a gift count for another election.
type redesignate struct {
	curing
	From        string    `word:"from" need:"yes" ref:"election" help:"the election for which it counts"`
	To          string    `word:"to" need:"yes" ref:"election" help:"the election for which it is to count"`
	Amount      dollars   `word:"amount" need:"yes" help:"how much"`
	Presumptive answer    `word:"presumptive" help:"yes: by the committee, who tells the giver; no: the giver signed it"`
	Notified    civil.Day `word:"notified" help:"the day on which the giver was told of a presumptive one"`
	Evidence    string    `word:"evidence" help:"where the writing is kept"`
}

func (s *redesignate) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		return compliance.Redesignate(ctx, tx, compliance.Redesignation{
			Committee: g.committee, Receipt: g.receipt, From: w.elections[s.From].ID, To: w.elections[s.To].ID, Cents: money.Cents(s.Amount),
			On: on, Presumptive: s.Presumptive.Yes, NotifiedOn: s.Notified, Evidence: or(s.Evidence, "signed letter, on file"),
		})
	})
}

// reattribute makes a part of a gift count for another person.
type reattribute struct {
	curing
	To          string    `word:"to" need:"yes" ref:"donor" help:"for whom it is to count"`
	From        string    `word:"from" ref:"donor" help:"for whom it counts; the giver where it is not said"`
	Amount      dollars   `word:"amount" need:"yes" help:"how much"`
	Presumptive answer    `word:"presumptive" help:"yes: by the committee, who tells them; no: by their writing"`
	Signed      []string  `word:"signed" ref:"donor" help:"who signed the writing; both where it is not said"`
	Notified    civil.Day `word:"notified" help:"the day on which they were told of a presumptive one"`
	Evidence    string    `word:"evidence" help:"where the writing is kept"`
}

func (s *reattribute) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	from := g.donor
	if s.From != "" {
		from = w.donors[s.From]
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		return compliance.Reattribute(ctx, tx, compliance.Reattribution{
			Committee: g.committee, Receipt: g.receipt, From: from.contributor.Person, To: w.donors[s.To].contributor, Cents: money.Cents(s.Amount),
			On: on, Presumptive: s.Presumptive.Yes, NotifiedOn: s.Notified, Evidence: or(s.Evidence, "signed letter, on file"),
			SignedByFrom: signs(s.Signed, s.Presumptive, or(s.From, g.donor.As)), SignedByTo: signs(s.Signed, s.Presumptive, s.To),
		})
	})
}

// signs tells whether somebody signed a writing: those who are named did; where nobody is, all did, but for what is presumed.
func signs(named []string, presumptive answer, who string) bool {
	if len(named) == 0 {
		return !presumptive.Yes
	}
	return slices.Contains(named, who)
}

// part is one person's part of a gift.
type part struct {
	Who    string  `word:"who" need:"yes" ref:"donor" help:"the person"`
	Amount dollars `word:"amount" help:"how much of it is theirs"`
	Share  share   `word:"share" help:"or which share of it, such as 50 % or 1/3"`
}

// cents is the part of a whole, in whole cents.
func (p part) cents(whole money.Cents) (money.Cents, error) {
	switch {
	case (p.Amount == 0) == (p.Share.In == 0):
		return 0, fmt.Errorf("say of %s's part its amount or its share", p.Who)
	case p.Amount > 0:
		return money.Cents(p.Amount), nil
	}
	return whole * money.Cents(p.Share.Of) / money.Cents(p.Share.In), nil
}

// attribute shares a gift out among partners, or those who signed the check together.
type attribute struct {
	curing
	Parts []part `word:"among" need:"yes" help:"the persons and their parts"`
}

func (s *attribute) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error { return w.share(ctx, tx, g, on, s.Parts) })
}

func (w *world) share(ctx context.Context, tx *sqlx.Tx, g *done, on civil.Day, parts []part) error {
	var shares []compliance.Share
	for _, p := range parts {
		cents, err := p.cents(g.proposal.Cents)
		if err != nil {
			return err
		}
		shares = append(shares, compliance.Share{Contributor: w.donors[p.Who].contributor, Cents: cents})
	}
	return compliance.AttributePartners(ctx, tx, g.committee, g.receipt, on, shares)
}

// disgorge is that money of a gift goes to the Treasury of the United States.
type disgorge struct {
	curing
	Amount dollars `word:"amount" need:"yes" help:"how much"`
}

func (s *disgorge) run(ctx context.Context, w *world, d *done) error {
	g, on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	d.row = pg.NewID('D')
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		return compliance.Disgorge(ctx, tx, compliance.Disgorgement{
			Committee: g.committee, ID: d.row, Receipt: g.receipt, Cents: money.Cents(s.Amount), PaidOn: on, HappenedAt: w.happened(on), Method: "check 2001",
			Reason: "the giver may not give",
		})
	})
}

// netDebts is what a campaign attests of the debts of an election that is over.
type netDebts struct {
	named
	Candidate string    `word:"candidate" need:"yes" ref:"candidate" help:"whose campaign"`
	Election  string    `word:"election" need:"yes" ref:"election" help:"of which election"`
	Unpaid    sum       `word:"unpaid" help:"debts and obligations that are not paid"`
	Raising   sum       `word:"cost-of-raising" help:"estimated cost of raising the money"`
	WindDown  sum       `word:"wind-down" help:"of a campaign that ends"`
	Cash      sum       `word:"cash" help:"cash on hand"`
	Later     sum       `word:"cash-for-later" help:"the part of it that is for a later election, and can't pay them"`
	Owed      sum       `word:"owed-to-campaign" help:"what others owe"`
	AsOf      civil.Day `word:"as-of" help:"the day of which it speaks; the step's where it is not said"`
	onDay

	attested compliance.NetDebts
}

func (s *netDebts) run(ctx context.Context, w *world, _ *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	if !s.AsOf.IsZero() {
		on = s.AsOf
	}
	s.attested = compliance.NetDebts{
		Candidate: w.candidates[s.Candidate].ID, Election: w.elections[s.Election].ID, AsOf: on, Evidence: "the campaign's letter, on file",
		Parts: compliance.DebtParts{
			Unpaid: s.Unpaid.Cents, CostOfRaising: s.Raising.Cents, WindDown: s.WindDown.Cents, CashForElection: s.Cash.Cents - s.Later.Cents, OwedToCampaign: s.Owed.Cents,
		},
	}
	return w.within(ctx, nil, func(tx *sqlx.Tx) error { return compliance.AttestNetDebts(ctx, tx, s.attested) })
}
