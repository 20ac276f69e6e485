package registry

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
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
	found, err := lookup(ctx, q, proofs)
	if err != nil {
		return Sighting{}, err
	}
	known := found.of(proofs)
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
	persons, err := IdentifySome(ctx, tx, []Contributor{c})
	if err != nil {
		return "", err
	}
	return persons[0], nil
}

// IdentifySome identifies contributors, each as Identify does, in a few statements for all. It gives the persons of the first
// of them, at least of one: it stops before a contributor whose evidence shows that rows are one, or is news that one before
// told in the same call. Call it again with the rest.
func IdentifySome(ctx context.Context, tx *sqlx.Tx, contributors []Contributor) ([]PersonID, error) {
	proofs := make([][]evidence, len(contributors))
	for i, c := range contributors {
		if proofs[i] = evidenceOf(c); len(proofs[i]) == 0 {
			return nil, fmt.Errorf("identify a person: no evidence: a name needs an email or an address beside it")
		}
	}
	known, err := lookup(ctx, tx, slices.Concat(proofs...))
	if err != nil {
		return nil, err
	}
	var strange []evidence // what not all is known of is held, and looked at again
	for _, p := range proofs {
		if _, whole := agree(known.of(p), len(p)); !whole {
			strange = append(strange, p...)
		}
	}
	if len(strange) > 0 {
		if err := holdEvidence(ctx, tx, strange); err != nil {
			return nil, err
		}
		held, err := lookup(ctx, tx, strange)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, held)
	}
	var persons []PersonID
	var news proved
	for i, c := range contributors {
		named := known.of(proofs[i])
		roots := rootsOf(named)
		if i > 0 && (len(roots) > 1 || news.any(proofs[i])) {
			break
		}
		person, whole := agree(named, len(proofs[i]))
		if !whole {
			if person, err = settle(ctx, tx, c, proofs[i], roots); err != nil {
				return nil, err
			}
			news.add(person, proofs[i])
		}
		persons = append(persons, person)
		if len(roots) > 1 {
			break // what was looked up before they became one speaks of rows that stand for nobody now
		}
	}
	return persons, news.keep(ctx, tx)
}

// proved is evidence of persons that is to be kept.
type proved struct {
	digests [][]byte
	persons []string
	kinds   []string
}

func (p *proved) add(person PersonID, proofs []evidence) {
	for _, e := range proofs {
		p.digests, p.persons, p.kinds = append(p.digests, e.digest[:]), append(p.persons, string(person)), append(p.kinds, e.kind)
	}
}

// any tells whether some of the proofs are among it.
func (p *proved) any(proofs []evidence) bool {
	return slices.ContainsFunc(proofs, func(e evidence) bool {
		return slices.ContainsFunc(p.digests, func(d []byte) bool { return bytes.Equal(d, e.digest[:]) })
	})
}

func (p *proved) keep(ctx context.Context, tx *sqlx.Tx) error {
	if len(p.digests) == 0 {
		return nil
	}
	const insert = `
		insert into person_evidence (digest, person, kind)
		select e.digest, e.person, e.kind
		from unnest($1::bytea[], $2::text[], $3::text[]) e(digest, person, kind)
		on conflict do nothing`
	if _, err := tx.ExecContext(ctx, insert, pq.ByteaArray(p.digests), pq.Array(p.persons), pq.Array(p.kinds)); err != nil {
		return fmt.Errorf("keep evidence: %w", err)
	}
	return nil
}

// holdEvidence keeps others with the same evidence out until the transaction ends.
func holdEvidence(ctx context.Context, tx *sqlx.Tx, proofs []evidence) error {
	keys := make([]string, len(proofs))
	for i, p := range proofs {
		keys[i] = fmt.Sprintf("%x", p.digest)
	}
	slices.Sort(keys)
	const hold = `select count(pg_advisory_xact_lock(hashtextextended(key, 0))) from unnest($1::text[]) key`
	if _, err := tx.ExecContext(ctx, hold, pq.Array(slices.Compact(keys))); err != nil {
		return fmt.Errorf("hold evidence: %w", err)
	}
	return nil
}

