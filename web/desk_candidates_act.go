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

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// What is recorded of a candidate's election, by the name of its form.
const (
	actOutcome = "outcome"
	actDebts   = "debts"
)

// candidateActPage is the form for the outcome of an election, or for its net debts, with what will follow.
type candidateActPage struct {
	deskFrame
	Candidate candidateRow
	Election  electionRow
	Act       string
	Form      *form
	Outcomes  []option
	General   *registry.Election // for which the election nominates, where it is entered
	Gifts     []compliance.LostGift
	Sum       money.Cents // of them
	Clock     rules.Clock // of a case that opens, or would
	PastCite  string      // of what may still be given for an election that is over
}

// Name is what the page's act is called.
func (p candidateActPage) Name() string {
	if p.Act == actDebts {
		return "Net debts of the election"
	}
	return "How the election went"
}

// candidateActPageOf makes the page of an act. There is none for a candidate with whom the committee has nothing to do, for the
// outcome of an election that nominates nobody, for debts of another's campaign, or of an election that is ahead.
func (d *Desk) candidateActPageOf(r *http.Request, v visit, f *form) (candidateActPage, error) {
	ctx, act := r.Context(), chi.URLParam(r, "act")
	page := candidateActPage{Act: act, Form: f}
	rows, err := d.candidateRows(ctx, v)
	if err != nil {
		return page, err
	}
	c := slices.IndexFunc(rows, func(c candidateRow) bool { return string(c.ID) == chi.URLParam(r, "candidate") })
	if c < 0 {
		return page, sql.ErrNoRows
	}
	page.Candidate = rows[c]
	e := slices.IndexFunc(rows[c].Elections, func(e electionRow) bool { return string(e.ID) == chi.URLParam(r, "election") })
	if e < 0 {
		return page, sql.ErrNoRows
	}
	page.Election = rows[c].Elections[e]
	switch {
	case act == actOutcome && page.Election.Nominates():
		err = d.foresee(ctx, v, &page)
	case act == actDebts && page.Candidate.Ours && page.Election.Over():
		page.Clock, page.PastCite = compliance.CaseClock("past debts", v.Today), pastCite(page.Candidate.Candidate, v.Today)
	default:
		err = fmt.Errorf("%q of election %s: %w", act, page.Election.ID, sql.ErrNoRows)
	}
	if err != nil {
		return page, err
	}
	page.deskFrame, err = d.frameOf(r, v, "Cases", page.Name())
	return page, err
}

// foresee tells what follows from an outcome: which gifts become due where the candidate is out of the race.
func (d *Desk) foresee(ctx context.Context, v visit, page *candidateActPage) error {
	page.Outcomes = []option{{"", "Choose"}, {registry.Nominated, "nominated"}, {registry.Lost, "lost"}, {registry.Withdrew, "withdrew"}}
	page.Clock = compliance.CaseClock("general lost", page.Election.HeldOn)
	general, err := registry.GeneralAfter(ctx, d.DB, page.Election.Election)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	page.General = &general
	if !page.Candidate.Ours {
		return nil
	}
	page.Gifts, err = compliance.LostGifts(ctx, d.DB, v.Committee.ID, page.Election.Election, general)
	for _, g := range page.Gifts {
		page.Sum += g.Cents
	}
	return err
}

// pastCite gives where the law says what may be given for an election that is over.
func pastCite(c registry.Candidate, on civil.Day) string {
	pack, ok := rules.Carried().Pack(orElse(c.Jurisdiction, "us"))
	if !ok {
		return ""
	}
	var cites []string
	for _, p := range pack.Past {
		if inForce(p.Row, on) && slices.Contains(p.To, "candidate") {
			cites = append(cites, p.Cite)
		}
	}
	return strings.Join(slices.Compact(cites), "; ")
}

