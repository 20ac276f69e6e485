package donations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"
	"golang.org/x/text/unicode/norm"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// MostAmounts is how many sums a drive's page offers at most (drives_amounts_some).
const MostAmounts = 5

// Launch opens a drive that takes gifts from today on, or from a day that lies ahead. A *compliance.Refusal tells at once all
// that keeps it from being published: what AddDrive asks, and that its days, its election and its sums fit the day.
func Launch(ctx context.Context, tx *sqlx.Tx, d Drive, today civil.Day) error {
	d = d.tidy()
	findings, err := d.unpublishable(ctx, tx)
	if err != nil {
		return err
	}
	untimely, err := d.untimely(ctx, tx, today)
	if err != nil {
		return err
	}
	findings = append(findings, untimely...)
	if d.OpensOn.Before(today) && !d.OpensOn.IsZero() {
		findings = append(findings, compliance.Finding{Field: "opens_on", Text: d.OpensOn.Spoken() + " is past. A drive begins today or later"})
	}
	if !d.ClosesOn.IsZero() && d.ClosesOn.Before(today) {
		findings = append(findings, pastEnd(d.ClosesOn))
	}
	if len(findings) > 0 {
		return &compliance.Refusal{Findings: findings}
	}
	return insertDrive(ctx, tx, d)
}

// AddDrive publishes a drive, of any days: for histories. A *compliance.Refusal tells at once all that keeps it from being
// published: words and sums that don't fit, an address that is taken, a candidate who can't stand in the election, a law that
// knows no conduit, is not carried, or that nobody signed.
func AddDrive(ctx context.Context, tx *sqlx.Tx, d Drive) error {
	d = d.tidy()
	findings, err := d.unpublishable(ctx, tx)
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return &compliance.Refusal{Findings: findings}
	}
	return insertDrive(ctx, tx, d)
}

func insertDrive(ctx context.Context, tx *sqlx.Tx, d Drive) error {
	const address = `insert into drive_addresses (slug, committee) values ($1, $2)`
	_, err := tx.ExecContext(ctx, address, d.Slug, d.Committee)
	if pg.Violates(err, "drive_addresses_pk") { // another one took it just now
		return &compliance.Refusal{Findings: []compliance.Finding{taken(d.Slug)}}
	}
	if err != nil {
		return fmt.Errorf("add drive %q: %w", d.Slug, err)
	}
	const insert = `
		insert into drives (committee, slug, title, story, candidate, election, goal_cents, amounts, opens_on, closes_on, authorized_by, form)
		values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, 0), $8, $9, $10, $11, nullif($12, ''))`
	_, err = tx.ExecContext(ctx, insert, d.Committee, d.Slug, d.Title, d.Story, d.Candidate, d.Election, d.Goal, d.Amounts,
		d.OpensOn, d.ClosesOn, d.AuthorizedBy, d.Form)
	if err != nil {
		return fmt.Errorf("add drive %q: %w", d.Slug, err)
	}
	return nil
}

// tidy gives the drive with its words as they are kept.
func (d Drive) tidy() Drive {
	d.Slug = strings.TrimSpace(d.Slug)
	d.Title, d.Story = tidyTitle(d.Title), tidyStory(d.Story)
	d.AuthorizedBy = strings.TrimSpace(d.AuthorizedBy)
	return d
}

// unpublishable tells all that keeps a drive from being published on any day.
func (d Drive) unpublishable(ctx context.Context, q sqlx.QueryerContext) ([]compliance.Finding, error) {
	findings := d.unfit()
	switch address := addressFault(d.Slug); {
	case address != "":
		findings = append(findings, compliance.Finding{Field: "slug", Text: address})
	default:
		free, err := FreeAddress(ctx, q, d.Slug)
		if err != nil {
			return nil, err
		}
		if !free {
			findings = append(findings, taken(d.Slug))
		}
	}
	unlawful, err := d.unlawful(ctx, q)
	return append(findings, unlawful...), err
}

