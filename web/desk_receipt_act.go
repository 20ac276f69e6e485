package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/pg"
	"dure/registry"
)

// The acts on a receipt, by the name of their form.
const (
	actDoubt       = "doubt"
	actDiscovery   = "discovery"
	actPartners    = "partners"
	actJoint       = "joint"
	actDesignation = "designation"
	actKind        = "kind"
	actStatus      = "status"
)

// receiptAct is something that is done about a receipt: its words, and what reads its form. That gives the act itself, which tells
// what it did and to which page it leads.
type receiptAct struct {
	Name string
	Read func(*form, receiptActPage) func(context.Context, *sqlx.Tx) (said, to string, err error)
}

var receiptActs = map[string]receiptAct{
	actDoubt:       {"Its source is in doubt", doubt},
	actDiscovery:   {"It is found to be unlawful", discover},
	actPartners:    {"Share it among the partners", sharePartners},
	actJoint:       {"Two or more signed the check", shareEqually},
	actDesignation: {"The giver names the election", designate},
	actKind:        {"The giver is of another kind", correctKind},
	actStatus:      {"What is known of the giver", learnStatus},
}

type receiptActPage struct {
	receiptView
	Act       string
	Form      *form
	Rows      []int // rows of the form for partners, or for others who signed
	Kinds     []option
	Statuses  []option
	Elections []option
	Days      int    // of the clock that starts
	Cite      string // of it
}

// Name is what the page's act is called.
func (p receiptActPage) Name() string { return receiptActs[p.Act].Name }

// Due is the last day of the clock, as it would run from the receipt.
func (p receiptActPage) Due() civil.Day { return p.Receipt.ReceivedOn.Add(p.Days) }

// mostOthers is how many partners, or signers, one form takes.
const mostOthers = 12

func (d *Desk) receiptActPageOf(r *http.Request, v visit, f *form) (receiptActPage, error) {
	view, err := d.receiptViewOf(r, v)
	if err != nil {
		return receiptActPage{}, err
	}
	page := receiptActPage{receiptView: view, Act: chi.URLParam(r, "act"), Form: f}
	if receiptActs[page.Act].Read == nil {
		return page, fmt.Errorf("act %q on a receipt: %w", page.Act, sql.ErrNoRows)
	}
	page.Title = page.Name()
	rows := 1
	if page.Act == actPartners {
		rows = 2
	}
	if n, err := strconv.Atoi(f.Value("rows")); err == nil {
		rows = n
	}
	for i := range min(max(rows, 1), mostOthers) {
		page.Rows = append(page.Rows, i)
	}
	page.Kinds = []option{{"", "Choose"}}
	for _, k := range registry.Correctable {
		if k != view.Giver.Kind {
			page.Kinds = append(page.Kinds, option{k, kindNames[k]})
		}
	}
	page.Statuses = statuses
	if page.Elections, err = d.electionOptions(r.Context(), v); err != nil {
		return page, err
	}
	clock := compliance.CaseClock(map[string]string{actDoubt: "doubtful source", actDiscovery: "unlawful source", actKind: "unlawful source", actStatus: "unlawful source"}[page.Act], v.Today)
	page.Days, page.Cite = clock.Days, clock.Cite
	return page, nil
}

