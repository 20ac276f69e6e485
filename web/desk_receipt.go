package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// receiptView is one receipt: what it says, for whom and for which elections it counts, its cases, and what may be done about it.
type receiptView struct {
	deskFrame
	Receipt   receiptRow
	Giver     registry.Contributor
	KindWords string
	Words     []word
	Elections []countedFor
	Persons   []countedFor
	Cases     []compliance.Case
	Doings    []doing
	Why       []askedRule
}

// receiptRow is a receipt as its page has it.
type receiptRow struct {
	ID               string
	Person           registry.PersonID
	Line             string
	Instrument       string
	InstrumentNumber string `db:"instrument_number"`
	Account          string
	Cents            money.Cents
	Gone             money.Cents
	MadeOn           civil.Day `db:"made_on"`
	ReceivedOn       civil.Day `db:"received_on"`
	Candidate        registry.CandidateID
	Election         registry.ElectionID
	Joint            pq.StringArray
}

// Here is what of the receipt did not go back.
func (r receiptRow) Here() money.Cents { return r.Cents - r.Gone }

// countedFor is what of a receipt counts for somebody, or for an election.
type countedFor struct {
	Name, Word string
	Cents      money.Cents
}

// doing is something that can be done about a receipt: its address and what its button says.
type doing struct{ Act, Name string }

// receipt shows a receipt.
func (d *Desk) receipt(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.receiptViewOf(r, v)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "receipt", page)
}

func (d *Desk) receiptViewOf(r *http.Request, v visit) (receiptView, error) {
	ctx := r.Context()
	row, err := d.findReceipt(ctx, v, chi.URLParam(r, "receipt"))
	if err != nil {
		return receiptView{}, err
	}
	giver, err := registry.FindContributor(ctx, d.DB, v.Committee.ID, row.Person, time.Time{})
	if err != nil {
		return receiptView{}, err
	}
	kinds, err := registry.Kinds(ctx, d.DB, row.Person)
	if err != nil {
		return receiptView{}, err
	}
	giver.Kind = kinds[row.Person]
	frame, err := d.frameOf(r, v, "Receipts", "Receipt of "+giver.Name())
	if err != nil {
		return receiptView{}, err
	}
	page := receiptView{deskFrame: frame, Receipt: row, Giver: giver, KindWords: giverWords(giver.Kind)}
	if page.Words, err = d.receiptWords(ctx, v, row); err != nil {
		return page, err
	}
	if page.Elections, err = d.electionsOf(ctx, v, row.ID); err != nil {
		return page, err
	}
	if page.Persons, err = d.personsOf(ctx, v, row.ID); err != nil {
		return page, err
	}
	if page.Cases, err = compliance.CasesOf(ctx, d.DB, v.Committee.ID, row.ID, v.Today); err != nil {
		return page, err
	}
	page.Doings = page.doings()
	if page.Why, err = d.whyOf(ctx, v, row.ID); err != nil {
		return page, err
	}
	return page, nil
}

func (d *Desk) findReceipt(ctx context.Context, v visit, id string) (receiptRow, error) {
	const find = `
		select r.id, r.person, r.line, r.instrument, r.instrument_number, r.account, r.cents, r.made_on, r.received_on,
		       coalesce(r.candidate, '') as candidate, coalesce(r.election, '') as election, r.joint
		from receipts r
		where r.committee = $1 and r.id = $2`
	var row receiptRow
	if err := d.DB.GetContext(ctx, &row, find, v.Committee.ID, id); err != nil {
		return row, fmt.Errorf("find receipt %s: %w", id, err)
	}
	left, err := compliance.Here(ctx, d.DB, v.Committee.ID, id)
	row.Gone = row.Cents - left
	return row, err
}

// receiptWords says of a receipt what stands on it.
func (d *Desk) receiptWords(ctx context.Context, v visit, row receiptRow) ([]word, error) {
	number := row.Instrument
	if row.InstrumentNumber != "" {
		number += " " + row.InstrumentNumber
	}
	words := []word{{"Came as", number}, {"Made", row.MadeOn.Spoken()}, {"Received", row.ReceivedOn.Spoken()}, {"Line", row.Line}}
	if row.Account != "" {
		words = append(words, word{"Account", row.Account})
	}
	if row.Candidate != "" {
		c, err := registry.FindCandidate(ctx, d.DB, row.Candidate, time.Time{})
		if err != nil {
			return nil, err
		}
		words = append(words, word{"For", c.Name()})
	}
	if row.Gone > 0 {
		words = append(words, word{"Gone back, or to the Treasury", usd(row.Gone)})
	}
	return words, nil
}

