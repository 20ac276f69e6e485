package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// candidatesPage lists the candidates with whom the committee has to do, and how their elections went.
type candidatesPage struct {
	deskFrame
	Rows []candidateRow
}

type candidateRow struct {
	registry.Candidate
	Ours      bool // this is the candidate's own committee
	Elections []electionRow
}

// electionRow is an election in which a candidate can stand: how it went, and what of its debts was attested.
type electionRow struct {
	registry.Election
	Today    civil.Day
	Outcomes []outcomeRow // the last recorded, which stands, is first
	Debts    []compliance.NetDebts
	Left     money.Cents     // of the debts that stand; known at the candidate's own committee
	Lost     lostCases       // here, where the candidate does not reach the election
	Moves    []registry.Move // the last one first
}

// outcomeRow is an outcome as it was recorded.
type outcomeRow struct {
	registry.Outcome
	RecordedAt time.Time `db:"recorded_at"`
}

// Words are the outcome as people read it.
func (o outcomeRow) Words() string { return outcomeWords[o.Outcome.Outcome] }

var outcomeWords = map[string]string{registry.Nominated: "nominated", registry.Lost: "lost", registry.Withdrew: "withdrew"}

// Over tells whether the day of the election is over: then there may be debts of it.
func (e electionRow) Over() bool { return e.Today.After(e.HeldOn) }

// Stands is the outcome that stands, none where none is known.
func (e electionRow) Stands() []outcomeRow { return e.Outcomes[:min(1, len(e.Outcomes))] }

// Attested are the net debts that stand.
func (e electionRow) Attested() []compliance.NetDebts { return e.Debts[:min(1, len(e.Debts))] }

// Seat is what the candidate stands for.
func (c candidateRow) Seat() string {
	words := cmp.Or(map[string]string{"H": "House", "S": "Senate", "P": "President"}[c.Office], spaced(c.Office))
	switch {
	case c.State == "":
		return words
	case c.District == "":
		return words + ", " + c.State
	}
	return words + ", " + c.State + "-" + c.District
}

func (d *Desk) candidates(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Cases", "Candidates")
	if err != nil {
		return err
	}
	page := candidatesPage{deskFrame: frame}
	if page.Rows, err = d.candidateRows(r.Context(), v); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "candidates", page)
}

// candidateRows lists the candidate whose own committee this is, and those for whom it has drives or receipts.
func (d *Desk) candidateRows(ctx context.Context, v visit) ([]candidateRow, error) {
	const list = `
		select c.id
		from candidates c
		where c.id = $2
		   or exists (select from drives s where s.committee = $1 and s.candidate = c.id)
		   or exists (select from receipts r where r.committee = $1 and r.candidate = c.id)`
	var ids []registry.CandidateID
	if err := d.DB.SelectContext(ctx, &ids, list, v.Committee.ID, v.Committee.Candidate); err != nil {
		return nil, fmt.Errorf("list the candidates of %s: %w", v.Committee.ID, err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := registry.Candidates(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	elections, err := registry.Elections(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	slices.Reverse(elections) // the first to be held is first
	var out []candidateRow
	for _, c := range all {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		row := candidateRow{Candidate: c, Ours: v.Committee.Kind == registry.Authorised && v.Committee.Candidate == c.ID}
		if row.Elections, err = d.electionRows(ctx, v, row, elections); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// electionRows tells of each election for the candidate's seat how it went for them, with those of the last two years.
func (d *Desk) electionRows(ctx context.Context, v visit, c candidateRow, elections []registry.Election) ([]electionRow, error) {
	outcomes, err := outcomesOf(ctx, d.DB, c.ID)
	if err != nil {
		return nil, err
	}
	debts, err := compliance.AttestedDebts(ctx, d.DB, c.ID)
	if err != nil {
		return nil, err
	}
	var out []electionRow
	for _, e := range elections {
		if !e.For(c.Candidate) || e.HeldOn.Year() < v.Today.Year()-2 {
			continue
		}
		row := electionRow{Election: e, Today: v.Today}
		for _, o := range outcomes {
			if o.Election == e.ID {
				row.Outcomes = append(row.Outcomes, o)
			}
		}
		for _, n := range debts {
			if n.Election == e.ID {
				row.Debts = append(row.Debts, n)
			}
		}
		if c.Ours && len(row.Debts) > 0 {
			if row.Left, _, err = compliance.NetDebtsLeft(ctx, d.DB, c.ID, e.ID, v.Today); err != nil {
				return nil, err
			}
		}
		if row.Lost, err = lostCasesOf(ctx, d.DB, v, e.ID); err != nil {
			return nil, err
		}
		if row.Moves, err = registry.Moves(ctx, d.DB, e.ID); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// outcomesOf lists every outcome that was recorded of a candidate, the last one first.
func outcomesOf(ctx context.Context, q sqlx.QueryerContext, candidate registry.CandidateID) ([]outcomeRow, error) {
	const list = `
		select candidate, election, outcome, on_day, evidence, recorded_at
		from election_outcomes
		where candidate = $1
		order by recorded_at desc, id desc`
	var out []outcomeRow
	if err := sqlx.SelectContext(ctx, q, &out, list, candidate); err != nil {
		return nil, fmt.Errorf("the outcomes of %s: %w", candidate, err)
	}
	return out, nil
}

// lostCases are the open cases of money for an election that the candidate does not reach.
type lostCases struct {
	Open  int
	First *civil.Day // by which the first of them is due
}

func lostCasesOf(ctx context.Context, q sqlx.QueryerContext, v visit, election registry.ElectionID) (lostCases, error) {
	const count = `
		select count(*) as open, min(due_on) as first
		from cases
		where committee = $1 and election = $2 and kind = 'general lost' and state = 'open'`
	var out lostCases
	if err := sqlx.GetContext(ctx, q, &out, count, v.Committee.ID, election); err != nil {
		return out, fmt.Errorf("count the cases for %s: %w", election, err)
	}
	return out, nil
}