// electionOptions lists the elections in which the candidate of a candidate's own committee stands, for a choice.
func (d *Desk) electionOptions(ctx context.Context, v visit) ([]option, error) {
	if v.Committee.Kind != registry.Authorised {
		return nil, nil
	}
	c, err := registry.FindCandidate(ctx, d.DB, v.Committee.Candidate, time.Time{})
	if err != nil {
		return nil, err
	}
	all, err := registry.Elections(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	out := []option{{"", "Choose"}}
	for _, e := range all {
		if e.For(c) && e.HeldOn.Year() >= v.Today.Year()-2 {
			out = append(out, option{string(e.ID), e.Name() + ", " + short(e.HeldOn)})
		}
	}
	return out, nil
}

// receiptActForm shows the form of an act.
func (d *Desk) receiptActForm(w http.ResponseWriter, r *http.Request, v visit) error {
	f := newForm(url.Values{"on": {v.Today.String()}, "state_0": {v.Committee.State}, "state_1": {v.Committee.State}})
	page, err := d.receiptActPageOf(r, v, f)
	if err != nil {
		return err
	}
	f.entered.Set("seen", page.stand())
	f.entered.Set("amount", page.Receipt.Here().Plain())
	return d.show(w, r, http.StatusOK, "receipt_act", page)
}

// stand tells how the receipt stands, so that a form that was shown before something else was done is known as such.
func (p receiptActPage) stand() string {
	open := 0
	for _, c := range p.Cases {
		if c.State == "open" {
			open++
		}
	}
	return fmt.Sprintf("%s.%d.%d.%d.%s", p.Receipt.Here().Plain(), len(p.Cases), open, len(p.Persons), p.Giver.Kind)
}

// actOnReceipt takes the form of an act, which is recorded whole or not at all.
func (d *Desk) actOnReceipt(w http.ResponseWriter, r *http.Request, v visit) error {
	f := entered(r)
	if f.Value("more") != "" { // one row more, all else as it was written
		n, _ := strconv.Atoi(f.Value("rows"))
		f.entered.Set("rows", strconv.Itoa(min(n+1, mostOthers)))
		page, err := d.receiptActPageOf(r, v, f)
		if err != nil {
			return err
		}
		return d.show(w, r, http.StatusOK, "receipt_act", page)
	}
	page, err := d.receiptActPageOf(r, v, f)
	if err != nil {
		return err
	}
	if f.Value("seen") != page.stand() {
		f.refuse("", "Something was done about this receipt since the page was opened. Look at it, and send this again if it is still right.")
		f.entered.Set("seen", page.stand())
	}
	do := receiptActs[page.Act].Read(f, page)
	if f.ok() {
		committees, err := d.everyCommittee(r.Context())
		if err != nil {
			return err
		}
		var said, to string
		err = pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), committees, func(tx *sqlx.Tx) (err error) {
			said, to, err = do(r.Context(), tx)
			return err
		})
		var refusal *compliance.Refusal
		var entry *registry.Refused
		switch {
		case errors.As(err, &refusal):
			for i, x := range refusal.Findings {
				refusal.Findings[i].Field = fieldOfReceipt(x.Field)
			}
			f.found(refusal)
		case errors.As(err, &entry):
			for _, x := range entry.Faults {
				f.refuse(fieldOfReceipt(x.Field), x.Text)
			}
		case err != nil:
			return err
		default:
			return d.done(w, r, to, said)
		}
	}
	page.Form = f
	return d.show(w, r, http.StatusUnprocessableEntity, "receipt_act", page)
}

// everyCommittee lists the committees of the installation: what is found of a giver opens cases wherever they gave.
func (d *Desk) everyCommittee(ctx context.Context) ([]string, error) {
	all, err := registry.Committees(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, string(c.ID))
	}
	return ids, nil
}

var shareField = regexp.MustCompile(`^shares\[([0-9]+)\]$`)

// fieldOfReceipt names the page's field where the law's verbs call it otherwise; what is wrong with the receipt itself has none.
func fieldOfReceipt(field string) string {
	if m := shareField.FindStringSubmatch(field); m != nil {
		return "last_" + m[1]
	}
	switch field {
	case "receipt":
		return ""
	case "cents":
		return "amount"
	case "others":
		return "last_0"
	case "shares":
		return "cents_0"
	case "name":
		return "organization"
	}
	return field
}

// doubt reads what raises a doubt about a receipt's source.
func doubt(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	return page.question(f, compliance.Doubt)
}

// discover reads what shows that a receipt is unlawful.
func discover(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	return page.question(f, compliance.Discover)
}