// unfit tells what of a drive's own words, sums and days can't stand together.
func (d Drive) unfit() []compliance.Finding {
	var out []compliance.Finding
	refuse := func(field, text string) { out = append(out, compliance.Finding{Field: field, Text: text}) }
	if d.Title == "" {
		refuse("title", "Write the title")
	}
	out = append(out, tooLong(d.Title, d.Story)...)
	if d.Goal < 0 || d.Goal > money.Max {
		refuse("goal", "The goal is above zero, and at most "+money.Max.String())
	}
	switch n := len(d.Amounts); {
	case n == 0:
		refuse("amounts", "Write at least one sum that the page offers")
	case n > MostAmounts:
		refuse("amounts", fmt.Sprintf("The page offers at most %d sums; these are %d", MostAmounts, n))
	}
	seen := map[money.Cents]bool{}
	for _, a := range d.Amounts {
		c := money.Cents(a)
		switch {
		case c < leastGift || c > money.Max:
			refuse("amounts", fmt.Sprintf("%v can’t be given: a gift is of %v or more", c, leastGift))
		case seen[c]:
			refuse("amounts", fmt.Sprintf("%v stands twice", c))
		}
		seen[c] = true
	}
	switch {
	case d.OpensOn.IsZero():
		refuse("opens_on", "Write the day on which it begins")
	case !d.ClosesOn.IsZero() && d.ClosesOn.Before(d.OpensOn):
		refuse("closes_on", "It would end before it begins, on "+d.OpensOn.Spoken())
	}
	if d.Candidate == "" && d.AuthorizedBy != "" {
		refuse("authorized_by", "Nobody authorizes a drive of the committee’s own")
	}
	return out
}

// unlawful tells why a drive can't be for its candidate.
func (d Drive) unlawful(ctx context.Context, q sqlx.QueryerContext) ([]compliance.Finding, error) {
	if d.Candidate == "" && d.Election == "" {
		return nil, nil
	}
	candidate, err := registry.FindCandidate(ctx, q, d.Candidate, time.Time{})
	if errors.Is(err, sql.ErrNoRows) {
		return []compliance.Finding{{Field: "candidate", Text: fmt.Sprintf("No candidate %q is entered here", d.Candidate)}}, nil
	}
	if err != nil {
		return nil, err
	}
	var out []compliance.Finding
	switch election, err := registry.FindElection(ctx, q, d.Election); {
	case errors.Is(err, sql.ErrNoRows):
		out = append(out, compliance.Finding{Field: "election", Text: fmt.Sprintf("No election %q is entered here", d.Election)})
	case err != nil:
		return nil, err
	case !election.For(candidate):
		out = append(out, compliance.Finding{Field: "election", Text: candidate.Name() + " can’t stand in the " + election.Name()})
	}
	err = compliance.MayEarmark(ctx, q, d.Committee, candidate.Jurisdiction)
	if refusal := (*compliance.Refusal)(nil); errors.As(err, &refusal) {
		return append(out, refusal.Findings...), nil
	}
	return out, err
}

// untimely tells what of a drive that takes gifts from today on is too late, too far off, or more than the law lets anyone give.
func (d Drive) untimely(ctx context.Context, q sqlx.QueryerContext, today civil.Day) ([]compliance.Finding, error) {
	var out []compliance.Finding
	for _, named := range []struct {
		field string
		day   civil.Day
	}{{"opens_on", d.OpensOn}, {"closes_on", d.ClosesOn}} {
		if named.day.Year() > today.Year()+farthest {
			out = append(out, compliance.Finding{Field: named.field, Text: named.day.Spoken() + " is too far ahead: look at the year"})
		}
	}
	vote, err := d.untimelyVote(ctx, q, today)
	if err != nil {
		return nil, err
	}
	out = append(out, vote...)
	limit, err := d.most(ctx, q, today)
	if err != nil {
		return nil, err
	}
	for _, a := range d.Amounts {
		if c := money.Cents(a); limit.Cents > 0 && c > limit.Cents {
			out = append(out, compliance.Finding{
				Rule: limit.ID, Field: "amounts", Cite: limit.Cite,
				Text: fmt.Sprintf("%v is more than anybody may give here: the limit is %v", c, limit.Cents),
			})
		}
	}
	return out, nil
}

// farthest is how many years ahead a drive's days may lie: beyond is a slip of the pen.
const farthest = 5

// untimelyVote tells why a drive can't be for its election as of a day.
func (d Drive) untimelyVote(ctx context.Context, q sqlx.QueryerContext, today civil.Day) ([]compliance.Finding, error) {
	if d.Candidate == "" || d.Election == "" {
		return nil, nil
	}
	candidate, err := registry.FindCandidate(ctx, q, d.Candidate, time.Time{})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // unlawful says so
	}
	if err != nil {
		return nil, err
	}
	election, err := registry.FindElection(ctx, q, d.Election)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	committee, err := registry.FindCommittee(ctx, q, d.Committee, time.Time{})
	if err != nil {
		return nil, err
	}
	stands, err := registry.StandsIn(ctx, q, candidate, election, today)
	if err != nil {
		return nil, err
	}
	const debts = "11 CFR 110.1(b)(3)(i)" // gifts after the vote
	var out []compliance.Finding
	refuse := func(field, text, cite string) {
		out = append(out, compliance.Finding{Field: field, Text: text, Cite: cite})
	}
	if committee.Candidate == d.Candidate {
		refuse("candidate", "This is the candidate’s own committee: what is given to it needs no earmark", "")
	}
	switch name := "The " + election.Name(); {
	case election.HeldOn.Before(today):
		refuse("election", name+" is over: gifts after it could only pay its debts", debts)
	case !stands:
		refuse("election", candidate.Name()+" does not stand in the "+election.Name()+": an earlier election of the race decided it", "")
	case election.HeldOn.Before(d.OpensOn):
		refuse("opens_on", name+" comes before the drive begins", debts)
	case !d.ClosesOn.IsZero() && d.ClosesOn.After(election.HeldOn):
		refuse("closes_on", "The drive ends with the "+election.Name()+" at the latest: later gifts could only pay its debts", debts)
	}
	return out, nil
}

