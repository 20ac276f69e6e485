package registry

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"golang.org/x/text/unicode/norm"

	"dure/pg"
)

// Kinds of persons, as limits tell them apart (52 U.S.C. 30116(a)).
const (
	Individual   = "individual"
	OtherPAC     = "committee" // a political committee that is no party's
	Party        = "party"
	Organization = "organization"

	CandidateFunds     = "candidate" // the candidate's own money, to their own committee
	Partnership        = "partnership"
	Corporation        = "corporation"
	Union              = "union"
	LLC                = "llc"             // how it is taxed is not said (11 CFR 110.1(g))
	CorporateLLC       = "llc-corporation" // an LLC that is taxed as a corporation (11 CFR 110.1(g)(3))
	Tribe              = "tribe"
	NationalBank       = "national-bank"
	CandidateCommittee = "candidate-committee"
	OtherSuperPAC      = "super-pac"
	PartyOfState       = "party-state"
	PartyOfNation      = "party-national"
)

// evidence is a fact by which a person is known again: two that agree to the letter are one person. A name alone is
// never evidence, and neither is an address or an email without the name.
type evidence struct {
	kind   string
	digest [sha256.Size]byte
}

func newEvidence(kind string, parts ...string) evidence {
	return evidence{kind, sha256.Sum256([]byte(kind + "\x00" + strings.Join(parts, "\x00")))}
}

// evidenceOf gives what identifies a contributor exactly.
func evidenceOf(c Contributor) []evidence {
	if c.Entity != "IND" {
		if c.FECID != "" {
			return []evidence{newEvidence("fec id", c.FECID)}
		}
		return []evidence{newEvidence("body name and address", fold(c.Organization), fold(c.Street), zip5(c.Zip))}
	}
	name := sortedWords(c.First + " " + c.Last)
	var out []evidence
	if c.Email != "" {
		out = append(out, newEvidence("name and email", name, strings.ToLower(strings.TrimSpace(c.Email))))
	}
	if c.Street != "" && c.Zip != "" {
		out = append(out, newEvidence("name and address", name, fold(c.Street), zip5(c.Zip)))
	}
	return out
}

// fold makes spellings that differ only in case, accents, blanks or punctuation the same.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.IsSpace(r) || r == '-':
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// sortedWords folds a name and sorts its words, since people write the family name first or last.
func sortedWords(name string) string {
	words := strings.Fields(fold(name))
	slices.Sort(words)
	return strings.Join(words, " ")
}

func zip5(zip string) string {
	return zip[:min(len(zip), 5)]
}

// kindOf tells how limits see the giver.
func kindOf(entity string) string {
	switch entity {
	case "IND", "CAN":
		return Individual
	case "COM", "PAC":
		return OtherPAC
	case "CCM":
		return CandidateCommittee
	case "PTY":
		return Party
	}
	return Organization
}

// Sighting is who a contributor's exact evidence says they are, before anything is written.
type Sighting struct {
	Persons  []PersonID // the rows that stand for those whom the evidence names, the oldest first; more than one are one giver
	Evidence [][]byte   // the digests, by which forms under way know each other
	Email    bool       // the email is part of what names them, not the address alone
}

// Sight tells whom a contributor's evidence names, and writes nothing: a form that nobody paid yet must not make, join or
// claim anybody. The evidence is held until the transaction ends, so that two forms with the same are looked at one
// after the other.
func Sight(ctx context.Context, tx *sqlx.Tx, c Contributor) (Sighting, error) {
	if err := holdEvidence(ctx, tx, evidenceOf(c)); err != nil {
		return Sighting{}, err
	}
	return Known(ctx, tx, c)
}

// Known tells whom a contributor's evidence names now, and the evidence, without holding it.
func Known(ctx context.Context, q sqlx.QueryerContext, c Contributor) (Sighting, error) {
	proofs := evidenceOf(c)
	var out Sighting
	for i := range proofs {
		out.Evidence = append(out.Evidence, proofs[i].digest[:])
	}
	known, err := lookup(ctx, q, proofs)
	if err != nil {
		return Sighting{}, err
	}
	for _, k := range known {
		out.Email = out.Email || k.Kind == "name and email"
	}
	out.Persons, err = oldestFirst(ctx, q, rootsOf(known))
	return out, err
}

// AddPerson makes the row of a person of whom nothing is known yet.
func AddPerson(ctx context.Context, tx *sqlx.Tx, c Contributor) (PersonID, error) {
	person := PersonID(pg.NewID('P'))
	const insert = `insert into persons (id, kind) values ($1, $2)`
	if _, err := tx.ExecContext(ctx, insert, person, cmp.Or(c.Kind, kindOf(c.Entity))); err != nil {
		return "", fmt.Errorf("add a person: %w", err)
	}
	return person, nil
}

// Identify finds the person that a contributor's exact evidence names, and keeps the evidence; where nobody is named it is
// c.Person, or a new person when that is empty. It is for those whose money came. Evidence that names two rows of persons
// shows that they are one: the older row then stands for both.
func Identify(ctx context.Context, tx *sqlx.Tx, c Contributor) (PersonID, error) {
	proofs := evidenceOf(c)
	if len(proofs) == 0 {
		return "", fmt.Errorf("identify a person: no evidence: a name needs an email or an address beside it")
	}
	known, err := lookup(ctx, tx, proofs)
	if err != nil {
		return "", err
	}
	if person, whole := agree(known, len(proofs)); whole {
		return person, nil
	}
	// Not all of it is known: hold it, and look again.
	if err := holdEvidence(ctx, tx, proofs); err != nil {
		return "", err
	}
	person, err := settle(ctx, tx, c, proofs)
	if err != nil {
		return "", err
	}
	for _, p := range proofs {
		const insert = `insert into person_evidence (digest, person, kind) values ($1, $2, $3) on conflict do nothing`
		if _, err := tx.ExecContext(ctx, insert, p.digest[:], person, p.kind); err != nil {
			return "", fmt.Errorf("keep evidence: %w", err)
		}
	}
	return person, nil
}

