package rules_test

import (
	"fmt"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

// TestSumsOfTheStates gives what fills each sum of a state to the cent, and a cent more, on the first and the last day on
// which it is known, and a cent after that day.
func TestSumsOfTheStates(t *testing.T) {
	t.Parallel()
	law := signedLaw()
	type facts = map[string]bool
	for _, c := range []struct {
		regime, giver, office, kind string
		facts                       facts
		sum                         money.Cents
		first, last                 string // of the days that pick the row; no last where it holds on
		after                       string // what a cent gets once the row has ended
	}{
		{"us-ny", "individual", "governor", "primary", nil, 9000_00, "2022-11-09", "", ""},
		{"us-ny", "pac", "comptroller", "general", nil, 9000_00, "2022-11-09", "", ""},
		{"us-ny", "union", "senate", "general", nil, 5000_00, "2022-11-09", "", ""},
		{"us-ny", "individual", "assembly", "primary", nil, 3000_00, "2022-11-09", "", ""},
		{"us-ny", "corporation", "governor", "primary", nil, 5000_00, "2022-11-09", "", ""},
		{"us-ny-nyc", "individual", "mayor", "general", facts{"participant": true, "doing-business": false}, 2100_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "mayor", "general", facts{"participant": false, "doing-business": false}, 3700_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "mayor", "general", facts{"participant": false, "doing-business": true}, 400_00, "2022-03-01", "2025-12-31", "allow"},
		{"us-ny-nyc", "union", "comptroller", "primary", facts{"participant": true}, 2100_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "union", "comptroller", "primary", facts{"participant": false}, 3700_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "pac", "comptroller", "primary", facts{"participant": true, "registered": true}, 2100_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "pac", "comptroller", "primary", facts{"participant": false, "registered": true}, 3700_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "borough-president", "primary", facts{"participant": true, "doing-business": false}, 1600_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "borough-president", "primary", facts{"participant": false, "doing-business": false}, 2650_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "borough-president", "primary", facts{"participant": true, "doing-business": true}, 320_00, "2022-03-01", "2025-12-31", "allow"},
		{"us-ny-nyc", "union", "borough-president", "primary", facts{"participant": true}, 1600_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "union", "borough-president", "primary", facts{"participant": false}, 2650_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "pac", "borough-president", "primary", facts{"participant": true, "registered": true}, 1600_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "pac", "borough-president", "primary", facts{"participant": false, "registered": true}, 2650_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "council", "general", facts{"participant": true, "doing-business": false}, 1050_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "council", "general", facts{"participant": false, "doing-business": false}, 1600_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "council", "general", facts{"participant": true, "doing-business": true}, 250_00, "2022-03-01", "2025-12-31", "allow"},
		{"us-ny-nyc", "union", "council", "general", facts{"participant": true}, 1050_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "union", "council", "general", facts{"participant": false}, 1600_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "pac", "council", "general", facts{"participant": true, "registered": true}, 1050_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "pac", "council", "general", facts{"participant": false, "registered": true}, 1600_00, "2022-03-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "council", "special", facts{"participant": true, "doing-business": false}, 525_00, "2025-01-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "council", "special", facts{"participant": false, "doing-business": false}, 800_00, "2025-01-01", "2025-12-31", "hold"},
		{"us-ny-nyc", "individual", "council", "special", facts{"participant": true, "doing-business": true}, 125_00, "2025-01-01", "2025-12-31", "hold"},
		{"us-ca", "individual", "assembly", "primary", nil, 5900_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "corporation", "senate", "general", nil, 5900_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "pac", "senate", "general", facts{"small-contributor": false}, 5900_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "pac", "senate", "general", facts{"small-contributor": true}, 11800_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "individual", "treasurer", "general", nil, 9800_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "pac", "treasurer", "general", facts{"small-contributor": false}, 9800_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "pac", "treasurer", "general", facts{"small-contributor": true}, 19600_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "individual", "governor", "general", nil, 39200_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "pac", "governor", "general", facts{"small-contributor": false}, 39200_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "pac", "governor", "general", facts{"small-contributor": true}, 39200_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "individual", "city-county", "general", facts{"local-limit": false}, 5900_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ca", "individual", "", "", nil, 9800_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-ga", "individual", "statewide", "primary", facts{"officeholder": false}, 8400_00, "2023-03-27", "2026-12-31", "hold"},
		{"us-ga", "corporation", "statewide", "general-runoff", facts{"officeholder": false}, 4800_00, "2023-03-27", "2026-12-31", "hold"},
		{"us-ga", "individual", "house", "general", facts{"officeholder": false}, 3300_00, "2023-03-27", "2026-12-31", "hold"},
		{"us-ga", "pac", "local", "runoff", nil, 1800_00, "2023-03-27", "2026-12-31", "hold"},
		{"us-nj", "individual", "governor", "primary", nil, 5800_00, "2025-01-01", "2025-12-31", "hold"},
		{"us-nj", "corporation", "governor", "primary", facts{"regulated": false}, 5800_00, "2025-01-01", "2025-12-31", "hold"},
		{"us-nj", "individual", "senate", "primary", nil, 5500_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-nj", "corporation", "senate", "primary", facts{"regulated": false}, 5500_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-nj", "pac", "assembly", "general", nil, 17300_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-nj", "individual", "", "", facts{"continuing": true}, 15200_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-nj", "individual", "", "general", facts{"continuing": false}, 15200_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-va", "pac", "senate", "general", facts{"va-registered": false, "officeholder": false}, 9999_99, "2006-01-01", "2027-06-30", "hold"},
		{"us-tx", "individual", "statewide-judge", "general", nil, 5000_00, "2018-01-01", "", ""},
		{"us-wa", "individual", "house", "primary", facts{"officeholder": false}, 1200_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "individual", "local", "primary", facts{"officeholder": false}, 1200_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "pac", "house", "primary", facts{"officeholder": false, "wa-qualified": true}, 1200_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "corporation", "house", "primary", facts{"officeholder": false, "wa-business": true}, 1200_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "union", "house", "primary", facts{"officeholder": false, "wa-members": true}, 1200_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "individual", "statewide", "primary", facts{"officeholder": false}, 2400_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "pac", "statewide", "primary", facts{"officeholder": false, "wa-qualified": true}, 2400_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "corporation", "statewide", "primary", facts{"officeholder": false, "wa-business": true}, 2400_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-wa", "union", "statewide", "primary", facts{"officeholder": false, "wa-members": true}, 2400_00, "2023-04-01", "2025-12-31", "allow"},
		{"us-md", "individual", "state", "general", facts{"officeholder": false}, 6000_00, "2015-01-01", "", ""},
		{"us-md", "pac", "state", "general", facts{"officeholder": false}, 6000_00, "2015-01-01", "", ""},
		{"us-md", "individual", "", "", nil, 6000_00, "2015-01-01", "", ""},
		{"us-il", "individual", "house", "primary", nil, 7300_00, "2025-01-01", "2026-12-31", "allow"},
		{"us-fl", "individual", "governor", "primary", facts{"opposed": false}, 3000_00, "2023-01-01", "", ""},
		{"us-fl", "pac", "house", "general", facts{"opposed": false}, 1000_00, "2023-01-01", "", ""},
		{"us-fl", "corporation", "circuit-judge", "general", facts{"opposed": false}, 1000_00, "2023-01-01", "", ""},
	} {
		ask := func(day civil.Day, cents money.Cents) string {
			g := rules.Gift{Giver: c.giver, To: "candidate", Regime: c.regime, Recipient: "R", Office: c.office, Candidate: "A", Election: "E", ElectionKind: c.kind, ElectionDay: day.Add(60), CycleEnds: day, Cents: cents, Made: day, Instrument: "card", Facts: c.facts}
			if c.office == "" {
				g.To = "pac"
			}
			if d := law.Decide(g); d.Verdict != rules.AllowUpTo {
				return string(d.Verdict)
			} else {
				return fmt.Sprintf("%s %s", d.Verdict, d.Room.Plain())
			}
		}
		name := fmt.Sprintf("%s: %s to %s in a %s, %v", c.regime, c.giver, c.office, c.kind, c.facts)
		last := c.last
		if last == "" {
			last = "2031-07-01"
		}
		for _, day := range []string{c.first, last} {
			if got := ask(civil.MustParse(day), c.sum); got != "allow" {
				t.Errorf("%s: %v on %s is %s, want allow", name, c.sum, day, got)
			}
			if got, want := ask(civil.MustParse(day), c.sum+1), "allow-up-to "+c.sum.Plain(); got != want {
				t.Errorf("%s: %v on %s is %s, want %s", name, c.sum+1, day, got, want)
			}
		}
		if got := ask(civil.MustParse(c.first).Add(-1), 1); got != "hold" {
			t.Errorf("%s: a cent on the day before %s is %s, want hold", name, c.first, got)
		}
		if c.last != "" {
			next := civil.MustParse(c.last).Add(1)
			if got := ask(next, 1); got != c.after {
				t.Errorf("%s: a cent on %v is %s, want %s", name, next, got, c.after)
			}
			if got := ask(next, c.sum+1); got != "hold" {
				t.Errorf("%s: %v on %v is %s, want hold", name, c.sum+1, next, got)
			}
		}
	}
}

// TestDraftAdvisesUntilItIsSigned asks the same of a draft, of the draft with another pack's signature, and signed.
func TestDraftAdvisesUntilItIsSigned(t *testing.T) {
	t.Parallel()
	law := rules.Carried()
	ref, ok := law.Ref("us-ny")
	if !ok || ref.Signed {
		t.Fatalf("the draft of New York: %+v", ref)
	}
	other := ref
	other.Hash = "0"
	day := civil.MustParse
	over := rules.Gift{Giver: "individual", To: "candidate", Regime: "us-ny", Office: "assembly", Candidate: "A", Election: "P", ElectionKind: "P", ElectionDay: day("2026-06-23"), Made: day("2026-04-01"), Cents: 3000_01}
	full := over
	full.Given = []rules.Given{{To: "candidate", Candidate: "A", Election: "P", Cents: 3000_00, Made: day("2026-01-01")}}
	abroad := over
	abroad.Facts = map[string]bool{"foreign-national": true}
	within := over
	within.Cents = 3000_00
	for _, c := range []struct {
		name           string
		law            *rules.Law
		over, full     rules.Verdict
		abroad, within rules.Verdict
	}{
		{"unsigned", law, rules.Hold, rules.Hold, rules.Refuse, rules.Allow},
		{"signed as it was before", law.With(other), rules.Hold, rules.Hold, rules.Refuse, rules.Allow},
		{"signed", law.With(ref), rules.AllowUpTo, rules.Refuse, rules.Refuse, rules.Allow},
	} {
		for _, g := range []struct {
			gift rules.Gift
			want rules.Verdict
		}{{over, c.over}, {full, c.full}, {abroad, c.abroad}, {within, c.within}} {
			d := c.law.Decide(g.gift)
			if d.Verdict != g.want {
				t.Errorf("%s: %v is %s, want %s", c.name, g.gift.Cents, d.Verdict, g.want)
			}
			if len(d.Packs) != 2 || d.Packs[0].Pack != "us-ny" || d.Packs[0].Signed != (c.name == "signed") || d.Packs[0].Hash != ref.Hash || d.Packs[1].Pack != "us" || !d.Packs[1].Signed {
				t.Errorf("%s: asked of %+v", c.name, d.Packs)
			}
		}
	}
	if d := law.Decide(rules.Gift{Giver: "individual", To: "pac", Regime: "us-zz", Made: day("2026-04-01"), Cents: 1}); d.Verdict != rules.Hold || d.Rule != rules.NoPack {
		t.Errorf("a jurisdiction without a pack: %s by %s", d.Verdict, d.Rule)
	}
	if d := law.Decide(rules.Gift{Giver: "individual", To: "pac", Regime: "us", Made: day("2026-04-01"), Cents: -1}); d.Verdict != rules.Hold || d.Rule != rules.BadAmount {
		t.Errorf("less than nothing: %s by %s", d.Verdict, d.Rule)
	}
	if d := law.Decide(rules.Gift{Giver: "individual", To: "pac", Regime: "us", Made: day("2026-04-01")}); d.Verdict != rules.Allow || d.Room != 5000_00 {
		t.Errorf("the room alone: %s up to %v", d.Verdict, d.Room)
	}
}

// TestWindowOpensAndCloses asks around a confirmed session, one that is expected, and of those whom it does not bind.
func TestWindowOpensAndCloses(t *testing.T) {
	t.Parallel()
	law, err := rules.Load(map[string][]byte{"us.yaml": []byte(read(t, "us.yaml")), "us-xx.yaml": []byte(read(t, "us-xx.yaml")), rules.CalendarsFile: []byte(read(t, "calendars.yaml"))})
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := law.Ref("us-xx")
	law = law.With(ref)
	for _, c := range []struct {
		made, office string
		holder       any
		want         rules.Verdict
	}{
		{"2025-01-09", "governor", true, rules.Allow},
		{"2025-01-10", "governor", true, rules.Refuse}, // three days before
		{"2025-03-14", "governor", true, rules.Refuse},
		{"2025-03-16", "governor", true, rules.Refuse}, // two days after
		{"2025-03-17", "governor", true, rules.Allow},
		{"2025-02-01", "governor", false, rules.Allow},
		{"2025-02-01", "governor", nil, rules.Hold},
		{"2025-03-17", "governor", nil, rules.Allow},
		{"2026-01-08", "governor", true, rules.Allow},
		{"2026-01-09", "governor", true, rules.Hold}, // expected, and its end is not known
		{"2027-06-01", "governor", true, rules.Hold},
		{"2025-02-01", "house", true, rules.Allow},
	} {
		made := civil.MustParse(c.made)
		g := rules.Gift{Giver: "individual", To: "candidate", Regime: "us-xx", Office: c.office, Candidate: "A", Election: "P", ElectionKind: "primary", ElectionDay: made.Add(30), CycleEnds: civil.MustParse("2026-12-31"), Made: made, Cents: 1, Facts: map[string]bool{"open": false}}
		if is, known := c.holder.(bool); known {
			g.Facts["officeholder"] = is
		}
		if d := law.Decide(g); d.Verdict != c.want {
			t.Errorf("on %s to the %s, sitting %v: %s by %s, want %s", c.made, c.office, c.holder, d.Verdict, d.Rule, c.want)
		}
	}
}

// TestEdgesOfTheEngine asks what the carried packs have no example of.
func TestEdgesOfTheEngine(t *testing.T) {
	t.Parallel()
	sound, err := rules.Load(map[string][]byte{"us.yaml": []byte(read(t, "us.yaml")), "us-xx.yaml": []byte(read(t, "us-xx.yaml")), rules.CalendarsFile: []byte(read(t, "calendars.yaml"))})
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := sound.Ref("us-xx")
	sound = sound.With(ref)
	day := civil.MustParse
	vote := day("2025-11-04")
	type facts = map[string]bool
	governor := func(made civil.Day, kind string) rules.Gift {
		return rules.Gift{Giver: "individual", To: "candidate", Regime: "us-xx", Office: "governor", Candidate: "A", Election: "G", ElectionKind: kind, ElectionDay: vote, Made: made, Cents: 1, Facts: facts{"officeholder": false}}
	}
	party := func(giver string, f facts) rules.Gift {
		return rules.Gift{Giver: giver, To: "party-state", Regime: "us-xx", Made: vote, Cents: 1, Facts: f}
	}
	committee := func(made string, f facts) rules.Gift {
		return rules.Gift{Giver: "individual", To: "pac", Regime: "us-xx", Recipient: "R", Made: day(made), Cents: 1, Facts: f}
	}
	campaign := func(f facts) rules.Gift {
		return rules.Gift{Giver: "candidate-committee", To: "pac", Regime: "us-xx", Recipient: "R", Made: vote, Cents: 1, Facts: f}
	}
	house := func(f facts) rules.Gift {
		return rules.Gift{Giver: "individual", To: "candidate", Regime: "us-xx", Office: "house", Candidate: "A", Election: "P", ElectionKind: "P", ElectionDay: vote, CycleEnds: vote, Made: vote.Add(-2), Cents: 1, Facts: f}
	}
	georgia := rules.Gift{Giver: "individual", To: "candidate", Regime: "us-ga", Office: "statewide", Candidate: "A", Election: "P", ElectionKind: "P", ElectionDay: day("2026-05-19"), Made: day("2026-05-01"), Cents: 1, Facts: facts{"officeholder": false}}
	virginia := rules.Gift{Giver: "individual", To: "candidate", Regime: "us-va", Office: "senate", Candidate: "A", Election: "G", ElectionDay: day("2027-11-02"), Made: day("2027-01-20"), Cents: 1, Facts: facts{"officeholder": true}}
	for _, c := range []struct {
		name string
		law  *rules.Law
		gift rules.Gift
		want rules.Verdict
		rule string
	}{
		{"two days before the count", sound, governor(vote.Add(-2), "G"), rules.Allow, "xx-candidate"},
		{"the day before the count", sound, governor(vote.Add(-1), "G"), rules.Refuse, "xx-count"},
		{"five days after the vote", sound, governor(vote.Add(5), "G"), rules.Refuse, "xx-count"},
		{"six days after the vote", sound, governor(vote.Add(6), "G"), rules.Hold, rules.NoPast},
		{"the day before another kind of vote", sound, governor(vote.Add(-1), "P"), rules.Allow, "xx-candidate"},
		{"a kind of giver that nobody knows, where any may give", sound, party("martian", nil), rules.Hold, rules.NoRule},
		{"a known one", sound, party("individual", nil), rules.Allow, "xx-parties"},
		{"one that is prohibited", sound, party("tribe", facts{"member": false}), rules.Refuse, "xx-outsiders"},
		{"one that is not", sound, party("tribe", facts{"member": true}), rules.Allow, "xx-parties"},
		{"one of which nobody knows it", sound, party("tribe", nil), rules.Hold, "xx-outsiders"},
		{"before a session whose end is not known", sound, committee("2025-01-12", facts{"member": true}), rules.Allow, "xx-pac-gift"},
		{"in a session whose end is not known", sound, committee("2025-01-13", facts{"member": true}), rules.Hold, "xx-floor"},
		{"in it, of another", sound, committee("2025-01-13", facts{"member": false}), rules.Allow, "xx-pac-gift"},
		{"a campaign of somebody in office", sound, campaign(facts{"officeholder": true, "member": false}), rules.Allow, "xx-sitting"},
		{"a campaign of somebody else", sound, campaign(facts{"officeholder": false, "member": false}), rules.Allow, "xx-others"},
		{"a campaign of which nobody knows it, where that holds", sound, campaign(facts{"member": false}), rules.Hold, "xx-sitting"},
		{"a window on members, of a member", sound, house(facts{"open": false, "member": true}), rules.Refuse, "xx-members-vote"},
		{"a window on members, of another", sound, house(facts{"open": false, "member": false}), rules.Allow, "xx-low-shut"},
		{"a window on members, of whoever may be one", sound, house(facts{"open": false}), rules.Hold, "xx-members-vote"},
		{"a cycle that is not known", signedLaw(), georgia, rules.Hold, "ga-statewide"},
		{"a window that spares some elections, of one whose kind is not known", signedLaw(), virginia, rules.Hold, "va-session"},
	} {
		if d := c.law.Decide(c.gift); d.Verdict != c.want || d.Rule != c.rule {
			t.Errorf("%s: %s by %s, want %s by %s", c.name, d.Verdict, d.Rule, c.want, c.rule)
		}
	}

	g := rules.Gift{Giver: "individual", To: "pac", Regime: "us", Recipient: "R", Made: vote, Cents: 1, Given: []rules.Given{
		{To: "pac", Recipient: "R", Cents: 1000_00, Made: vote}, {To: "pac", Recipient: "R", Cents: 500_00, Made: vote, Promised: true}, {To: "pac", Recipient: "R", Cents: -800_00, Made: vote},
	}}
	for _, a := range rules.Carried().Decide(g).Asked {
		if a.ID == "limit-person-pac" && (a.Known != 1500_00 || a.Settled != 1000_00 || a.Room != 3500_00) {
			t.Errorf("1,000 settled, 500 promised and an entry below nothing: %+v", a)
		}
	}
}

// TestUnknownFactIsTriedBothWays asks of rows that stand on facts nobody knows.
func TestUnknownFactIsTriedBothWays(t *testing.T) {
	t.Parallel()
	law, err := rules.Load(map[string][]byte{"us.yaml": []byte(read(t, "us.yaml")), "us-xx.yaml": []byte(read(t, "us-xx.yaml")), rules.CalendarsFile: []byte(read(t, "calendars.yaml"))})
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := law.Ref("us-xx")
	law = law.With(ref)
	for _, c := range []struct {
		name, giver string
		facts       map[string]bool
		want        string
	}{
		{"an open race has no limit but the one over all", "individual", map[string]bool{"open": true}, "up to 1200.00"},
		{"a shut one has its own", "individual", map[string]bool{"open": false}, "up to 400.00"},
		{"one of which nobody knows it is shut", "individual", nil, "up to 400.00"},
		{"a member has no limit", "group", map[string]bool{"member": true}, "unlimited"},
		{"for others there is no row", "group", map[string]bool{"member": false}, "hold"},
		{"and whoever may be one opens nothing", "group", nil, "hold"},
	} {
		g := rules.Gift{Giver: c.giver, To: "candidate", Regime: "us-xx", Office: "house", Candidate: "A", Election: "P", ElectionKind: "primary", ElectionDay: civil.MustParse("2025-09-01"), CycleEnds: civil.MustParse("2026-12-31"), Made: civil.MustParse("2025-06-01"), Cents: 1, Facts: c.facts}
		if got := says(law.Decide(g)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
