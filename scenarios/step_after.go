package scenarios

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// of gathers the receipts of gifts, which are all of one committee.
func (w *world) of(names []string) (registry.CommitteeID, []string, error) {
	var committee registry.CommitteeID
	var receipts []string
	for _, name := range names {
		g, err := w.received(name, nil)
		if err != nil {
			return "", nil, err
		}
		if committee != "" && committee != g.committee {
			return "", nil, errors.New("these gifts are of two committees")
		}
		committee, receipts = g.committee, append(receipts, g.receipt)
	}
	return committee, receipts, nil
}

// deposit is checks and cash brought to the bank.
type deposit struct {
	named
	Gifts []string `word:"gifts" need:"yes" short:"yes" ref:"gift" help:"the checks and the cash"`
	onDay
}

func (s *deposit) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	committee, receipts, err := w.of(s.Gifts)
	if err != nil {
		return err
	}
	d.committee = committee
	return w.within(ctx, []registry.CommitteeID{committee}, func(tx *sqlx.Tx) error {
		return compliance.RecordDeposit(ctx, tx, compliance.Deposit{
			Committee: committee, ID: pg.NewID('B'), DepositedOn: on, HappenedAt: w.happened(on), Receipts: receipts,
		})
	})
}

// refund is money that goes back to a giver.
type refund struct {
	named
	Gift   string  `word:"gift" need:"yes" ref:"gift" help:"of which gift"`
	Amount dollars `word:"amount" need:"yes" help:"how much"`
	onDay
}

func (s *refund) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	g, err := w.received(s.Gift, nil)
	if err != nil {
		return err
	}
	d.committee, d.donor, d.receipt, d.row = g.committee, g.donor, g.receipt, pg.NewID('X')
	return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
		if err := registry.Lock(ctx, tx, g.donor.contributor.Person); err != nil {
			return err
		}
		left, err := compliance.Refundable(ctx, tx, g.committee, g.receipt)
		if err != nil {
			return err
		}
		if left < money.Cents(s.Amount) {
			return fmt.Errorf("only %s of the gift is left to give back", left)
		}
		return compliance.RecordRefund(ctx, tx, compliance.Refund{
			Committee: g.committee, ID: d.row, Receipt: g.receipt, Cents: money.Cents(s.Amount), RefundedOn: on, HappenedAt: w.happened(on),
		})
	})
}

// dispute is that a cardholder's bank takes a card gift back, and how that is decided.
type dispute struct {
	named
	Gift    string    `word:"gift" need:"yes" ref:"gift" help:"the card gift"`
	Amount  dollars   `word:"amount" need:"yes" help:"how much"`
	Outcome string    `word:"outcome" one:"won|lost" help:"how it is decided; not yet where it is not said"`
	Decided civil.Day `word:"decided" help:"on which day; the dispute's where it is not said"`
	onDay
}

func (s *dispute) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	g, err := w.received(s.Gift, nil)
	if err != nil {
		return err
	}
	d.committee, d.donor, d.receipt = g.committee, g.donor, g.receipt
	id := fmt.Sprintf("dp_%d", w.next())
	within := func(f func(tx *sqlx.Tx) error) error {
		return w.within(ctx, []registry.CommitteeID{g.committee}, func(tx *sqlx.Tx) error {
			if err := registry.Lock(ctx, tx, g.donor.contributor.Person); err != nil {
				return err
			}
			return f(tx)
		})
	}
	err = within(func(tx *sqlx.Tx) error {
		return compliance.OpenDispute(ctx, tx, compliance.Dispute{
			Committee: g.committee, ID: id, Receipt: g.receipt, Cents: money.Cents(s.Amount), OpenedOn: on, HappenedAt: w.happened(on),
		})
	})
	if err != nil || s.Outcome == "" {
		return err
	}
	decided := on
	if !s.Decided.IsZero() {
		if decided, err = w.day(ctx, s.Decided); err != nil {
			return err
		}
	}
	err = within(func(tx *sqlx.Tx) error {
		return compliance.EndDispute(ctx, tx, g.committee, id, s.Outcome, decided, w.happened(decided))
	})
	if err != nil {
		return err
	}
	return w.db.GetContext(ctx, &d.row, `select id from dispute_ends where committee = $1 and dispute = $2`, g.committee, id)
}

// transfer is money from one committee of the installation to another.
type transfer struct {
	named
	From   string  `word:"from" need:"yes" ref:"committee" help:"the committee that pays"`
	To     string  `word:"to" need:"yes" ref:"committee" help:"the committee that gets it"`
	Amount dollars `word:"amount" need:"yes" help:"how much"`
	onDay
}

func (s *transfer) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	from, to := w.committees[s.From], w.committees[s.To]
	payee := pg.NewID('V')
	d.committee, d.receipt = to.ID, pg.NewID('R')
	return w.within(ctx, []registry.CommitteeID{from.ID, to.ID}, func(tx *sqlx.Tx) error {
		_, err := registry.AddPayee(ctx, tx, from.ID, registry.Payee{
			ID: payee, Entity: "PAC", Name: to.Name, FECID: to.FECID, Street: to.Street, City: to.City, State: to.State, Zip: to.Zip,
		})
		if err != nil {
			return err
		}
		err = compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: from.ID, ID: pg.NewID('D'), Payee: payee, Line: "22", Cents: money.Cents(s.Amount), PaidOn: on, HappenedAt: w.happened(on),
			Method: "ACH", Purpose: "Transfer",
		})
		if err != nil {
			return err
		}
		giver := registry.Contributor{
			Entity: "PAC", Organization: from.Name, FECID: from.FECID, Street: from.Street, City: from.City, State: from.State, Zip: from.Zip, Country: "US",
		}
		if giver.Person, err = registry.Identify(ctx, tx, giver); err != nil {
			return err
		}
		return compliance.Receive(ctx, tx, compliance.Receipt{
			Committee: to.ID, ID: d.receipt, Contributor: giver, Line: "12", Instrument: "transfer", Cents: money.Cents(s.Amount),
			MadeOn: on, ReceivedOn: on, HappenedAt: w.happened(on),
		})
	})
}