// holdEvidence keeps others with the same evidence out until the transaction ends.
func holdEvidence(ctx context.Context, tx *sqlx.Tx, proofs []evidence) error {
	keys := make([]string, len(proofs))
	for i, p := range proofs {
		keys[i] = string(fmt.Appendf(nil, "%x", p.digest))
	}
	slices.Sort(keys)
	for _, k := range keys {
		if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 0))`, k); err != nil {
			return fmt.Errorf("hold evidence: %w", err)
		}
	}
	return nil
}

// sighting is a person whom a piece of evidence names, and the row that stands for them.
type sighting struct {
	Person, Root PersonID
	Kind         string
}

func lookup(ctx context.Context, q sqlx.QueryerContext, proofs []evidence) ([]sighting, error) {
	digests := make([][]byte, len(proofs))
	for i := range proofs {
		digests[i] = proofs[i].digest[:]
	}
	const find = `
		with recursive up(person, root) as (
			select person, person from person_evidence where digest = any($1)
			union
			select up.person, j.same_as from up join person_joins j on j.person = up.root)
		select e.person, up.root, e.kind
		from person_evidence e
		join up on up.person = e.person
		where e.digest = any($1) and not exists (select from person_joins j where j.person = up.root)`
	var out []sighting
	if err := sqlx.SelectContext(ctx, q, &out, find, pq.ByteaArray(digests)); err != nil {
		return nil, fmt.Errorf("look up evidence: %w", err)
	}
	return out, nil
}

// agree gives the one person whom all evidence names.
func agree(known []sighting, proofs int) (PersonID, bool) {
	if len(known) < proofs {
		return "", false
	}
	for _, k := range known {
		if k.Root != known[0].Root {
			return "", false
		}
	}
	return known[0].Root, true
}

func rootsOf(known []sighting) []PersonID {
	var roots []PersonID
	for _, k := range known {
		if !slices.Contains(roots, k.Root) {
			roots = append(roots, k.Root)
		}
	}
	slices.Sort(roots)
	return roots
}

func oldestFirst(ctx context.Context, q sqlx.QueryerContext, persons []PersonID) ([]PersonID, error) {
	if len(persons) < 2 {
		return persons, nil
	}
	const oldest = `select id from persons where id = any($1) order by recorded_at, id`
	var out []PersonID
	if err := sqlx.SelectContext(ctx, q, &out, oldest, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("order persons: %w", err)
	}
	return out, nil
}

// settle gives the row that stands for all whom the evidence names: a new one for none; for several the oldest, to which
// the others are joined. It looks again once it holds them, since another may have joined them meanwhile.
func settle(ctx context.Context, tx *sqlx.Tx, c Contributor, proofs []evidence) (PersonID, error) {
	var locked []PersonID
	for {
		known, err := lookup(ctx, tx, proofs)
		if err != nil {
			return "", err
		}
		roots := rootsOf(known)
		switch {
		case len(roots) == 0 && c.Person != "":
			return c.Person, nil
		case len(roots) == 0:
			return AddPerson(ctx, tx, c)
		case len(roots) == 1:
			return roots[0], nil
		case !slices.Equal(roots, locked):
			if err := Lock(ctx, tx, roots...); err != nil {
				return "", err
			}
			locked = roots
			continue
		}
		if roots, err = oldestFirst(ctx, tx, roots); err != nil {
			return "", err
		}
		for _, younger := range roots[1:] {
			const join = `
				insert into person_joins (person, same_as, reason)
				values ($1, $2, 'one contributor has exact evidence of both')`
			if _, err := tx.ExecContext(ctx, join, younger, roots[0]); err != nil {
				return "", fmt.Errorf("join persons: %w", err)
			}
		}
		return roots[0], nil
	}
}

// Same lists all rows of persons that are one giver with person, in the order of their ids.
func Same(ctx context.Context, q sqlx.QueryerContext, persons ...PersonID) ([]PersonID, error) {
	const list = `
		with recursive up(person) as (
			select unnest($1::text[])
			union
			select j.same_as from up join person_joins j on j.person = up.person),
		down(person) as (
			select person from up
			union
			select j.person from down join person_joins j on j.same_as = down.person)
		select person from down order by person`
	var out []PersonID
	if err := sqlx.SelectContext(ctx, q, &out, list, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("find who is the same: %w", err)
	}
	return out, nil
}

// Lock holds persons, and all who are one with them, until the transaction ends. Who sums what a person gave, in order
// to decide, locks the person first, in this statement of its own; several are locked in the order of their ids.
func Lock(ctx context.Context, tx *sqlx.Tx, persons ...PersonID) error {
	held := 0
	for {
		all, err := Same(ctx, tx, persons...)
		if err != nil {
			return err
		}
		if len(all) == held {
			return nil // nobody was joined to them while we waited
		}
		const lock = `select count(*) from (select from persons where id = any($1) order by id for no key update) held`
		if err := tx.GetContext(ctx, &held, lock, pq.Array(all)); err != nil {
			return fmt.Errorf("lock persons: %w", err)
		}
		if held != len(all) {
			return fmt.Errorf("lock persons %v: only %d are there", all, held)
		}
	}
}
