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

type disbursementsPage struct {
	deskFrame
	Rows []paid
	Next string
}

type paid struct {
	ID, To, Line, Method, Purpose, Category string
	PaidOn                                  civil.Day `db:"paid_on"`
	Cents                                   money.Cents
}

const paymentsOnPage = 50

func (d *Desk) disbursements(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Disbursements", "Disbursements")
	if err != nil {
		return err
	}
	page := disbursementsPage{deskFrame: frame}
	const list = `
		select d.id, d.line, d.method, d.purpose, d.category, d.paid_on, d.cents,
		       coalesce(nullif(p.name, ''), nullif(trim(p.first_name || ' ' || p.last_name), ''),
		                (select committee_name from candidate_versions c where c.candidate = d.candidate order by recorded_at desc limit 1),
		                '') as to
		from disbursements d
		left join payees p on p.committee = d.committee and p.id = d.payee
		where d.committee = $1
		  and ($2 = '' or (d.paid_on, d.id) < (select paid_on, id from disbursements where committee = $1 and id = $2))
		order by d.paid_on desc, d.id desc
		limit $3`
	if err := d.DB.SelectContext(r.Context(), &page.Rows, list, v.Committee.ID, r.URL.Query().Get("after"), paymentsOnPage+1); err != nil {
		return fmt.Errorf("list disbursements: %w", err)
	}
	if len(page.Rows) > paymentsOnPage {
		page.Rows = page.Rows[:paymentsOnPage]
		page.Next = v.at("disbursements") + "?after=" + page.Rows[paymentsOnPage-1].ID
	}
	return d.show(w, r, http.StatusOK, "disbursements", page)
}

type disbursementFormPage struct {
	deskFrame
	Form                                                    *form
	Lines, Categories, Payees, Kinds, Candidates, Elections []option
}

// disbursementLines are the lines of Form 3X on which a payment may be entered by hand.
var disbursementLines = []option{
	{"21(b)", "21(b) Operating costs"},
	{"22", "22 Transfer to an affiliated or party committee"},
	{"23", "23 Contribution to a federal candidate"},
	{"29", "29 Other disbursement"},
}

// categories are the FEC's codes for the purpose of a payment (Form 3X, instructions to Schedule B).
var categories = []option{
	{"", "None"},
	{"001", "001 Administrative, salary, overhead"},
	{"002", "002 Travel"},
	{"003", "003 Solicitation and fundraising"},
	{"004", "004 Advertising"},
	{"005", "005 Polling"},
	{"006", "006 Campaign materials"},
	{"007", "007 Campaign event"},
	{"008", "008 Transfers"},
	{"009", "009 Loan repayments"},
	{"010", "010 Refunds of contributions"},
	{"011", "011 Political contributions"},
	{"012", "012 Donations"},
}

var payeeKinds = []option{{"ORG", "A company or organization"}, {"IND", "A person"}, {"COM", "A political committee"}}

func (d *Desk) disbursementForm(w http.ResponseWriter, r *http.Request, v visit) error {
	f := newForm(url.Values{"id": {pg.NewID('D')}, "line": {"21(b)"}, "payee_is": {"ORG"}, "paid_on": {v.Today.String()}})
	return d.showDisbursementForm(w, r, v, http.StatusOK, f)
}

func (d *Desk) showDisbursementForm(w http.ResponseWriter, r *http.Request, v visit, status int, f *form) error {
	frame, err := d.frameOf(r, v, "Disbursements", "Enter a payment")
	if err != nil {
		return err
	}
	page := disbursementFormPage{deskFrame: frame, Form: f, Lines: disbursementLines, Categories: categories, Kinds: payeeKinds}
	if page.Payees, page.Candidates, page.Elections, err = d.payable(r.Context(), v); err != nil {
		return err
	}
	return d.show(w, r, status, "disbursement_new", page)
}

// payable lists who can be paid, and the elections for which candidates can be.
func (d *Desk) payable(ctx context.Context, v visit) (payees, candidates, elections []option, err error) {
	payees = []option{{"", "Choose"}}
	known, err := registry.Payees(ctx, d.DB, v.Committee.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, p := range known {
		if p.ID != registry.Processor { // its fees come from Stripe by themselves
			payees = append(payees, option{p.ID, p.Said() + ", " + p.City + ", " + p.State})
		}
	}
	payees = append(payees, option{"new", "A new payee"})
	candidates, elections = []option{{"", "Choose"}}, []option{{"", "Choose"}}
	stand, err := registry.Candidates(ctx, d.DB)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, c := range stand {
		candidates = append(candidates, option{string(c.ID), c.Name() + ": " + c.CommitteeName})
	}
	held, err := registry.Elections(ctx, d.DB)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, e := range held {
		elections = append(elections, option{string(e.ID), e.Name() + ", " + e.Office + " " + e.State + e.District})
	}
	return payees, candidates, elections, nil
}

// disburse records a payment. The same form sent twice is one payment, and one new payee.
func (d *Desk) disburse(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	out, payee, err := d.readPayment(ctx, f, v)
	if err != nil {
		return err
	}
	again := func() error {
		return d.done(w, r, v.at("disbursements"), "This payment was recorded before. Nothing was recorded twice.")
	}
	switch there, err := stands(ctx, d.DB, `select exists (select from disbursements where committee = $1 and id = $2)`, v, out.ID); {
	case err != nil:
		return err
	case there:
		return again()
	case !f.ok():
		return d.showDisbursementForm(w, r, v, http.StatusUnprocessableEntity, f)
	}
	err = pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
		if payee != nil {
			id, err := registry.AddPayee(ctx, tx, v.Committee.ID, *payee)
			if err != nil {
				return err
			}
			out.Payee = id
		}
		return compliance.Disburse(ctx, tx, out)
	})
	var refusal *compliance.Refusal
	switch {
	case pg.Violates(err, "disbursements_pk"), pg.Violates(err, "payees_pk"):
		return again()
	case errors.As(err, &refusal):
		f.found(refusal)
		return d.showDisbursementForm(w, r, v, http.StatusUnprocessableEntity, f)
	case err != nil:
		return err
	}
	return d.done(w, r, v.at("disbursements"), fmt.Sprintf("Recorded: %s paid on %s, line %s.", usd(out.Cents), out.PaidOn.Spoken(), out.Line))
}