// expenditure is a payment of a committee's own.
type expenditure struct {
	named
	By      string  `word:"by" need:"yes" ref:"committee" help:"the committee that pays"`
	To      string  `word:"to" help:"who is paid; Bell Printing where it is not said"`
	Amount  dollars `word:"amount" need:"yes" help:"how much"`
	Purpose string  `word:"purpose" help:"what for; Printing where it is not said"`
	Line    string  `word:"line" one:"21(b)|29" help:"of the report; 21(b) where it is not said"`
	onDay
}

func (s *expenditure) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	d.committee, d.row = w.committees[s.By].ID, pg.NewID('D')
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		payee, err := registry.AddPayee(ctx, tx, d.committee, registry.Payee{
			Entity: "ORG", Name: or(s.To, "Bell Printing"), Street: "7 Press Row", City: "Springfield", State: "OH", Zip: "45501",
		})
		if err != nil {
			return err
		}
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: d.committee, ID: d.row, Payee: payee, Line: or(s.Line, "21(b)"), Cents: money.Cents(s.Amount),
			PaidOn: on, HappenedAt: w.happened(on), Method: "ACH", Purpose: or(s.Purpose, "Printing"), Category: "001",
		})
	})
}

// contribution is what a committee gives of its own to a candidate.
type contribution struct {
	named
	By       string  `word:"by" need:"yes" ref:"committee" help:"the committee that gives"`
	To       string  `word:"to" need:"yes" ref:"candidate" help:"the candidate"`
	Election string  `word:"election" need:"yes" ref:"election" help:"for which election"`
	Amount   dollars `word:"amount" need:"yes" help:"how much"`
	onDay
}

func (s *contribution) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	d.committee, d.row = w.committees[s.By].ID, pg.NewID('D')
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		giving := compliance.Giving{
			Committee: d.committee, Candidate: w.candidates[s.To].ID, Election: w.elections[s.Election].ID, Cents: money.Cents(s.Amount), On: on,
		}
		room, findings, err := compliance.ScreenGiving(ctx, tx, giving)
		if err != nil {
			return err
		}
		d.decision = decided(room, findings)
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: d.committee, ID: d.row, Candidate: w.candidates[s.To].ID, Election: w.elections[s.Election].ID, Line: "23",
			Cents: money.Cents(s.Amount), PaidOn: on, HappenedAt: w.happened(on), Method: "ACH", Purpose: "Contribution", Category: "011",
		})
	})
}

// forward is earmarked gifts sent on together.
type forward struct {
	named
	Gifts    []string `word:"gifts" need:"yes" short:"yes" ref:"gift" help:"the earmarked gifts, all of one candidate"`
	By       string   `word:"by" help:"by what means; ACH where it is not said"`
	Directed answer   `word:"directed" help:"yes: the committee chose the candidate (11 CFR 110.6(d)(2))"`
	onDay
}

func (s *forward) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	committee, receipts, err := w.of(s.Gifts)
	if err != nil {
		return err
	}
	d.committee = committee
	return w.within(ctx, []registry.CommitteeID{committee}, func(tx *sqlx.Tx) error {
		return compliance.Forward(ctx, tx, compliance.Forwarded{
			Committee: committee, ID: pg.NewID('F'), Candidate: w.done[s.Gifts[0]].proposal.Candidate, SentOn: on, HappenedAt: w.happened(on),
			Method: or(s.By, "ACH"), Receipts: receipts, Directed: s.Directed.Yes,
		})
	})
}

// arrival is that forwarded gifts came to the candidate's own committee: received on the day on which the conduit had them
// (11 CFR 102.8(a)).
type arrival struct {
	named
	Gifts []string `word:"gifts" need:"yes" ref:"gift" help:"the gifts that were forwarded"`
	At    string   `word:"at" need:"yes" ref:"committee" help:"the candidate's own committee"`
	onDay
}

func (s *arrival) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	conduit, _, err := w.of(s.Gifts)
	if err != nil {
		return err
	}
	to := w.committees[s.At]
	d.committee = to.ID
	return w.within(ctx, []registry.CommitteeID{conduit, to.ID}, func(tx *sqlx.Tx) error {
		for _, name := range s.Gifts {
			g := w.done[name]
			if err := registry.Lock(ctx, tx, g.proposal.Person); err != nil {
				return err
			}
			r := compliance.Receipt{
				Committee: to.ID, ID: pg.NewID('R'), Contributor: g.donor.contributor, Line: g.donor.line(), Instrument: "transfer",
				Cents: g.proposal.Cents, MadeOn: g.proposal.Made, ReceivedOn: g.proposal.Made, HappenedAt: w.happened(on),
				Election: g.proposal.Election, ThroughCommittee: conduit, ThroughReceipt: g.receipt, Evidence: "the conduit's letter, on file",
			}
			if err := compliance.Receive(ctx, tx, r); err != nil {
				return err
			}
			g.arrived = append(g.arrived, r.ID)
		}
		return nil
	})
}
