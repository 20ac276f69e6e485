package compliance

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// cured takes a sum off the open cases of a receipt that fit, each no further than to nothing, and closes those of which
// nothing is left. Cases of one kind are about different parts of the money, each person's and each election's own: the sum
// passes on from one to the next. Those of different kinds, and those about the source that have different reasons, are about the same
// money, and are settled at once.
func cured(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt, kind string, cents money.Cents, on civil.Day, ref string, fits func(c Case) bool) error {
	open, err := CasesOf(ctx, tx, committee, receipt, on)
	if err != nil {
		return err
	}
	spent := map[string]money.Cents{} // by sameMoney
	for _, c := range open {
		if c.State != "open" || !fits(c) {
			continue
		}
		of := sameMoney(c.Kind, c.Ref)
		took := min(cents-spent[of], c.Left)
		spent[of] += took
		if took == 0 && c.Left > 0 {
			continue
		}
		a := CaseAct{Committee: committee, Case: c.ID, Kind: kind, Cents: took, On: on, Ref: ref}
		if on.After(c.DueOn) {
			a.Text = fmt.Sprintf("After the day on which it was due, %v", c.DueOn)
		}
		if err := act(ctx, tx, a); err != nil {
			return err
		}
		if took < c.Left {
			continue
		}
		if err := closeCase(ctx, tx, committee, c.ID, on, "Nothing of it is left"); err != nil {
			return err
		}
	}
	return nil
}

// sameMoney names what cases share a sum that settles them: those of one kind, but each reason against the source by itself.
func sameMoney(kind, ref string) string {
	if sourceKinds[kind] {
		return kind + " " + ref
	}
	return kind
}

// byMoney tells whether a case is settled by money that leaves.
func byMoney(c Case) bool { return c.Kind != "paid back after forwarding" }

// gave is money of a receipt that went back.
type gave struct {
	committee   registry.CommitteeID
	receipt     string
	contributor registry.PersonID
	cents       money.Cents
	on          civil.Day
	ref         string              // of the fact
	person      registry.PersonID   // whose it was; empty for the contributor
	election    registry.ElectionID // for which it counted; empty for the one that has a case, then the earliest
}