func (p receiptActPage) question(
	f *form, open func(context.Context, *sqlx.Tx, registry.CommitteeID, string, string, civil.Day) (string, error),
) func(context.Context, *sqlx.Tx) (string, string, error) {
	on := f.day("on", span{through: p.Today}, "Write the day on which it was seen.")
	text := f.note("text", 4000)
	if kept := f.note("evidence", 400); kept != "" && text != "" {
		text += " (kept: " + kept + ")"
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, string, error) {
		id, err := open(ctx, tx, p.Committee.ID, p.Receipt.ID, text, on)
		if err != nil {
			return "", "", err
		}
		c, err := compliance.FindCase(ctx, tx, p.Committee.ID, id, p.Today)
		return "A case is open: it is due on " + c.DueOn.Spoken() + ".", p.at("cases", id), err
	}
}

// sharePartners reads the partners of a partnership and their shares.
func sharePartners(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	on := f.day("on", span{through: page.Today}, "Write the day of the partnership’s writing.")
	var shares []compliance.Share
	for _, i := range page.Rows {
		if c, named := readOther(f, i); named {
			shares = append(shares, compliance.Share{Contributor: c, Cents: f.cents("cents_" + strconv.Itoa(i))})
		}
	}
	if len(shares) == 0 {
		f.refuse("last_0", "Name the partners, and the share of each.")
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, string, error) {
		err := compliance.AttributePartners(ctx, tx, page.Committee.ID, page.Receipt.ID, on, shares)
		return "Recorded: the gift counts for " + plural(len(shares), "partner") + " too." + page.opened(ctx, tx), page.at("receipts", page.Receipt.ID), err
	}
}

// shareEqually reads who signed a joint check beside its giver.
func shareEqually(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	on := f.day("on", span{through: page.Today}, "Write the day.")
	var others []registry.Contributor
	for _, i := range page.Rows {
		if c, named := readOther(f, i); named {
			others = append(others, c)
		}
	}
	if len(others) == 0 {
		f.refuse("last_0", "Name who else signed it.")
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, string, error) {
		err := compliance.AttributeEqually(ctx, tx, page.Committee.ID, page.Receipt.ID, on, others)
		return fmt.Sprintf("Recorded: the check counts in equal shares for %d persons.%s", len(others)+1, page.opened(ctx, tx)), page.at("receipts", page.Receipt.ID), err
	}
}

// opened says that the act opened cases, and by when they are due.
func (p receiptActPage) opened(ctx context.Context, tx *sqlx.Tx) string {
	now, err := compliance.CasesOf(ctx, tx, p.Committee.ID, p.Receipt.ID, p.Today)
	if err != nil {
		return ""
	}
	before := func(c compliance.Case) bool {
		return slices.ContainsFunc(p.Cases, func(b compliance.Case) bool { return b.ID == c.ID })
	}
	for _, c := range now {
		if c.State == "open" && !before(c) {
			return " It opened a case, due on " + c.DueOn.Spoken() + "."
		}
	}
	return ""
}

// readOther reads somebody who is named beside the giver; a row in which nothing but the state is written names nobody.
func readOther(f *form, i int) (registry.Contributor, bool) {
	n := "_" + strconv.Itoa(i)
	blank := true
	for _, name := range []string{"first", "last", "street", "city", "zip", "cents", "employer", "occupation"} {
		blank = blank && f.Value(name+n) == ""
	}
	if blank {
		return registry.Contributor{}, false
	}
	return registry.Contributor{
		Entity: "IND", First: f.text("first"+n, 20, "Write the given name."), Last: f.text("last"+n, 30, "Write the family name."), Country: "US",
		Street: f.text("street"+n, 34, "Write the street and number."), City: f.text("city"+n, 30, "Write the city."),
		State:    f.matching("state"+n, stateShape, "Write the two letters of the state, such as VA."),
		Zip:      f.matching("zip"+n, zipShape, "Write five digits for the ZIP code, or nine."),
		Employer: f.text("employer"+n, 38, ""), Occupation: f.text("occupation"+n, 38, ""),
	}, true
}