// readPayment reads the form, with all that is wrong in it; payee is who must be added first, or nil.
func (d *Desk) readPayment(ctx context.Context, f *form, v visit) (compliance.Disbursement, *registry.Payee, error) {
	days, err := d.days(ctx, v)
	if err != nil {
		return compliance.Disbursement{}, nil, err
	}
	out := compliance.Disbursement{
		Committee: v.Committee.ID, ID: f.id('D'), Cents: f.cents("amount"),
		PaidOn:   f.day("paid_on", days, "Write the day it was paid."),
		Method:   f.text("method", 60, "Write by what means: the check’s number, ACH, or card."),
		Line:     f.one("line", disbursementLines, "Choose the line of the report."),
		Purpose:  f.text("purpose", 100, "Write what it was for."),
		Category: f.Value("category"),
	}
	if !slices.ContainsFunc(categories, func(o option) bool { return o.Value == out.Category }) {
		f.refuse("category", "Choose a category of the list.")
	}
	out.HappenedAt = v.noon(out.PaidOn)
	if out.Line == "23" {
		return out, nil, d.readCandidate(ctx, f, &out)
	}
	if f.Value("payee") != "new" {
		out.Payee, err = d.readKnownPayee(ctx, f, v, out.Line)
		return out, nil, err
	}
	payee := readPayee(f, out.Line)
	payee.ID = "V" + out.ID[1:] // the payee's id follows the payment's: the form sent twice adds one payee
	return out, &payee, nil
}

// readKnownPayee reads a payee of the list. Line 22 pays committees: a report can't be built with another there.
func (d *Desk) readKnownPayee(ctx context.Context, f *form, v visit, line string) (string, error) {
	known, err := registry.Payees(ctx, d.DB, v.Committee.ID)
	if err != nil {
		return "", err
	}
	n := slices.IndexFunc(known, func(p registry.Payee) bool { return p.ID != registry.Processor && p.ID == f.Value("payee") })
	switch {
	case n < 0:
		f.refuse("payee", "Choose whom you paid.")
		return "", nil
	case line == "22" && known[n].FECID == "":
		f.refuse("payee", "Line 22 pays political committees, and no FEC id is known of this payee. Choose another line, or enter the committee as a new payee.")
	}
	return known[n].ID, nil
}

// readCandidate reads whom line 23 pays, and for which election.
func (d *Desk) readCandidate(ctx context.Context, f *form, out *compliance.Disbursement) error {
	candidates, err := registry.Candidates(ctx, d.DB)
	if err != nil {
		return err
	}
	elections, err := registry.Elections(ctx, d.DB)
	if err != nil {
		return err
	}
	c := slices.IndexFunc(candidates, func(c registry.Candidate) bool { return string(c.ID) == f.Value("candidate") })
	e := slices.IndexFunc(elections, func(e registry.Election) bool { return string(e.ID) == f.Value("election") })
	if c < 0 {
		f.refuse("candidate", "Choose the candidate.")
	}
	if e < 0 {
		f.refuse("election", "Choose the election: limits count by it.")
	}
	if c < 0 || e < 0 {
		return nil
	}
	if !elections[e].For(candidates[c]) {
		f.refuse("election", candidates[c].Name()+" does not stand in this election.")
	}
	out.Candidate, out.Election = candidates[c].ID, elections[e].ID
	return nil
}

// readPayee reads a new payee. Line 22 pays committees, which have an FEC id.
func readPayee(f *form, line string) registry.Payee {
	p := registry.Payee{Entity: f.one("payee_is", payeeKinds, "Choose what the new payee is.")}
	switch name := f.text("name", 200, "Write the payee’s name."); p.Entity {
	case "IND":
		p.Last = name
		p.First = f.text("first", 20, "Write the given name.")
		if len([]rune(name)) > 30 {
			f.refuse("name", "At most 30 characters of a family name fit in a report.")
		}
	case "COM":
		p.Name = name
		p.FECID = f.matching("fec_id", fecShape, "Write the committee’s FEC id: C and eight digits.")
	default:
		p.Name = name
	}
	if line == "22" && p.Entity != "COM" {
		f.refuse("payee_is", "Line 22 pays political committees.")
	}
	p.Street, p.Street2, p.City, p.State, p.Zip = f.address()
	return p
}