// returned makes what went back of a receipt count for its elections and its persons no more, and takes it off its open
// cases.
func returned(ctx context.Context, tx *sqlx.Tx, g gave) error {
	stands, err := Designations(ctx, tx, g.committee, g.receipt)
	if err != nil {
		return err
	}
	open, err := CasesOf(ctx, tx, g.committee, g.receipt, g.on)
	if err != nil {
		return err
	}
	rank := func(d Designation) int {
		switch {
		case d.Election == g.election:
			return 0
		case slices.ContainsFunc(open, func(c Case) bool { return c.State == "open" && c.Election == d.Election }):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(stands, func(a, b Designation) int { return rank(a) - rank(b) })
	left := g.cents
	for _, d := range stands {
		took := min(left, d.Cents)
		if took == 0 {
			continue
		}
		left -= took
		back := Designation{Committee: g.committee, Receipt: g.receipt, Election: d.Election, Cents: -took, Source: wentBack, On: g.on, Evidence: g.ref}
		if err := back.put(ctx, tx); err != nil {
			return err
		}
		others, err := g.fromOthers(ctx, tx, d.Election, took)
		if err != nil {
			return err
		}
		partners, err := partnersPart(ctx, tx, g.committee, g.receipt, d.Cents, took)
		if err != nil {
			return err
		}
		if err := g.cures(ctx, tx, took, others, partners, func(c Case) bool { return c.Election == d.Election }); err != nil {
			return err
		}
	}
	if len(stands) > 0 {
		return g.cures(ctx, tx, g.cents, nil, nil, func(c Case) bool { return c.Election == "" })
	}
	others, err := g.fromOthers(ctx, tx, "", g.cents)
	if err != nil {
		return err
	}
	r, err := findStanding(ctx, tx, g.committee, g.receipt)
	if err != nil {
		return err
	}
	partners, err := partnersPart(ctx, tx, g.committee, g.receipt, min(r.Cents, r.Cents-r.Gone+g.cents), g.cents)
	if err != nil {
		return err
	}
	return g.cures(ctx, tx, g.cents, others, partners, func(Case) bool { return true })
}

// parts is how much of a sum is each person's.
type parts map[registry.PersonID]money.Cents

// cures takes a sum off the cases that it is of, each person's by how far what counts for them fell: others are those for whom
// it counted instead of the contributor, partners those for whom it counted as well. What is wrong with the receipt itself,
// such as a doubt about its source, is its contributor's case, and falls by what no other has such a case of.
func (g gave) cures(ctx context.Context, tx *sqlx.Tx, cents money.Cents, others, partners parts, fits func(c Case) bool) error {
	open, err := CasesOf(ctx, tx, g.committee, g.receipt, g.on)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(c Case) bool { return c.State != "open" || !byMoney(c) || !fits(c) })
	settle := func(person registry.PersonID, kind string, cents money.Cents) error {
		return cured(ctx, tx, g.committee, g.receipt, "refund", cents, g.on, g.ref, func(c Case) bool {
			return byMoney(c) && fits(c) && c.Person == person && c.Kind == kind
		})
	}
	type about struct {
		person registry.PersonID
		kind   string
	}
	settled := map[about]bool{}
	for _, c := range open {
		at := about{c.Person, c.Kind}
		if settled[at] {
			continue
		}
		settled[at] = true
		part, beside := partners[c.Person]
		switch {
		case c.Person == g.contributor:
			part = cents
			for other, took := range others {
				has := func(o Case) bool { return o.Person == other && o.Kind == c.Kind }
				if c.Kind == "excessive" || slices.ContainsFunc(open, has) {
					part -= took
				}
			}
		case !beside:
			part = others[c.Person]
		}
		if err := settle(c.Person, c.Kind, part); err != nil {
			return err
		}
	}
	return nil
}

// partnersPart is how far what counts for each partner of a receipt falls when a sum of it goes that counted: each counts for
// their share of what is left.
func partnersPart(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, counted, cents money.Cents) (parts, error) {
	const fell = `
		select a.person,
		       (ceil(sum(a.cents)::numeric * $3 / r.cents) - ceil(sum(a.cents)::numeric * greatest(0, $3 - $4::bigint) / r.cents))::bigint as cents
		from attributions a
		join receipts r on r.committee = a.committee and r.id = a.receipt
		where a.committee = $1 and a.receipt = $2 and a.source = 'partners'
		group by a.person, r.cents`
	var rows []struct {
		Person registry.PersonID
		Cents  money.Cents
	}
	if err := tx.SelectContext(ctx, &rows, fell, committee, receipt, counted, cents); err != nil {
		return nil, fmt.Errorf("what of %s counts for its partners: %w", receipt, err)
	}
	out := parts{}
	for _, r := range rows {
		out[r.Person] = r.Cents
	}
	return out, nil
}

// fromOthers takes what went back off those for whom the receipt counts instead of its contributor: the one whose it was,
// and where the contributor's own part does not reach, the others, the last named first. It tells how much of each.
func (g gave) fromOthers(ctx context.Context, tx *sqlx.Tx, election registry.ElectionID, cents money.Cents) (parts, error) {
	const list = `
		select person, sum(cents)::bigint as cents
		from attributions
		where committee = $1 and receipt = $2 and coalesce(election, '') = $3 and source <> 'partners' and person <> $4
		group by person
		having sum(cents) > 0
		order by person <> $5, max(recorded_at) desc, person`
	var others []struct {
		Person registry.PersonID
		Cents  money.Cents
	}
	if err := tx.SelectContext(ctx, &others, list, g.committee, g.receipt, election, g.contributor, g.person); err != nil || len(others) == 0 {
		return nil, err
	}
	r, err := findStanding(ctx, tx, g.committee, g.receipt)
	if err != nil {
		return nil, err
	}
	own, err := shareOf(ctx, tx, r, election, g.contributor) // after what went back
	if err != nil {
		return nil, err
	}
	out := parts{}
	short := min(cents, max(0, -own)) // no more than this: what was disgorged is not theirs to lose
	for _, o := range others {
		took := min(short, o.Cents)
		if o.Person == g.person {
			took = min(cents, o.Cents)
		}
		if took == 0 {
			continue
		}
		out[o.Person] = took
		short = max(0, short-took)
		a := Attribution{Committee: g.committee, Receipt: g.receipt, Person: g.contributor, Election: election, Cents: took, Source: wentBack, On: g.on, Evidence: g.ref}
		if err := a.move(ctx, tx, o.Person); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// comeBack undoes returned, by the ref under which it was recorded: what did not go back after all counts again, and its
// cases are open again. came is how much more of the receipt is here now: less than went back where a dispute that was lost has taken
// the same money. A case that was settled otherwise, by proof or since its reason had gone, stays closed; and where another
// is open for the same reason meanwhile, that one is about the money.
func comeBack(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, came money.Cents, on civil.Day, ref string) error {
	if came <= 0 {
		return nil
	}
	const designations = `
		select election, -sum(cents)::bigint as cents
		from designations
		where committee = $1 and receipt = $2 and source = 'returned' and evidence = $3
		group by election
		order by election`
	var back []struct {
		Election registry.ElectionID
		Cents    money.Cents
	}
	if err := tx.SelectContext(ctx, &back, designations, committee, receipt, ref); err != nil {
		return fmt.Errorf("what %s took: %w", ref, err)
	}
	if len(back) == 0 {
		if err := comeBackTo(ctx, tx, committee, receipt, "", came, on, ref); err != nil {
			return err
		}
	}
	left := came
	for _, b := range back {
		d := Designation{Committee: committee, Receipt: receipt, Election: b.Election, Cents: min(left, b.Cents), Source: wentBack, On: on, Evidence: ref + " failed"}
		left -= d.Cents
		if err := d.put(ctx, tx); err != nil {
			return err
		}
		if err := comeBackTo(ctx, tx, committee, receipt, b.Election, d.Cents, on, ref); err != nil {
			return err
		}
	}
	return comeBackInto(ctx, tx, committee, receipt, came, on, ref)
}

// comeBackTo gives those for whom a receipt counted instead of its contributor what a refund took from them, of an election where it counts for
// one, and of no more than came.
func comeBackTo(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, election registry.ElectionID, came money.Cents, on civil.Day, ref string) error {
	const took = `
		select person, -sum(cents)::bigint as cents
		from attributions
		where committee = $1 and receipt = $2 and source = 'returned' and evidence = $3 and coalesce(election, '') = $4
		group by person
		having sum(cents) < 0
		order by person`
	var others []struct {
		Person registry.PersonID
		Cents  money.Cents
	}
	if err := tx.SelectContext(ctx, &others, took, committee, receipt, ref, election); err != nil {
		return fmt.Errorf("what %s took: %w", ref, err)
	}
	if len(others) == 0 {
		return nil
	}
	var contributor registry.PersonID
	if err := tx.GetContext(ctx, &contributor, `select person from receipts where committee = $1 and id = $2`, committee, receipt); err != nil {
		return fmt.Errorf("find receipt %s of %s: %w", receipt, committee, err)
	}
	for _, o := range others {
		cents := min(came, o.Cents)
		if cents == 0 {
			break
		}
		came -= cents
		a := Attribution{Committee: committee, Receipt: receipt, Person: o.Person, Election: election, Cents: cents, Source: wentBack, On: on, Evidence: ref + " failed"}
		if err := a.move(ctx, tx, contributor); err != nil {
			return err
		}
	}
	return nil
}

// comeBackInto opens the cases again that a refund settled, by no more than came.
func comeBackInto(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, came money.Cents, on civil.Day, ref string) error {
	const acts = `
		select c.id, c.kind, c.ref, sum(a.cents)::bigint as cents, c.state,
		       coalesce((
					select o.id from cases o
					where o.committee = c.committee and o.receipt = c.receipt and o.kind = c.kind and coalesce(o.election, '') = coalesce(c.election, '')
					  and o.ref = c.ref and o.state = 'open' and o.id <> c.id), '') as twin,
		       exists (select from case_acts p where p.committee = c.committee and p.case_id = c.id and p.kind = 'proof')
		       or c.excess_cents > (select sum(t.cents) from case_acts t where t.committee = c.committee and t.case_id = c.id) as otherwise
		from case_acts a
		join cases c on c.committee = a.committee and c.id = a.case_id
		where a.committee = $1 and c.receipt = $2 and a.kind = 'refund' and a.ref = $3
		group by c.committee, c.id
		order by c.id`
	var cases []struct {
		ID        string
		Kind      string
		Ref       string
		Cents     money.Cents
		State     string
		Twin      string // the case that is open for the same reason now
		Otherwise bool   // it was closed by other than money
	}
	if err := tx.SelectContext(ctx, &cases, acts, committee, receipt, ref); err != nil {
		return fmt.Errorf("what %s settled: %w", ref, err)
	}
	undone := map[string]money.Cents{} // by sameMoney
	for _, c := range cases {
		of := sameMoney(c.Kind, c.Ref)
		c.Cents = min(c.Cents, came-undone[of])
		undone[of] += c.Cents
		a := CaseAct{Committee: committee, Case: c.ID, Kind: "refund failed", Cents: -c.Cents, On: on, Ref: ref}
		if c.State != "open" && c.Twin != "" {
			a.Case = c.Twin
		}
		if err := act(ctx, tx, a); err != nil {
			return err
		}
		if c.State == "open" || c.Cents == 0 || c.Twin != "" || c.Otherwise {
			continue
		}
		a.Kind, a.Cents, a.Text = "reopened", 0, "The money came back"
		if err := act(ctx, tx, a); err != nil {
			return err
		}
		if err := setState(ctx, tx, committee, c.ID, "open"); err != nil {
			return err
		}
	}
	return nil
}
