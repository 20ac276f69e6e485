package donations_test

import (
	"errors"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/rules"
	"dure/dev/house"
	"dure/donations"
	"dure/pg"
	"dure/registry"
)

// With a live key no rule decides that nobody of the committee answers for.
func TestRealMoneyWaitsForASignature(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	live, err := donations.NewAccounts(h.DB, donations.Keys{SecretKey: "sk_live_lanternstreet", APIBase: h.SimURL})
	if err != nil {
		t.Fatal(err)
	}
	give := func() error {
		_, err := live.Give(t.Context(), h.Sim.Now(), "https://give.example.org", h.Pledge(house.ToCommittee, 2500))
		return err
	}
	refused := (*compliance.Refusal)(nil)
	if err := give(); !errors.As(err, &refused) || refused.Findings[0].Rule != "unsigned" {
		t.Fatalf("Give with a live key and no signature = %v, want it refused as unsigned", err)
	}
	if n := h.Count(`select count(*) from gifts`); n != 0 {
		t.Errorf("%d gifts were stored", n)
	}
	us, _ := rules.Carried().Pack("us")
	sign := func(hash, note string) error {
		return pg.InTx(t.Context(), h.DB, "staff:test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
			return compliance.SignPack(t.Context(), tx, house.Committee, "us", hash, note)
		})
	}
	stale := "0" + us.Hash[1:]
	if us.Hash[0] == '0' {
		stale = "1" + us.Hash[1:]
	}
	if err := sign(stale, "read"); !errors.As(err, &refused) {
		t.Errorf("a signature under other bytes = %v, want it refused", err)
	}
	if err := sign(us.Hash, " "); !errors.As(err, &refused) || refused.Findings[0].Field != "note" {
		t.Errorf("a signature without a word = %v, want the note asked for", err)
	}
	if err := sign(us.Hash, "Read against the FEC's chart by the treasurer"); err != nil {
		t.Fatal(err)
	}
	if err := give(); errors.As(err, &refused) {
		t.Errorf("Give after the signature = %v", err)
	}
}

// A drive for a candidate stands only under a law that is carried, that knows conduits, and that is in force.
func TestDrivesUnderLawsThatAreNotThere(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	for _, c := range []struct{ jurisdiction, rule string }{
		{"us-zz", rules.NoPack},
	} {
		err := pg.InTx(t.Context(), h.Owner, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
			candidate := registry.Candidate{
				ID: "ZZ-A-1", Jurisdiction: c.jurisdiction, Last: "Vole", First: "Ash", Office: "assembly", State: "ZZ", District: "1",
				CommitteeFECID: "C00999777", CommitteeName: "VOLE FOR ASSEMBLY", Street: "1 Sample St", City: "Exampleton", CommitteeState: "NY", Zip: "12207",
			}
			election := registry.Election{
				ID: "vole-primary", Jurisdiction: c.jurisdiction, Office: "assembly", State: "ZZ", District: "1", Kind: "P", Year: h.Today().Year() + 1, HeldOn: h.Today().Add(300),
			}
			if err := errors.Join(registry.AddCandidate(t.Context(), tx, candidate), registry.AddElection(t.Context(), tx, election)); err != nil {
				return err
			}
			return donations.AddDrive(t.Context(), tx, donations.Drive{
				Committee: house.Committee, Slug: "vole", Title: "Vole", Candidate: candidate.ID, Election: election.ID, Amounts: []int64{1000}, OpensOn: h.Today(),
			})
		})
		refused := (*compliance.Refusal)(nil)
		if !errors.As(err, &refused) || refused.Findings[0].Rule != c.rule {
			t.Errorf("a drive under %s = %v, want it refused by %s", c.jurisdiction, err, c.rule)
		}
	}
}