// sighting is a person whom a piece of evidence names, and the row that stands for them.
type sighting struct {
	Person, Root PersonID
	Kind         string
}

// sightings are by the digest of the evidence.
type sightings map[[sha256.Size]byte]sighting

// of gives those that some proofs name.
func (s sightings) of(proofs []evidence) []sighting {
	var out []sighting
	for _, p := range proofs {
		if found, ok := s[p.digest]; ok {
			out = append(out, found)
		}
	}
	return out
}

func lookup(ctx context.Context, q sqlx.QueryerContext, proofs []evidence) (sightings, error) {
	digests := make([][]byte, len(proofs))
	for i := range proofs {
		digests[i] = proofs[i].digest[:]
	}
	const find = `
		with recursive up(person, root) as (
			select person, person from person_evidence where digest = any($1)
			union
			select up.person, j.same_as from up cross join lateral (select same_as from person_joins where person = up.root offset 0) j)
		select e.digest, e.person, up.root, e.kind
		from person_evidence e
		join up on up.person = e.person
		where e.digest = any($1) and not exists (select from person_joins j where j.person = up.root)`
	var rows []struct {
		Digest []byte
		sighting
	}
	if err := sqlx.SelectContext(ctx, q, &rows, find, pq.ByteaArray(digests)); err != nil {
		return nil, fmt.Errorf("look up evidence: %w", err)
	}
	out := make(sightings, len(rows))
	for _, r := range rows {
		out[[sha256.Size]byte(r.Digest)] = r.sighting
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

// settle gives the row that stands for all whom the evidence names, roots: a new one for none; for several the oldest, to
// which the others are joined. It looks again once it holds them, since another may have joined them meanwhile.
func settle(ctx context.Context, tx *sqlx.Tx, c Contributor, proofs []evidence, roots []PersonID) (PersonID, error) {
	var locked []PersonID
	for len(roots) > 1 && !slices.Equal(roots, locked) {
		if err := Lock(ctx, tx, roots...); err != nil {
			return "", err
		}
		locked = roots
		known, err := lookup(ctx, tx, proofs)
		if err != nil {
			return "", err
		}
		roots = rootsOf(known.of(proofs))
	}
	switch {
	case len(roots) == 0 && c.Person != "":
		return c.Person, nil
	case len(roots) == 0:
		return AddPerson(ctx, tx, c)
	}
	roots, err := oldestFirst(ctx, tx, roots)
	if err != nil {
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

// Same lists all rows of persons that are one giver with person, in the order of their ids. Like those beside it, it follows the
// joins person by person: the planner can't know how few a step has, and without "offset 0" reads all joins there are.
func Same(ctx context.Context, q sqlx.QueryerContext, persons ...PersonID) ([]PersonID, error) {
	const list = `
		with recursive up(person) as (
			select unnest($1::text[])
			union
			select j.same_as from up cross join lateral (select same_as from person_joins where person = up.person offset 0) j),
		down(person) as (
			select person from up
			union
			select j.person from down cross join lateral (select person from person_joins where same_as = down.person offset 0) j)
		select person from down order by person`
	var out []PersonID
	if err := sqlx.SelectContext(ctx, q, &out, list, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("find who is the same: %w", err)
	}
	return out, nil
}

// Givers gives for each of persons all rows that are one giver with them, in the order of their ids.
func Givers(ctx context.Context, q sqlx.QueryerContext, persons ...PersonID) (map[PersonID][]PersonID, error) {
	const list = `
		with recursive up(person, root) as (
			select person, person from unnest($1::text[]) person
			union
			select up.person, j.same_as from up cross join lateral (select same_as from person_joins where person = up.root offset 0) j),
		down(person, same) as (
			select person, root from up
			union
			select down.person, j.person from down cross join lateral (select person from person_joins where same_as = down.same offset 0) j)
		select person, same from down order by person, same`
	var rows []struct{ Person, Same PersonID }
	if err := sqlx.SelectContext(ctx, q, &rows, list, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("find who is the same: %w", err)
	}
	out := make(map[PersonID][]PersonID, len(persons))
	for _, r := range rows {
		out[r.Person] = append(out[r.Person], r.Same)
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