// most gives what MostOf says of the drive from today on; the zero Limit where its candidate is not entered.
func (d Drive) most(ctx context.Context, q sqlx.QueryerContext, today civil.Day) (rules.Limit, error) {
	on := today
	if d.OpensOn.After(today) {
		on = d.OpensOn
	}
	committee, err := registry.FindCommittee(ctx, q, d.Committee, time.Time{})
	if err != nil || d.Candidate == "" {
		return MostOf(committee, registry.Candidate{}, on), err
	}
	candidate, err := registry.FindCandidate(ctx, q, d.Candidate, time.Time{})
	if errors.Is(err, sql.ErrNoRows) {
		return rules.Limit{}, nil
	}
	return MostOf(committee, candidate, on), err
}

// MostOf gives the most that one person may give to a committee or, where there is a candidate, through it to them, as long as federal
// law sets one sum for everybody; else the zero Limit.
func MostOf(committee registry.Committee, candidate registry.Candidate, on civil.Day) rules.Limit {
	to, regime := "pac", committee.Regime // a nonconnected committee, an SSF, the contribution account of a hybrid
	switch {
	case candidate.ID != "":
		to, regime = "candidate", candidate.Jurisdiction
	case committee.Kind == registry.Authorised:
		to = "candidate"
	case committee.Kind == registry.SuperPAC, committee.Kind == registry.StateParty, committee.Kind == registry.NationalParty:
		to = committee.Kind
	}
	if regime != rules.Federal().Pack {
		return rules.Limit{}
	}
	limit, _ := rules.Federal().Limit(registry.Individual, to, on)
	return limit
}

func pastEnd(day civil.Day) compliance.Finding {
	return compliance.Finding{Field: "closes_on", Text: day.Spoken() + " is past. The last day is today or later"}
}

func taken(slug string) compliance.Finding {
	return compliance.Finding{Field: "slug", Text: "The address /give/" + slug + " is taken. Choose another"}
}

// FreeAddress tells whether no drive of the installation has, or had, the address.
func FreeAddress(ctx context.Context, q sqlx.QueryerContext, slug string) (bool, error) {
	var free bool
	const find = `select not exists (select from drive_addresses where slug = $1)`
	if err := sqlx.GetContext(ctx, q, &free, find, slug); err != nil {
		return false, fmt.Errorf("look for the address %q: %w", slug, err)
	}
	return free, nil
}

// mostAddress is how many characters an address has at most (drive_addresses_slug_shape).
const mostAddress = 60

var addressShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)

// addressFault tells why a word can't be a drive's address, or nothing.
func addressFault(slug string) string {
	switch {
	case slug == "":
		return "Write the address"
	case !addressShape.MatchString(slug):
		return fmt.Sprintf("An address has small letters a to z, digits and hyphens, begins with no hyphen, and is of at most %d characters", mostAddress)
	case slug == "new":
		return "The desk uses this word itself. Choose another"
	}
	return ""
}

// AddressOf suggests an address for a drive of that title: "A walk in May" is a-walk-in-may. It is empty where the title has
// no Latin letters and no digits.
func AddressOf(title string) string {
	var out []string
	for word := range strings.FieldsFuncSeq(struck.Replace(strings.ToLower(norm.NFKD.String(title))), parts) {
		word = strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, word)
		if word == "" {
			continue
		}
		if whole := strings.Join(append(out, word), "-"); len(whole) > mostAddress {
			if len(out) == 0 {
				return word[:mostAddress]
			}
			break
		}
		out = append(out, word)
	}
	return strings.Join(out, "-")
}

// struck are the Latin letters that do not come apart into one of a to z and a mark.
var struck = strings.NewReplacer("đ", "d", "ð", "d", "ł", "l", "ø", "o", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i")

// parts tells whether a rune stands between words: marks, and the apostrophes within a word, do not.
func parts(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '\'' && r != '’'
}
