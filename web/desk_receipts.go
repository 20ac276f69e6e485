package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

type receiptsPage struct {
	deskFrame
	Form   *form
	OnHand []checkOnHand
	Sum    money.Cents
	Rows   []enteredReceipt
}

type checkOnHand struct {
	compliance.Check
	Left string
}

type enteredReceipt struct {
	ID, Giver, Line, Number string
	Instrument              string
	ReceivedOn              civil.Day  `db:"received_on"`
	DepositedOn             *civil.Day `db:"deposited_on"`
	Cents                   money.Cents
	Lacks                   bool       // the giver left out their employer or occupation
	AskedOn                 *civil.Day `db:"asked_on"` // when they were last asked for it
}

// Where tells where the money of a receipt lies.
func (r enteredReceipt) Where() string {
	switch {
	case r.DepositedOn != nil:
		return "deposited " + short(*r.DepositedOn)
	case r.Instrument == "transfer":
		return "in the bank"
	case r.Instrument == "in-kind":
		return "in kind"
	}
	return "on hand"
}

func (d *Desk) receipts(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.receiptsPageOf(r, v, newForm(url.Values{"id": {pg.NewID('B')}, "deposited_on": {v.Today.String()}}))
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "receipts", page)
}

func (d *Desk) receiptsPageOf(r *http.Request, v visit, f *form) (receiptsPage, error) {
	frame, err := d.frameOf(r, v, "Receipts", "Receipts")
	if err != nil {
		return receiptsPage{}, err
	}
	page := receiptsPage{deskFrame: frame, Form: f}
	checks, err := compliance.Undeposited(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return page, err
	}
	for _, c := range checks {
		page.Sum += c.Cents
		page.OnHand = append(page.OnHand, checkOnHand{Check: c, Left: leftWords(c.Due.DaysLeft)})
	}
	const list = `
		select r.id, r.line, r.instrument, r.instrument_number as number, r.received_on, r.cents, d.deposited_on, g.giver,
		       g.entity = 'IND' and '' in (g.employer, g.occupation) as lacks,
		       (select max(asked_on) from efforts e where e.committee = r.committee and e.receipt = r.id) as asked_on
		from receipts r
		join lateral (
			select entity, employer, occupation, case when organization <> '' then organization else first_name || ' ' || last_name end as giver
			from contributor_versions v
			where v.committee = r.committee and v.person = r.person
			order by recorded_at desc, id desc
			limit 1) g on true
		left join deposit_items i on i.committee = r.committee and i.receipt = r.id
		left join deposits d on d.committee = i.committee and d.id = i.deposit
		where r.committee = $1 and r.instrument <> 'card'
		order by r.received_on desc, r.id
		limit 100`
	if err := d.DB.SelectContext(r.Context(), &page.Rows, list, v.Committee.ID); err != nil {
		return page, fmt.Errorf("list receipts: %w", err)
	}
	return page, nil
}

// deposit records that the ticked checks went to the bank. The same form sent twice is one deposit.
func (d *Desk) deposit(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	days, err := d.days(ctx, v)
	if err != nil {
		return err
	}
	made := compliance.Deposit{
		Committee: v.Committee.ID, ID: f.id('B'),
		DepositedOn: f.day("deposited_on", days, "Write the day of the deposit."),
		Receipts:    f.ids("receipts", "Tick the checks that went to the bank."),
	}
	made.HappenedAt = v.noon(made.DepositedOn)
	again := func() error {
		return d.done(w, r, v.at("receipts"), "This deposit was recorded before. Nothing was recorded twice.")
	}
	switch there, err := stands(ctx, d.DB, `select exists (select from deposits where committee = $1 and id = $2)`, v, made.ID); {
	case err != nil:
		return err
	case there:
		return again()
	case f.ok():
		err := pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			return compliance.RecordDeposit(ctx, tx, made)
		})
		var refusal *compliance.Refusal
		switch {
		case err == nil:
			return d.done(w, r, v.at("receipts"), plural(len(made.Receipts), "check")+" recorded as deposited on "+made.DepositedOn.Spoken()+".")
		case pg.Violates(err, "deposits_pk"):
			return again()
		case pg.Violates(err, "deposit_items_pk"):
			f.refuse("receipts", "One of these checks was deposited meanwhile. Look at the list again.")
		case errors.As(err, &refusal):
			f.found(refusal)
		default:
			return err
		}
	}
	page, err := d.receiptsPageOf(r, v, f)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "receipts", page)
}

type receiptFormPage struct {
	deskFrame
	Form                       *form
	Instruments, Lines, Bodies []option
}