// candidateActForm shows the form of an act.
func (d *Desk) candidateActForm(w http.ResponseWriter, r *http.Request, v visit) error {
	f := newForm(url.Values{"as_of": {v.Today.String()}})
	page, err := d.candidateActPageOf(r, v, f)
	if err != nil {
		return err
	}
	f.entered.Set("seen", page.Election.stand(page.Act))
	return d.show(w, r, http.StatusOK, "candidate_act", page)
}

// stand tells what was recorded so far, so that a form that was shown before something else was recorded is known as such.
func (e electionRow) stand(act string) string {
	if act == actDebts {
		return strconv.Itoa(len(e.Debts))
	}
	return strconv.Itoa(len(e.Outcomes))
}

// errStale says that something was recorded since the form was shown.
var errStale = errors.New("something was recorded since")

// actOnCandidate takes the form of an act, which is recorded whole or not at all. The same form sent twice is one fact.
func (d *Desk) actOnCandidate(w http.ResponseWriter, r *http.Request, v visit) error {
	f := entered(r)
	page, err := d.candidateActPageOf(r, v, f)
	if err != nil {
		return err
	}
	do := readOutcome
	if page.Act == actDebts {
		do = readDebts
	}
	record := do(f, page)
	if f.ok() {
		committees, err := d.everyCommittee(r.Context())
		if err != nil {
			return err
		}
		var said string
		err = pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), committees, func(tx *sqlx.Tx) (err error) {
			said, err = record(r.Context(), tx)
			return err
		})
		var refusal *compliance.Refusal
		var entry *registry.Refused
		switch {
		case err == nil:
			return d.done(w, r, v.at("candidates"), said)
		case errors.Is(err, errStale):
			f.refuse("", "Something was recorded of this election since the page was opened. Look at it, and send this again if it is still right.")
			if page, err = d.candidateActPageOf(r, v, f); err != nil {
				return err
			}
			f.entered.Set("seen", page.Election.stand(page.Act))
		case errors.As(err, &refusal):
			for i, x := range refusal.Findings {
				refusal.Findings[i].Field = fieldOfCandidate(x.Field)
			}
			f.found(refusal)
		case errors.As(err, &entry):
			for _, x := range entry.Faults {
				f.refuse(fieldOfCandidate(x.Field), x.Text)
			}
		default:
			return err
		}
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "candidate_act", page)
}

// fieldOfCandidate names the page's field; what is wrong with the candidate or the election has none here.
func fieldOfCandidate(field string) string {
	if field == "candidate" || field == "election" {
		return ""
	}
	return field
}

// alone waits for the gifts under way at the candidate's committees, and for others who record of the candidate there, so that
// none slips past what is recorded now.
func (p candidateActPage) alone(ctx context.Context, tx *sqlx.Tx) error {
	committees, err := registry.CommitteesOf(ctx, tx, p.Candidate.ID)
	if err != nil {
		return err
	}
	ids := []string{string(p.Committee.ID)}
	for _, c := range committees {
		ids = append(ids, string(c))
	}
	return pg.Alone(ctx, tx, ids...)
}

// readOutcome reads how the candidate came out of the election.
func readOutcome(f *form, page candidateActPage) func(context.Context, *sqlx.Tx) (string, error) {
	o := registry.Outcome{
		Candidate: page.Candidate.ID, Election: page.Election.ID,
		Outcome:  f.one("outcome", page.Outcomes, "Choose how it went."),
		On:       f.day("on", span{through: page.Today}, "Write the day from which the candidate is in the race, or out of it."),
		Evidence: f.text("evidence", 400, "Write how it is known, and where that is kept."),
	}
	switch {
	case f.Error("on") != "":
	case o.On.Before(page.Election.HeldOn) && o.Outcome != registry.Withdrew:
		f.refuse("on", "The "+page.Election.Name()+" decides it, not a day before.")
	case page.General != nil && o.On.After(page.General.HeldOn):
		f.refuse("on", "The "+page.General.Name()+" is over by this day.")
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, error) {
		if err := page.alone(ctx, tx); err != nil {
			return "", err
		}
		recorded, err := outcomesOf(ctx, tx, o.Candidate)
		if err != nil {
			return "", err
		}
		recorded = slices.DeleteFunc(recorded, func(r outcomeRow) bool { return r.Election != o.Election })
		if len(recorded) > 0 && recorded[0].Outcome == o {
			return "This was recorded before. Nothing was recorded twice.", nil
		}
		if f.Value("seen") != strconv.Itoa(len(recorded)) {
			return "", errStale
		}
		before, err := page.lost(ctx, tx)
		if err != nil {
			return "", err
		}
		if _, err := compliance.RecordOutcome(ctx, tx, o); err != nil {
			return "", err
		}
		after, err := page.lost(ctx, tx)
		return fmt.Sprintf("Recorded: %s, %s: %s.", page.Candidate.Name(), page.Election.Name(), outcomeWords[o.Outcome]) + page.followed(before, after), err
	}
}

