package rules_test

import (
	"fmt"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

// says puts a decision in a word: the room, or what else the law says.
func says(d rules.Decision) string {
	switch {
	case d.Verdict == rules.Allow && d.Unlimited:
		return "unlimited"
	case d.Verdict == rules.Allow:
		return "up to " + d.Room.Plain()
	default:
		return string(d.Verdict)
	}
}

// TestFederalMatrix asks each giver and recipient of the chart of limits, in each cycle.
func TestFederalMatrix(t *testing.T) {
	t.Parallel()
	const no, free, wait = "refuse", "unlimited", "hold"
	persons := []string{"5000.00", "C", "10000.00", "N", "A", free, free}
	columns := []string{"pac", "candidate", "party-state", "party-national", "party-national-account", "super-pac", "hybrid-other"}
	for _, c := range []struct {
		giver string
		facts map[string]bool
		want  []string // by column; C, N, A and S are the indexed sums
	}{
		{"individual", nil, persons},
		{"partnership", nil, persons},
		{"group", nil, persons},
		{"tribe", nil, persons},
		{"candidate", nil, []string{"5000.00", free, "10000.00", "N", "A", free, free}},
		{"llc", nil, []string{wait, wait, wait, wait, wait, free, free}},
		{"pac", map[string]bool{"multicandidate": false}, persons},
		{"pac", map[string]bool{"multicandidate": true}, []string{"5000.00", "5000.00", "5000.00", "15000.00", "45000.00", free, free}},
		{"pac", nil, []string{"5000.00", "C", "5000.00", "15000.00", "45000.00", free, free}},
		{"pac", map[string]bool{"multicandidate": true, "transfer": true}, []string{free, "5000.00", "5000.00", "15000.00", "45000.00", free, free}},
		{"candidate-committee", nil, []string{"5000.00", "2000.00", free, free, wait, wait, wait}},
		{"candidate-committee", map[string]bool{"transfer": true}, []string{free, free, free, free, wait, wait, wait}},
		{"party-state", nil, []string{"5000.00", "5000.00", free, free, wait, wait, wait}},
		{"party-national", map[string]bool{"house-committee": false}, []string{"5000.00", "S", free, free, wait, wait, wait}},
		{"party-national", map[string]bool{"house-committee": true}, []string{"5000.00", "5000.00", free, free, wait, wait, wait}},
		{"party-national", nil, []string{"5000.00", "5000.00", free, free, wait, wait, wait}},
		{"corporation", nil, []string{no, no, no, no, no, free, free}},
		{"union", nil, []string{no, no, no, no, no, free, free}},
		{"national-bank", nil, []string{no, no, no, no, no, no, no}},
		{"super-pac", nil, []string{no, no, no, no, no, free, free}},
		{"individual", map[string]bool{"foreign-national": true}, []string{no, no, no, no, no, no, no}},
		{"corporation", map[string]bool{"foreign-national": true}, []string{no, no, no, no, no, no, no}},
		{"individual", map[string]bool{"contractor": true}, []string{no, no, no, no, no, no, no}},
		{"corporation", map[string]bool{"contractor": true}, []string{no, no, no, no, no, no, no}},
		{"individual", map[string]bool{"name-of-another": true}, []string{no, no, no, no, no, no, no}},
		{"individual", map[string]bool{"minor": true}, []string{wait, wait, wait, wait, wait, wait, wait}},
		{"individual", map[string]bool{"minor": true, "minor-free": false}, []string{wait, wait, wait, wait, wait, wait, wait}},
		{"individual", map[string]bool{"minor": true, "minor-free": true}, persons},
		{"martian", nil, []string{wait, wait, wait, wait, wait, wait, wait}},
	} {
		for _, cycle := range []struct {
			candidate, year string // a day by which each kind of sum is picked
			sums            map[string]string
		}{
			{"2020-11-04", "2021-01-01", map[string]string{"C": "2900.00", "N": "36500.00", "A": "109500.00", "S": "51200.00"}},
			{"2022-11-08", "2022-12-31", map[string]string{"C": "2900.00", "N": "36500.00", "A": "109500.00", "S": "51200.00"}},
			{"2022-11-09", "2023-01-01", map[string]string{"C": "3300.00", "N": "41300.00", "A": "123900.00", "S": "57800.00"}},
			{"2024-11-05", "2024-12-31", map[string]string{"C": "3300.00", "N": "41300.00", "A": "123900.00", "S": "57800.00"}},
			{"2024-11-06", "2025-01-01", map[string]string{"C": "3500.00", "N": "44300.00", "A": "132900.00", "S": "62000.00"}},
			{"2026-11-03", "2026-12-31", map[string]string{"C": "3500.00", "N": "44300.00", "A": "132900.00", "S": "62000.00"}},
			{"2026-11-04", "2027-01-01", map[string]string{"C": "3500.00", "N": "44300.00", "A": "132900.00", "S": "62000.00"}},
			{"2028-11-07", "2028-12-31", map[string]string{"C": "3500.00", "N": "44300.00", "A": "132900.00", "S": "62000.00"}},
		} {
			for i, to := range columns {
				want, made := c.want[i], cycle.year
				if to == "candidate" && c.giver != "party-national" {
					made = cycle.candidate
				}
				if sum, ok := cycle.sums[want]; ok {
					want = sum
				}
				if want[0] >= '0' && want[0] <= '9' {
					want = "up to " + want
				}
				g := rules.Gift{Giver: c.giver, To: to, Regime: "us", Recipient: "R", Made: civil.MustParse(made), Cents: 1, Facts: c.facts, Instrument: "check"}
				if to == "candidate" {
					g.Office, g.Candidate, g.Election, g.ElectionDay = "S", "A", "G", civil.MustParse("2030-11-05")
				}
				if got := says(rules.Carried().Decide(g)); got != want {
					t.Errorf("%s %v to %s on %s: %s, want %s", c.giver, c.facts, to, made, got, want)
				}
			}
		}
	}
}

// TestEachFederalLimitHasTwoSides gives what fills a limit to the cent, one cent more, and one cent after it is full.
func TestEachFederalLimitHasTwoSides(t *testing.T) {
	t.Parallel()
	day := civil.MustParse("2026-05-01")
	vote := civil.MustParse("2026-11-03")
	seen := map[string]bool{}
	for _, l := range rules.Federal().Limits {
		if l.Cents == 0 || day.Before(l.From) || !l.Until.IsZero() && day.After(l.Until) {
			continue
		}
		for _, who := range l.Who {
			for _, to := range l.To {
				seen[l.ID] = true
				g := rules.Gift{Giver: who, To: to, Regime: "us", Recipient: "R", Made: day, Facts: l.When, Instrument: "check"}
				h := rules.Given{To: to, Recipient: "R", Made: day.Add(-20)}
				if to == "candidate" {
					g.Office, g.Candidate, g.Election, g.ElectionDay = "H", "A", "G", vote
					if len(l.Offices) > 0 {
						g.Office = l.Offices[0]
					}
					h.Candidate, h.Election = "A", "G"
				}
				for _, c := range []struct {
					known, cents money.Cents
					want         rules.Verdict
					room         money.Cents
				}{
					{0, l.Cents, rules.Allow, l.Cents},
					{0, l.Cents + 1, rules.AllowUpTo, l.Cents},
					{l.Cents - 1, 1, rules.Allow, 1},
					{l.Cents - 1, 2, rules.AllowUpTo, 1},
					{l.Cents, 1, rules.Refuse, 0},
					{l.Cents + 1, 1, rules.Refuse, 0},
				} {
					g.Cents, g.Given = c.cents, nil
					for _, part := range []money.Cents{c.known / 2, c.known - c.known/2} {
						h.Cents, h.Promised = part, !h.Promised
						g.Given = append(g.Given, h)
					}
					if d := rules.Carried().Decide(g); d.Verdict != c.want || d.Room != c.room || d.Rule != l.ID {
						t.Errorf("%s: %s to %s of %v after %v: %s up to %v by %s, want %s up to %v", l.ID, who, to, c.cents, c.known, d.Verdict, d.Room, d.Rule, c.want, c.room)
					}
				}
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d limits are tried: %v", len(seen), seen)
	}
}

func TestWhatCountsTowardsALimit(t *testing.T) {
	t.Parallel()
	day := civil.MustParse
	pac := rules.Gift{Giver: "individual", To: "pac", Regime: "us", Recipient: "R", Made: day("2026-05-01"), Cents: 1}
	house := rules.Gift{Giver: "individual", To: "candidate", Regime: "us", Office: "H", Candidate: "A", Election: "P", ElectionDay: day("2026-06-02"), Made: day("2026-05-01"), Cents: 1}
	senate := rules.Gift{
		Giver: "party-national", To: "candidate", Regime: "us", Office: "S", Candidate: "A", Election: "P", ElectionDay: day("2026-06-02"),
		CycleEnds: day("2026-11-03"), Made: day("2026-05-01"), Cents: 1, Facts: map[string]bool{"house-committee": false},
	}
	for _, c := range []struct {
		name  string
		gift  rules.Gift
		given rules.Given
		want  string
	}{
		{"the same committee in the same year", pac, rules.Given{To: "pac", Recipient: "R", Made: day("2026-01-01")}, "4000.00"},
		{"the last day of the year", pac, rules.Given{To: "pac", Recipient: "R", Made: day("2026-12-31")}, "4000.00"},
		{"the year before", pac, rules.Given{To: "pac", Recipient: "R", Made: day("2025-12-31")}, "5000.00"},
		{"the year after", pac, rules.Given{To: "pac", Recipient: "R", Made: day("2027-01-01")}, "5000.00"},
		{"a committee that is not affiliated", pac, rules.Given{To: "pac", Recipient: "Q", Made: day("2026-01-01")}, "5000.00"},
		{"its account for independent expenditures", pac, rules.Given{To: "hybrid-other", Recipient: "R", Made: day("2026-01-01")}, "5000.00"},
		{"a promise", pac, rules.Given{To: "pac", Recipient: "R", Made: day("2026-01-01"), Promised: true}, "4000.00"},
		{"the same election, years before", house, rules.Given{To: "candidate", Candidate: "A", Election: "P", Made: day("2023-01-01")}, "2500.00"},
		{"another election of the candidate", house, rules.Given{To: "candidate", Candidate: "A", Election: "G", Made: day("2026-01-01")}, "3500.00"},
		{"another candidate in the same election", house, rules.Given{To: "candidate", Candidate: "B", Election: "P", Made: day("2026-01-01")}, "3500.00"},
		{"another election of the same campaign", senate, rules.Given{To: "candidate", Candidate: "A", Election: "G", CycleEnds: day("2026-11-03"), Made: day("2025-01-01")}, "61000.00"},
		{"a campaign that is not known", senate, rules.Given{To: "candidate", Candidate: "A", Election: "G", Made: day("2019-01-01")}, "61000.00"},
		{"an earlier campaign", senate, rules.Given{To: "candidate", Candidate: "A", Election: "G20", CycleEnds: day("2020-11-03"), Made: day("2020-01-01")}, "62000.00"},
	} {
		c.given.Cents = 1000_00
		c.gift.Given = []rules.Given{c.given}
		if d := rules.Carried().Decide(c.gift); says(d) != "up to "+c.want {
			t.Errorf("1,000 dollars before, %s: %s, want up to %s", c.name, says(d), c.want)
		}
	}
}

func TestEveryElectionIsALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"P", "G", "R", "S", "C", "primary", "general", "runoff", "primary-runoff", "general-runoff", "special", "special-primary", "special-general", "special-runoff", "convention"} {
		g := rules.Gift{
			Giver: "individual", To: "candidate", Regime: "us", Office: "H", Candidate: "A", Election: "this", ElectionKind: kind, ElectionDay: civil.MustParse("2026-06-02"),
			Made: civil.MustParse("2026-05-01"), Cents: 3500_00, Given: []rules.Given{{To: "candidate", Candidate: "A", Election: "that", Cents: 3500_00, Made: civil.MustParse("2026-05-01")}},
		}
		if d := rules.Carried().Decide(g); says(d) != "up to 3500.00" {
			t.Errorf("a %s after a full gift to another election: %s", kind, says(d))
		}
		g.Given[0].Election = "this"
		if d := rules.Carried().Decide(g); d.Verdict != rules.Refuse {
			t.Errorf("a %s after a full gift to it: %s", kind, says(d))
		}
	}
}

func TestElectionThatIsOverTakesItsNetDebts(t *testing.T) {
	t.Parallel()
	vote := civil.MustParse("2026-11-03")
	for _, c := range []struct {
		made       civil.Day
		known      bool
		debts, had money.Cents
		cents      money.Cents
		want       string
		rule       string
	}{
		{vote, false, 0, 0, 3500_00, "allow 3500.00", "limit-person-candidate"},
		{vote.Add(1), false, 0, 0, 1, "refuse 0.00", "past-election"},
		{vote.Add(1), true, 0, 0, 1, "refuse 0.00", "past-election"},
		{vote.Add(1), true, -5, 0, 1, "refuse 0.00", "past-election"},
		{vote.Add(1), true, 2000_00, 0, 2000_00, "allow 2000.00", "past-election"},
		{vote.Add(1), true, 2000_00, 0, 2000_01, "allow-up-to 2000.00", "past-election"},
		{vote.Add(1), true, 2000_00, 3000_00, 600_00, "hold 500.00", "limit-person-candidate"}, // the sum of 2027-2028 is not known
		{vote.Add(1), true, 9000_00, 0, 3500_00, "allow 3500.00", "limit-person-candidate"},
	} {
		g := rules.Gift{
			Giver: "individual", To: "candidate", Regime: "us", Office: "H", Candidate: "A", Election: "G", ElectionDay: vote, Made: c.made, Cents: c.cents, NetDebts: c.debts, HasNetDebts: c.known,
			Given: []rules.Given{{To: "candidate", Candidate: "A", Election: "G", Cents: c.had, Made: vote.Add(-90)}},
		}
		d := rules.Carried().Decide(g)
		if got := fmt.Sprintf("%s %s", d.Verdict, d.Room.Plain()); got != c.want || d.Rule != c.rule {
			t.Errorf("%v on %v with debts of %v (%v) after %v: %s by %s, want %s by %s", c.cents, c.made, c.debts, c.known, c.had, got, d.Rule, c.want, c.rule)
		}
	}
	g := rules.Gift{Giver: "individual", To: "candidate", Regime: "us", Office: "H", Candidate: "A", Election: "G", Made: vote, Cents: 1}
	if d := rules.Carried().Decide(g); d.Verdict != rules.Hold || d.Rule != rules.NoPast {
		t.Errorf("an election whose day is not known: %s by %s, want hold", d.Verdict, d.Rule)
	}
	g.Election, g.ElectionDay = "", vote
	if d := rules.Carried().Decide(g); d.Verdict != rules.Hold {
		t.Errorf("no election is named: %s, want hold", d.Verdict)
	}
	g.Election, g.Office = "G", "governor"
	if d := rules.Carried().Decide(g); d.Verdict != rules.Hold || d.Rule != rules.NoOffice {
		t.Errorf("an office that the pack does not know: %s by %s, want hold", d.Verdict, d.Rule)
	}
	g.Office, g.Facts = "H", map[string]bool{"out-of-race": true}
	if d := rules.Carried().Decide(g); d.Verdict != rules.Refuse || d.Rule != "out-of-race" {
		t.Errorf("a candidate who is not in the election: %s by %s, want refuse", d.Verdict, d.Rule)
	}
}

func TestCashAndNamelessMoney(t *testing.T) {
	t.Parallel()
	day := civil.MustParse("2026-05-01")
	cash := func(cents money.Cents, on string) rules.Given {
		return rules.Given{To: "pac", Recipient: "R", Candidate: "A", Election: "P", Cents: cents, Made: civil.MustParse(on), Instrument: "cash"}
	}
	for _, c := range []struct {
		name, to, instrument string
		anonymous            bool
		given                []rules.Given
		cents                money.Cents
		want                 string
	}{
		{"a hundred in cash", "pac", "cash", false, nil, 100_00, "allow 100.00"},
		{"a cent more", "pac", "cash", false, nil, 100_01, "allow-up-to 100.00"},
		{"the same by check", "pac", "check", false, nil, 100_01, "allow 5000.00"},
		{"sixty after sixty", "pac", "cash", false, []rules.Given{cash(60_00, "2026-01-01")}, 60_00, "allow-up-to 40.00"},
		{"sixty after sixty last year", "pac", "cash", false, []rules.Given{cash(60_00, "2025-12-31")}, 60_00, "allow 100.00"},
		{"cash after a hundred in cash", "pac", "cash", false, []rules.Given{cash(100_00, "2026-01-01")}, 1, "refuse 0.00"},
		{"of nobody known", "pac", "cash", true, nil, 50_00, "allow 50.00"},
		{"of nobody known, a cent more", "pac", "cash", true, nil, 50_01, "allow-up-to 50.00"},
		{"to an independent account", "super-pac", "cash", false, nil, 100_01, "allow-up-to 100.00"},
		{"to a candidate, for the next election of the campaign", "candidate", "cash", false, []rules.Given{cash(80_00, "2025-01-01")}, 30_00, "allow-up-to 20.00"},
	} {
		g := rules.Gift{Giver: "individual", To: c.to, Regime: "us", Recipient: "R", Made: day, Cents: c.cents, Instrument: c.instrument, Anonymous: c.anonymous, Given: c.given}
		if c.to == "candidate" {
			g.Office, g.Candidate, g.Election, g.ElectionDay, g.CycleEnds = "H", "A", "G", civil.MustParse("2026-11-03"), civil.MustParse("2026-11-03")
		}
		d := rules.Carried().Decide(g)
		if got := fmt.Sprintf("%s %s", d.Verdict, d.Room.Plain()); got != c.want {
			t.Errorf("%s: %s by %s, want %s", c.name, got, d.Rule, c.want)
		}
	}
}