// bodyKinds are the kinds of bodies whose money stands on line 11(a): who may not give is recorded too, and opens a case.
func bodyKinds() []option {
	out := []option{{"", "Choose"}}
	for _, k := range registry.Correctable {
		if k != registry.Individual {
			out = append(out, option{k, kindNames[k]})
		}
	}
	return out
}

var receiptInstruments = []option{{"check", "Check"}, {"transfer", "Transfer to the bank"}}

// receiptLines are the lines of Form 3X on which a receipt may be entered by hand.
var receiptLines = []option{
	{"", "Choose"},
	{"11(a)", "11(a) Contribution of a person"},
	{"11(b)", "11(b) Contribution of a political party committee"},
	{"11(c)", "11(c) Contribution of another political committee"},
	{"12", "12 Transfer from an affiliated or party committee"},
	{"15", "15 Offset to operating costs: a refund or rebate"},
	{"16", "16 Refund of a contribution that we made"},
	{"17", "17 Other federal receipt, such as interest"},
}

func (d *Desk) receiptForm(w http.ResponseWriter, r *http.Request, v visit) error {
	f := newForm(url.Values{"id": {pg.NewID('R')}, "instrument": {"check"}, "line": {"11(a)"}, "who": {"person"}, "received_on": {v.Today.String()}})
	return d.showReceiptForm(w, r, v, http.StatusOK, f)
}

func (d *Desk) showReceiptForm(w http.ResponseWriter, r *http.Request, v visit, status int, f *form) error {
	frame, err := d.frameOf(r, v, "Receipts", "Enter a receipt")
	if err != nil {
		return err
	}
	return d.show(w, r, status, "receipt_new", receiptFormPage{deskFrame: frame, Form: f, Instruments: receiptInstruments, Lines: receiptLines, Bodies: bodyKinds()})
}

// receive records money that came. The same form sent twice is one receipt.
func (d *Desk) receive(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	days, err := d.days(ctx, v)
	if err != nil {
		return err
	}
	in := readReceipt(f, v, days)
	again := func() error {
		return d.done(w, r, v.at("receipts"), "This receipt was recorded before. Nothing was recorded twice.")
	}
	switch there, err := stands(ctx, d.DB, `select exists (select from receipts where committee = $1 and id = $2)`, v, in.ID); {
	case err != nil:
		return err
	case there:
		return again()
	case !f.ok():
		return d.showReceiptForm(w, r, v, http.StatusUnprocessableEntity, f)
	}
	also, signed := readAlso(f, in)
	if !f.ok() {
		return d.showReceiptForm(w, r, v, http.StatusUnprocessableEntity, f)
	}
	opened, err := d.enterReceipt(ctx, v, in, func(ctx context.Context, tx *sqlx.Tx, in compliance.Receipt) error {
		return receiveWith(ctx, tx, in, also, signed)
	})
	var refusal *compliance.Refusal
	switch {
	case pg.Violates(err, "receipts_pk"):
		return again()
	case errors.As(err, &refusal):
		f.found(refusal)
		return d.showReceiptForm(w, r, v, http.StatusUnprocessableEntity, f)
	case err != nil:
		return err
	}
	said := fmt.Sprintf("Recorded: %s of %s, received %s, line %s.", usd(in.Cents), in.Contributor.Name(), in.ReceivedOn.Spoken(), in.Line)
	if opened {
		said += " It passes a limit: a case is open for it."
	}
	return d.done(w, r, v.at("receipts"), said)
}

// enterReceipt finds the giver, locks them and records what came; opened tells whether that opened a case.
func (d *Desk) enterReceipt(
	ctx context.Context, v visit, in compliance.Receipt, receive func(context.Context, *sqlx.Tx, compliance.Receipt) error,
) (opened bool, err error) {
	err = pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
		findings, err := compliance.ReceiptFindings(ctx, tx, in)
		if err != nil {
			return err
		}
		if len(findings) > 0 {
			return &compliance.Refusal{Findings: findings}
		}
		person, err := registry.Identify(ctx, tx, in.Contributor)
		if err != nil {
			return err
		}
		if err := registry.Lock(ctx, tx, person); err != nil {
			return err
		}
		in.Contributor.Person = person
		if err := receive(ctx, tx, in); err != nil {
			return err
		}
		const cases = `select exists (select from cases where committee = $1 and receipt = $2)`
		return tx.GetContext(ctx, &opened, cases, in.Committee, in.ID)
	})
	return opened, err
}