// electionsOf lists the elections for which a receipt of a candidate's own committee counts.
func (d *Desk) electionsOf(ctx context.Context, v visit, receipt string) ([]countedFor, error) {
	all, err := compliance.Designations(ctx, d.DB, v.Committee.ID, receipt)
	if err != nil {
		return nil, err
	}
	var out []countedFor
	for _, x := range all {
		e, err := registry.FindElection(ctx, d.DB, x.Election)
		if err != nil {
			return nil, err
		}
		out = append(out, countedFor{e.Name(), wordsOfSource[x.Source], x.Cents})
	}
	return out, nil
}

// personsOf lists the persons for whom a receipt counts beside its giver.
func (d *Desk) personsOf(ctx context.Context, v visit, receipt string) ([]countedFor, error) {
	all, err := compliance.Attributions(ctx, d.DB, v.Committee.ID, receipt)
	if err != nil {
		return nil, err
	}
	var out []countedFor
	for _, a := range all {
		c, err := registry.FindContributor(ctx, d.DB, v.Committee.ID, a.Person, time.Time{})
		if err != nil {
			return nil, err
		}
		out = append(out, countedFor{c.Name(), wordsOfSource[a.Source], a.Cents})
	}
	return out, nil
}

// wordsOfSource say by whose word a receipt counts for an election or a person.
var wordsOfSource = map[string]string{
	compliance.ByContributor: "as the giver said", compliance.ByDefault: "the next one: the giver named none", compliance.Redesignated: "redesignated by the giver",
	compliance.Presumptive: "presumed by the committee, with a notice", "partners": "as a partner", "equal": "in equal shares", "reattributed": "by a writing that each signed",
	"returned": "went back",
}

// kindNames are the kinds of givers, as people read them.
var kindNames = map[string]string{
	registry.Individual: "a person", registry.Partnership: "a partnership, or an LLC taxed as one", registry.LLC: "an LLC; how it is taxed is not known",
	registry.CorporateLLC: "an LLC taxed as a corporation", registry.Tribe: "an Indian tribe", registry.Organization: "an unregistered group",
	registry.Corporation: "a corporation", registry.Union: "a labor organization", registry.NationalBank: "a national bank, or a corporation chartered by Congress",
	registry.OtherPAC: "a political committee", registry.Party: "a party committee", registry.PartyOfState: "a party’s committee in a state",
	registry.PartyOfNation: "a party’s national committee", registry.CandidateCommittee: "a candidate’s committee", registry.OtherSuperPAC: "a super PAC",
	registry.CandidateFunds: "the candidate’s own money",
}

func giverWords(kind string) string { return orElse(kindNames[kind], kind) }

// doings lists what may be done about the receipt as it is.
func (p receiptView) doings() []doing {
	given := strings.HasPrefix(p.Receipt.Line, "11") || p.Receipt.Line == "12" || p.Receipt.Account != "" // offsets and interest are nobody's gift
	if !p.Keeps() || p.Receipt.Here() == 0 || !given {
		return nil
	}
	var out []doing
	add := func(act string) { out = append(out, doing{act, receiptActs[act].Name}) }
	add(actDoubt)
	add(actDiscovery)
	shared := len(p.Persons) > 0 || p.Receipt.Gone > 0
	switch kind := p.Giver.Kind; {
	case shared:
	case kind == registry.Partnership || kind == registry.Organization:
		add(actPartners)
	case kind == registry.Individual && strings.HasPrefix(p.Receipt.Instrument, "check"):
		add(actJoint)
	}
	if p.Committee.Kind == registry.Authorised && p.Receipt.Candidate == "" {
		add(actDesignation)
	}
	if p.Giver.FECID == "" && p.Receipt.Line != "12" {
		add(actKind)
	}
	if p.Giver.Kind == registry.Individual {
		add(actStatus)
	}
	return out
}
