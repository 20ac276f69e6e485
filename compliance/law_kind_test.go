package compliance_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

func TestGiverWhoIsFoundToBeOfAnotherKindIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	first := h.got(gift{to: river, by: person(1), cents: 300_00, on: "2026-02-01"})
	super := h.got(gift{to: sky, by: person(1), cents: 9000_00, on: "2026-02-02"})
	second := h.got(gift{to: campaign, by: person(1), cents: 200_00, on: "2026-03-01"})
	none := h.got(gift{to: river, by: person(2), cents: 300_00, on: "2026-02-01"})
	correct := func(kind, on, evidence string, as registry.Contributor) (opened int, refused string) {
		t.Helper()
		refused = h.refusal(func(ctx context.Context, tx *sqlx.Tx) (err error) {
			opened, err = compliance.CorrectKind(ctx, tx, compliance.KindCorrection{
				Committee: river, Receipt: first, Kind: kind, On: civil.MustParse(on), Evidence: evidence, As: as,
			})
			return err
		})
		return opened, refused
	}
	firm := body("ORG", "", "SAMPLE MILL INC")
	for _, c := range []struct {
		kind, on, evidence string
		as                 registry.Contributor
		refuse             string
	}{
		{registry.OtherPAC, "2026-04-01", "letter", firm, "kind"},
		{"museum", "2026-04-01", "letter", firm, "kind"},
		{registry.Individual, "2026-04-01", "letter", registry.Contributor{}, "kind"},
		{registry.Corporation, "2026-04-01", " ", firm, "evidence"},
		{registry.Corporation, "2026-01-31", "letter", firm, "on"},
		{registry.Corporation, "2026-04-01", "letter", person(1), "name"},
	} {
		if _, got := correct(c.kind, c.on, c.evidence, c.as); got != c.refuse {
			t.Errorf("a correction to %q on %s is refused for %q, want %q", c.kind, c.on, got, c.refuse)
		}
	}
	opened, refused := correct(registry.Corporation, "2026-04-01", "The check is drawn on the company's account", firm)
	if opened != 1 || refused != "" { // the campaign has one too, which is the campaign's to know
		t.Errorf("%d cases opened, refused for %q; want the committee's own told alone", opened, refused)
	}
	same(t, "the committee's", []string{"unlawful source 300.00 due 2026-05-01"}, h.cases(river, first)) // thirty days from the discovery
	same(t, "the campaign's", []string{"unlawful source 200.00 due 2026-05-01"}, h.cases(campaign, second))
	same(t, "the super PAC's", []string{}, h.cases(sky, super))
	same(t, "somebody else's", []string{}, h.cases(river, none))
	known, err := registry.FindContributor(t.Context(), h.db, river, h.person(person(1)), time.Time{})
	if err != nil || known.Organization != "SAMPLE MILL INC" {
		t.Errorf("the giver is known as %q, %v, want the company", known.Name(), err)
	}

	// It was a partnership after all: what hung on the corporation alone closes, and it has a limit and partners.
	if opened, refused := correct(registry.Partnership, "2026-04-03", "Its tax return", registry.Contributor{}); opened != 0 || refused != "" {
		t.Errorf("%d cases opened, refused for %q, want none", opened, refused)
	}
	same(t, "after the second correction", []string{"unlawful source 300.00 due 2026-05-01 closed"}, h.cases(river, first))
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.AttributePartners(ctx, tx, river, first, civil.MustParse("2026-04-04"), []compliance.Share{{Contributor: person(5), Cents: 300_00}})
	})
	over := h.got(gift{to: river, by: registry.Contributor{Person: h.person(person(1)), Entity: "ORG", Organization: "SAMPLE MILL INC", Street: "2 Sample St", City: "Lynn", State: "MA", Zip: "01901", Country: "US"}, cents: 4700_01, on: "2026-04-05"})
	same(t, "a cent over the partnership's limit", []string{"excessive 0.01 due 2026-06-04"}, h.cases(river, over))
	h.proofs(river, campaign, sky)
}