// statuses are what may be known of a person who gives, on which the law hangs.
var statuses = []option{
	{"", "Choose"},
	{registry.IsCitizen, "a citizen of the United States"},
	{registry.IsPermanentResident, "a lawful permanent resident"},
	{registry.IsForeignNational, "a foreign national"},
	{registry.IsContractor, "a contractor of the federal government"},
	{registry.IsMinor, "17 years or younger"},
}

// learnStatus reads what was found out about a giver, and from when until when it holds.
func learnStatus(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	s := registry.Status{
		Status: f.one("status", page.Statuses, "Choose what is known."), Evidence: f.text("evidence", 400, "Write how it is known, and where that is kept."),
	}
	found := f.day("on", span{through: page.Today}, "Write the day on which it was found.")
	s.From = f.anyDay("from", "Write the first day on which it held: the day of birth, of the oath, of the contract.")
	if f.Value("until") != "" {
		s.Until = f.anyDay("until", "")
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, string, error) {
		opened, err := compliance.LearnStatus(ctx, tx, page.Committee.ID, page.Receipt.ID, s, found)
		said := "Recorded. Nothing that came here from the giver opens a case."
		if opened > 0 {
			said = "Recorded. What came here from the giver was looked at again: " + plural(opened, "case") + " opened." + page.opened(ctx, tx)
		}
		return said, page.at("receipts", page.Receipt.ID), err
	}
}

// anyDay reads a day of whatever year.
func (f *form) anyDay(name, must string) civil.Day {
	on, err := civil.Parse(strings.TrimSpace(f.Value(name)))
	switch {
	case f.Value(name) == "":
		f.refuse(name, must)
	case err != nil:
		f.refuse(name, "Write the day as year-month-day, such as 1990-07-04.")
	}
	return on
}

// designate reads for which election the giver says that it is.
func designate(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	d := compliance.Designation{
		Committee: page.Committee.ID, Receipt: page.Receipt.ID, Election: registry.ElectionID(f.one("election", page.receiptElections(), "Choose the election.")),
		Cents: f.cents("amount"), Source: compliance.ByContributor, On: f.day("on", span{through: page.Today}, "Write the day of the giver’s writing."),
		Evidence: f.text("evidence", 400, "Write where the giver’s writing is kept."),
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, string, error) {
		err := compliance.Designate(ctx, tx, d)
		return "Recorded: " + usd(d.Cents) + " of it is for the election that the giver named.", page.at("receipts", d.Receipt), err
	}
}

func (p receiptActPage) receiptElections() []option { return p.Elections[min(1, len(p.Elections)):] }

// correctKind reads of which kind the giver is.
func correctKind(f *form, page receiptActPage) func(context.Context, *sqlx.Tx) (string, string, error) {
	k := compliance.KindCorrection{
		Committee: page.Committee.ID, Receipt: page.Receipt.ID, Kind: f.one("kind", page.Kinds, "Choose what the giver is."),
		On: f.day("on", span{through: page.Today}, "Write the day on which it was found."), Evidence: f.text("evidence", 400, "Write how it is known, and where that is kept."),
	}
	was, body := page.Giver, k.Kind != registry.Individual
	if body == (was.Entity == "IND") {
		k.As = was
		k.As.Entity, k.As.First, k.As.Last, k.As.Organization, k.As.Employer, k.As.Occupation, k.As.NameOwn = "ORG", "", "", "", "", "", ""
		if body {
			k.As.Organization = f.text("organization", 200, "Write the name of the body.")
		} else {
			k.As.Entity, k.As.First, k.As.Last = "IND", f.text("first", 20, "Write the given name."), f.text("last", 30, "Write the family name.")
		}
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, string, error) {
		opened, err := compliance.CorrectKind(ctx, tx, k)
		said := "Recorded: the giver is " + kindNames[k.Kind] + ". Nothing that came here from them opens a case."
		if opened > 0 {
			said = "Recorded: the giver is " + kindNames[k.Kind] + ". What came here from them was looked at again: " + plural(opened, "case") + " opened." + page.opened(ctx, tx)
		}
		return said, page.at("receipts", k.Receipt), err
	}
}
