package rules_test

import (
	"slices"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

func TestCarriedLawLoadsAndProvesItself(t *testing.T) {
	l, err := rules.Load(rules.CarriedFiles())
	if err != nil {
		t.Fatalf("the carried packs have faults:\n%v", err)
	}
	if err := l.Prove(); err != nil {
		t.Error(err)
	}
}

func TestLimitToCandidateFollowsTheCycle(t *testing.T) {
	for _, c := range []struct {
		made   string
		want   money.Cents
		status string
	}{
		{"2020-11-04", 2900_00, "published"},
		{"2022-11-08", 2900_00, "published"},
		{"2022-11-09", 3300_00, "published"},
		{"2024-11-05", 3300_00, "published"},
		{"2024-11-06", 3500_00, "published"},
		{"2026-11-03", 3500_00, "published"},
		{"2026-11-04", 3500_00, "provisional"},
	} {
		l, ok := rules.Federal().Limit("individual", "candidate", civil.MustParse(c.made))
		if !ok || l.Cents != c.want || l.Status != c.status {
			t.Errorf("limit of an individual to a candidate on %s = %v %s, want %v %s", c.made, l.Cents, l.Status, c.want, c.status)
		}
	}
	if l, ok := rules.Federal().Limit("individual", "candidate", civil.MustParse("2020-11-03")); ok {
		t.Errorf("before its first row the pack answers %v, want silence", l)
	}
	if l, ok := rules.Federal().Limit("martian", "pac", civil.MustParse("2026-01-01")); ok {
		t.Errorf("for an unknown giver the pack answers %v, want silence", l)
	}
}

// TestEveryFederalClock asks each clock for the day on which it runs out: calendar days, also over February.
func TestEveryFederalClock(t *testing.T) {
	t.Parallel()
	start := civil.MustParse("2026-02-26")
	for id, want := range map[string]string{
		"forward-earmark": "2026-03-08", "forward-committee": "2026-03-08", "forward-committee-small": "2026-03-28", "return-earmark-excess": "2026-03-07",
		"deposit": "2026-03-08", "doubtful-source": "2026-03-28", "unlawful-source": "2026-03-28", "name-of-another": "2026-03-28",
		"cure-excess": "2026-04-27", "past-debts": "2026-04-27", "general-lost": "2026-04-27", "presumptive-notice": "2026-04-27",
		"cash-excess": "2026-03-08", "anonymous-excess": "2026-03-08", "ask-contributor": "2026-03-28",
		"form-1": "2026-03-08", "form-1-change": "2026-03-08", "form-1m": "2026-03-08", "conduit-letter": "2026-03-28",
		"independent-48h": "2026-02-28", "independent-24h": "2026-02-27", "campaign-48h": "2026-02-28", "keep-records": "2029-02-26", "answer-penalty": "2026-04-07",
	} {
		c := rules.Federal().Clock(id, start)
		if got := c.Due(start).String(); got != want || c.Alarm < 1 || c.Alarm > c.Days || c.Cite == "" {
			t.Errorf("clock %s from %v is due %s (alarm on day %d, %q), want %s", id, start, got, c.Alarm, c.Cite, want)
		}
	}
	for _, c := range rules.Federal().Clocks {
		if c.Ours != (c.ID == "cash-excess" || c.ID == "anonymous-excess") {
			t.Errorf("clock %s: that the number is ours is %v", c.ID, c.Ours)
		}
	}
}

func TestThresholdIsPassedOrReached(t *testing.T) {
	t.Parallel()
	day := civil.MustParse("2026-05-01")
	for id, c := range map[string]struct {
		cents money.Cents
		at    bool // exactly the sum sets it off
	}{
		"itemize-contributor": {200_00, false}, "itemize-contributor-campaign": {200_00, false}, "itemize-payee": {200_00, false}, "itemize-payee-campaign": {200_00, false},
		"identify": {50_00, false}, "identify-work": {200_00, false}, "forward-small": {50_00, false}, "conduit-named": {200_00, false},
		"independent-48h": {10_000_00, true}, "independent-24h": {1_000_00, true}, "campaign-48h": {1_000_00, true}, "independent-others": {250_00, false},
		"political-committee": {1_000_00, false}, "lobbyist-bundling": {23_300_00, false}, "tax-line": {100_000_00, false},
	} {
		th := rules.Federal().Threshold(id, day)
		if th.Reached(c.cents-1) || th.Reached(c.cents) != c.at || !th.Reached(c.cents+1) {
			t.Errorf("threshold %s: reached by %v %v, by %v %v, by %v %v", id, c.cents-1, th.Reached(c.cents-1), c.cents, th.Reached(c.cents), c.cents+1, th.Reached(c.cents+1))
		}
	}
}

func TestWhatPagesAndJudgesAskTheFederalPack(t *testing.T) {
	t.Parallel()
	p, day := rules.Federal(), civil.MustParse("2026-05-01")
	for id, want := range map[string]string{
		"best-efforts":        "Federal law requires us to use our best efforts to collect and report the name, mailing address, occupation and name of employer of individuals whose contributions exceed $200 in a calendar year.",
		"paid-not-authorized": "Paid for by {committee} ({contact}) and not authorized by any candidate or candidate's committee.",
		"paid-and-authorized": "Paid for by {committee} and authorized by {campaign}.",
		"not-deductible":      "Contributions to {committee} are not deductible as charitable contributions for federal income tax purposes.",
	} {
		if n := p.Notice(id, day); n.Text != want {
			t.Errorf("notice %s is %q, want %q", id, n.Text, want)
		}
	}
	var attested []string
	for _, a := range p.Attested(day) {
		attested = append(attested, a.ID)
	}
	if want := []string{"us-person", "own-funds", "own-card", "adult", "not-contractor"}; !slices.Equal(attested, want) {
		t.Errorf("affirmed are %v, want %v", attested, want)
	}
	actions := map[string]string{}
	for _, s := range p.Signals(day) {
		actions[s.Signal] = s.Action
	}
	for signal, want := range map[string]string{
		"card-country-abroad": "hold", "address-abroad": "hold", "card-prepaid": "hold", "card-company": "hold", "name-unlike": "hold",
		"card-of-many": "hold", "cards-of-one": "hold", "card-unchecked": "hold", "avs-and-cvc-failed": "release", "avs-or-cvc-failed": "hold",
	} {
		if actions[signal] != want {
			t.Errorf("signal %s: %q, want %q", signal, actions[signal], want)
		}
	}
	if q := p.Qualification("multicandidate", day); q.Months != 6 || q.Contributors != 51 || q.Candidates != 5 {
		t.Errorf("multicandidate: %+v", q)
	}
	if fields := p.Fields("conduit", day); len(fields) != 2 || fields[0].Test != "always" {
		t.Errorf("fields of a conduit: %+v", fields)
	}
}

// TestWhereGiftsMayBeForwarded tells under which law a committee may forward others' gifts.
func TestWhereGiftsMayBeForwarded(t *testing.T) {
	t.Parallel()
	day := civil.MustParse("2026-11-22")
	for _, p := range rules.Carried().Packs() {
		ref, _ := rules.Carried().Ref(p.Pack)
		open := p.Conduit(day).Allowed()
		if want := p.Pack == "us" || p.Pack == "us-ny-nyc"; open != want {
			t.Errorf("under %s gifts may be forwarded: %v, want %v", p.Pack, open, want)
		}
		if open && p.Pack != "us" && ref.Signed {
			t.Errorf("the draft of %s is in force without a signature", p.Pack)
		}
	}
}