// readReceipt reads the form, with all that is wrong in it. Money may be let go of before the books begin, and come after.
func readReceipt(f *form, v visit, days span) compliance.Receipt {
	in := compliance.Receipt{
		Committee: v.Committee.ID, ID: f.id('R'), Cents: f.cents("amount"),
		Instrument:       f.one("instrument", receiptInstruments, "Choose how it came."),
		InstrumentNumber: f.text("number", 20, ""),
		ReceivedOn:       f.day("received_on", days, "Write the day it was received."),
		MadeOn:           f.day("made_on", span{through: days.through}, "Write the day the giver let go of it."),
		Line:             f.one("line", receiptLines, "Choose the line of the report."),
	}
	if in.Instrument == "check" && in.InstrumentNumber == "" {
		f.refuse("number", "Write the number of the check.")
	}
	if !in.MadeOn.IsZero() && !in.ReceivedOn.IsZero() && in.MadeOn.After(in.ReceivedOn) {
		f.refuse("made_on", "A gift is made before it is received, or on the same day.")
	}
	in.HappenedAt = v.noon(in.ReceivedOn)
	must := ""
	if slices.Contains([]string{"15", "16", "17"}, in.Line) {
		must = "Write what it is for: the report asks for it on this line."
	}
	in.Purpose = f.text("purpose", 100, must)
	in.Contributor = readGiver(f, in.Line)
	return in
}

// readGiver reads who gave. Line 11(a) takes persons; lines 11(b), 11(c), 12 and 16 take committees, which have an FEC id.
func readGiver(f *form, line string) registry.Contributor {
	c := registry.Contributor{Country: "US"}
	committees := slices.Contains([]string{"11(b)", "11(c)", "12", "16"}, line)
	switch f.Value("who") {
	case "person":
		if committees {
			f.refuse("who", "Line "+line+" takes committees. A person’s gift belongs on line 11(a).")
		}
		return readPerson(f)
	case "body":
		c.Organization = f.text("organization", 200, "Write the name of the committee or organization.")
		c.Entity = "ORG"
		if committees {
			c.Entity = "COM"
			c.FECID = f.matching("fec_id", fecShape, "Write the committee’s FEC id: C and eight digits.")
		}
		if line == "11(b)" {
			c.Entity = "PTY"
		}
		if line == "11(a)" {
			c.Kind = f.one("body", bodyKinds(), "Choose what it is. A committee’s gift belongs on line 11(b) or 11(c).")
		}
	default:
		f.refuse("who", "Choose who gave it.")
	}
	c.Street, c.Street2, c.City, c.State, c.Zip = f.address()
	return c
}

// readAlso reads whose name the check shows beside the giver's, of the same address, and whether they signed it too.
func readAlso(f *form, in compliance.Receipt) (also registry.Contributor, signed bool) {
	if f.Value("also_first") == "" && f.Value("also_last") == "" {
		if f.Has("also_signed", "yes") {
			f.refuse("also_first", "Write who signed it too.")
		}
		return also, false
	}
	also = in.Contributor
	also.First, also.Last = f.text("also_first", 20, "Write the given name."), f.text("also_last", 30, "Write the family name.")
	also.Employer, also.Occupation = "", ""
	if in.Contributor.Entity != "IND" || in.Line != "11(a)" || in.Instrument != "check" {
		f.refuse("also_first", "Only a person’s check, on line 11(a), shows another person’s name.")
	}
	return also, f.Has("also_signed", "yes")
}

// receiveWith records a receipt on which another name may stand; who signed it too has an equal share (11 CFR 110.1(k)).
func receiveWith(ctx context.Context, tx *sqlx.Tx, in compliance.Receipt, also registry.Contributor, signed bool) error {
	if also.Name() == "" {
		return compliance.Receive(ctx, tx, in)
	}
	other, err := registry.Identify(ctx, tx, also)
	if err != nil {
		return err
	}
	if other == in.Contributor.Person {
		return &compliance.Refusal{Findings: []compliance.Finding{{Field: "also_first", Text: "This is the giver: name the other"}}}
	}
	if err := registry.Lock(ctx, tx, other, in.Contributor.Person); err != nil {
		return err
	}
	in.Joint = []registry.PersonID{other}
	if err := compliance.Receive(ctx, tx, in); err != nil || !signed {
		return err
	}
	return compliance.AttributeEqually(ctx, tx, in.Committee, in.ID, in.ReceivedOn, []registry.Contributor{also})
}

// readPerson reads a person who gave.
func readPerson(f *form) registry.Contributor {
	c := registry.Contributor{Entity: "IND", Country: "US"}
	c.First = f.text("first", 20, "Write the given name.")
	c.Last = f.text("last", 30, "Write the family name.")
	c.Employer = f.text("employer", 38, "")
	c.Occupation = f.text("occupation", 38, "")
	c.Street, c.Street2, c.City, c.State, c.Zip = f.address()
	return c
}
