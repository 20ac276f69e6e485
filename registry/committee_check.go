package registry

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"
	"golang.org/x/text/unicode/norm"

	"dure/pg"
)

var (
	committeeWord = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`) // committees_id_shape
	zipCode       = regexp.MustCompile(`^[0-9]{5}(-?[0-9]{4})?$`)
)

// deskWords are those that stand in the desk's addresses where a committee's word does.
var deskWords = []string{"sign-in", "sign-out", "login", "password"}

// faults tells which fields of a committee can't stand. Under another law than the federal one its id is that of its state.
func (c Committee) faults() []Fault {
	var out []Fault
	fault := func(field, format string, args ...any) { out = append(out, Fault{field, fmt.Sprintf(format, args...)}) }
	switch {
	case slices.Contains(deskWords, string(c.ID)):
		fault("id", "The desk uses the word %q itself: choose another", c.ID)
	case !committeeWord.MatchString(string(c.ID)):
		fault("id", "%q is no word for an address: at most 40 small letters, digits and hyphens, such as long-table", c.ID)
	}
	if c.Regime == federal && !federalCommittee.MatchString(c.FECID) {
		fault("fec_id", "%q is no FEC ID of a committee: C and eight digits, such as C00999501", c.FECID)
	}
	if strings.TrimSpace(c.Name) == "" {
		fault("name", "A committee has a name")
	}
	if !slices.Contains(committeeKinds, c.Kind) {
		fault("kind", "%q is no kind of committee: it is one of %s", c.Kind, strings.Join(committeeKinds, ", "))
	}
	if (c.Kind == Authorised) != (c.Candidate != "") {
		fault("candidate", "An authorised committee has its candidate, and no other committee has one")
	}
	if c.Kind == Authorised && c.Multicandidate {
		fault("multicandidate", "An authorised committee is never a multicandidate committee (11 CFR 100.5(e)(3))")
	}
	if c.Filer != "monthly" && c.Filer != "quarterly" {
		fault("filer", "%q is no frequency of filing: it is monthly or quarterly", c.Filer)
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" || c.Zone == "Local" {
		fault("zone", "%q is no time zone that this system knows: write one such as America/New_York", c.Zone)
	}
	out = append(out, addressFaults(c.Street, c.City, "state", c.State, c.Zip)...)
	out = append(out, scriptFaults(
		"name", c.Name, "street", c.Street, "street_2", c.Street2, "city", c.City, "treasurer_last", c.TreasurerLast, "treasurer_first", c.TreasurerFirst,
		"treasurer_middle", c.TreasurerMiddle, "treasurer_prefix", c.TreasurerPrefix, "treasurer_suffix", c.TreasurerSuffix)...)
	if strings.TrimSpace(c.TreasurerLast) == "" {
		fault("treasurer_last", "A committee has a treasurer, who signs its reports: write the family name")
	}
	if strings.TrimSpace(c.TreasurerFirst) == "" {
		fault("treasurer_first", "A committee has a treasurer, who signs its reports: write the given name")
	}
	if u, err := url.Parse(c.Web); c.Web != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		fault("web", "%q is no address of a site: write one such as https://long-table.example.org", c.Web)
	}
	if a, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || a.Address != c.Email) {
		fault("email", "%q is no e-mail address: write one such as office@long-table.example.org", c.Email)
	}
	return out
}

// addressFaults tells which fields of an address in the United States can't stand.
func addressFaults(street, city, stateField, state, zip string) []Fault {
	var out []Fault
	if strings.TrimSpace(street) == "" {
		out = append(out, Fault{"street", "Write the street and number, or the post office box"})
	}
	if strings.TrimSpace(city) == "" {
		out = append(out, Fault{"city", "Write the city"})
	}
	if !isAddressState(state) {
		out = append(out, Fault{stateField, fmt.Sprintf("%q is no state: write its two letters, such as NY", state)})
	}
	if !zipCode.MatchString(zip) {
		out = append(out, Fault{"zip", fmt.Sprintf("%q is no ZIP code: write five or nine digits, such as 10013", zip)})
	}
	return out
}

// signs are those beside Latin letters that reports write in their own way: ʻ as ', – as -.
const signs = "ʻʼʹ‘’‚‛′‹›“”„‟″«»´‐‑‒–—―−•·⁄×÷©®€£¢§¿¡°"

// scriptFaults tells which texts, each behind its field, have letters or signs that no report has.
func scriptFaults(pairs ...string) []Fault {
	var out []Fault
	for i := 0; i < len(pairs); i += 2 {
		for _, r := range pairs[i+1] {
			if strings.ContainsFunc(norm.NFKD.String(string(r)), unwritable) {
				out = append(out, Fault{pairs[i], fmt.Sprintf("Reports are in Latin letters, and have no %q: write it as it stands on the FEC's form", r)})
				break
			}
		}
	}
	return out
}

func unwritable(r rune) bool {
	return (r < ' ' || r > '~') && !unicode.In(r, unicode.Latin, unicode.Mn, unicode.Zs) && !strings.ContainsRune(signs, r)
}

// faultsHere tells which fields of a committee can't stand beside what the installation knows. It waits for whoever writes of the
// same FEC ID.
func (c Committee) faultsHere(ctx context.Context, tx *sqlx.Tx) ([]Fault, error) {
	if err := pg.Alone(ctx, tx, "FEC ID "+c.FECID); err != nil {
		return nil, err
	}
	const find = `
		select exists (select from candidates where id = $2),
		       coalesce((select committee
		                 from (select distinct on (committee) committee, fec_id
		                       from committee_versions
		                       where committee in (select committee from committee_versions where fec_id = $3)
		                       order by committee, recorded_at desc, id desc) known
		                 where fec_id = $3 and committee <> $1 and $3 <> ''
		                 order by committee
		                 limit 1), '')`
	var candidate bool
	var other CommitteeID
	if err := tx.QueryRowxContext(ctx, find, c.ID, c.Candidate, c.FECID).Scan(&candidate, &other); err != nil {
		return nil, fmt.Errorf("look beside committee %s: %w", c.ID, err)
	}
	var out []Fault
	if c.Candidate != "" && !candidate {
		out = append(out, Fault{"candidate", fmt.Sprintf("There is no candidate %q here: enter the candidate first", c.Candidate)})
	}
	if other != "" {
		out = append(out, Fault{"fec_id", fmt.Sprintf("%s is the committee %s already: one committee has one set of books", c.FECID, other)})
	}
	return out, nil
}

func committeeThere(ctx context.Context, q sqlx.QueryerContext, id CommitteeID) (bool, error) {
	var there bool
	err := sqlx.GetContext(ctx, q, &there, `select exists (select from committees where id = $1)`, id)
	if err != nil {
		return false, fmt.Errorf("look for committee %s: %w", id, err)
	}
	return there, nil
}