// lost gives the open cases here that hang on the outcome.
func (p candidateActPage) lost(ctx context.Context, tx *sqlx.Tx) (lostCases, error) {
	if p.General == nil {
		return lostCases{}, nil
	}
	return lostCasesOf(ctx, tx, p.visit, p.General.ID)
}

// followed says how many cases opened or closed.
func (p candidateActPage) followed(before, after lostCases) string {
	switch n := after.Open - before.Open; {
	case n > 0:
		return fmt.Sprintf(" %s opened, due from %s on.", plural(n, "case"), after.First.Spoken())
	case n < 0:
		return " " + plural(-n, "case") + " closed."
	case p.Candidate.Ours:
		return " No case opened."
	}
	return ""
}

// readDebts reads what the campaign attests of its net debts.
func readDebts(f *form, page candidateActPage) func(context.Context, *sqlx.Tx) (string, error) {
	n := compliance.NetDebts{
		Candidate: page.Candidate.ID, Election: page.Election.ID, AsOf: f.day("as_of", span{through: page.Today}, "Write the day of which it speaks."),
		Parts: compliance.DebtParts{
			Unpaid:          f.part("unpaid", "Write what is not paid, 0 where nothing is."),
			CostOfRaising:   f.part("cost_of_raising", ""),
			WindDown:        f.part("wind_down", ""),
			CashForElection: f.part("cash", "Write the cash on hand, 0 where there is none."),
			OwedToCampaign:  f.part("owed", ""),
		},
		Evidence: f.text("evidence", 400, "Write who attests it, and where that is kept."),
	}
	return func(ctx context.Context, tx *sqlx.Tx) (string, error) {
		if err := page.alone(ctx, tx); err != nil {
			return "", err
		}
		attested, err := compliance.AttestedDebts(ctx, tx, n.Candidate)
		if err != nil {
			return "", err
		}
		attested = slices.DeleteFunc(attested, func(a compliance.NetDebts) bool { return a.Election != n.Election })
		if i := slices.IndexFunc(attested, func(a compliance.NetDebts) bool { return a.AsOf == n.AsOf }); i >= 0 && attested[i] == n {
			return "This was recorded before. Nothing was recorded twice.", nil
		}
		if f.Value("seen") != strconv.Itoa(len(attested)) {
			return "", errStale
		}
		if err := compliance.AttestNetDebts(ctx, tx, n); err != nil {
			return "", err
		}
		left, _, err := compliance.NetDebtsLeft(ctx, tx, n.Candidate, n.Election, page.Today)
		return fmt.Sprintf("Recorded: net debts of %s as of %s. %s may still come for the %s.", usd(n.Cents()), n.AsOf.Spoken(), usd(left), page.Election.Name()), err
	}
}

var nothing = regexp.MustCompile(`^\$?0+(\.0{1,2})?$`)

// part reads a sum that may be nothing; must is what to say when it is empty, or empty where that is nothing too.
func (f *form) part(name, must string) money.Cents {
	switch value := strings.TrimSpace(f.Value(name)); {
	case value == "" && must != "":
		f.refuse(name, must)
		return 0
	case value == "" || nothing.MatchString(value):
		return 0
	}
	return f.cents(name)
}