func TestWhatADoubtSaysStaysWhenAKindIsCorrected(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	llc := h.got(gift{to: river, by: bodyOf(registry.LLC, "SAMPLE LLC"), cents: 6000_00, on: "2026-02-01"})
	same(t, "of an LLC of which nobody knows how it is taxed", []string{"doubtful source 6000.00 due 2026-03-03"}, h.cases(river, llc))
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.Discover(ctx, tx, river, llc, "A contractor owns it", civil.MustParse("2026-02-05"))
		return err
	})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.CorrectKind(ctx, tx, compliance.KindCorrection{
			Committee: river, Receipt: llc, Kind: registry.Partnership, On: civil.MustParse("2026-02-10"), Evidence: "Its election with the IRS",
		})
		return err
	})
	same(t, "taxed as a partnership it is over, and what was discovered stays", sorted([]string{
		"doubtful source 6000.00 due 2026-03-03 closed", "unlawful source 6000.00 due 2026-03-07", "excessive 1000.00 due 2026-04-11",
	}), sorted(h.cases(river, llc)))
}

func TestWhatIsLearnedOfAGiverIsHeldAgainstWhatCame(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	before := h.got(gift{to: river, by: person(1), cents: 300_00, on: "2026-02-01"})
	since := h.got(gift{to: campaign, by: person(1), cents: 200_00, on: "2026-03-01"})
	learn := func(status, from, until, evidence, found string) (opened int, refused string) {
		t.Helper()
		day := func(s string) civil.Day {
			d, _ := civil.Parse(s)
			return d
		}
		refused = h.refusal(func(ctx context.Context, tx *sqlx.Tx) (err error) {
			opened, err = compliance.LearnStatus(ctx, tx, river, before, registry.Status{Status: status, From: day(from), Until: day(until), Evidence: evidence}, day(found))
			return err
		})
		return opened, refused
	}
	if _, refused := learn("wizard", "", "", " ", "2026-04-01"); refused != "status from evidence" {
		t.Errorf("nonsense is refused for %q", refused)
	}
	opened, refused := learn(registry.IsContractor, "2026-02-02", "", "The register of contracts", "2026-04-01")
	if opened != 0 || refused != "" { // the gift since came to the campaign, which nobody else is told
		t.Errorf("%d cases opened, refused for %q, want none of the committee that learned it", opened, refused)
	}
	same(t, "before the contract", []string{}, h.cases(river, before))
	same(t, "since", []string{"unlawful source 200.00 due 2026-05-01"}, h.cases(campaign, since))
	// The contract had ended before the gift: the same first day, with its end.
	if opened, refused := learn(registry.IsContractor, "2026-02-02", "2026-02-28", "The contract itself", "2026-04-02"); opened != 0 || refused != "" {
		t.Errorf("%d cases opened, refused for %q", opened, refused)
	}
	same(t, "once the contract is known to have ended", []string{"unlawful source 200.00 due 2026-05-01 closed"}, h.cases(campaign, since))
	h.proofs(river, campaign)
}

// What came after the day of a discovery is not older than itself.
func TestAClockOfADiscoveryStartsNoSoonerThanTheMoneyCame(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	first := h.got(gift{to: river, by: person(1), cents: 300_00, on: "2026-02-01"})
	after := h.got(gift{to: river, by: person(1), cents: 200_00, on: "2026-04-20"})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.LearnStatus(ctx, tx, river, first, registry.Status{
			Status: registry.IsContractor, From: civil.MustParse("2026-01-01"), Evidence: "The register of contracts",
		}, civil.MustParse("2026-03-01"))
		return err
	})
	same(t, "before it", []string{"unlawful source 300.00 due 2026-03-31"}, h.cases(river, first))
	same(t, "after it", []string{"unlawful source 200.00 due 2026-05-20"}, h.cases(river, after))
}
