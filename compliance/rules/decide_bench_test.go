package rules_test

import (
	"testing"

	"dure/civil"
	"dure/compliance/rules"
)

func BenchmarkLoad(b *testing.B) {
	files := rules.CarriedFiles()
	for b.Loop() {
		if _, err := rules.Load(files); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecide asks of a giver with fifty gifts before.
func BenchmarkDecide(b *testing.B) {
	law := rules.Carried()
	g := rules.Gift{
		Giver: "individual", To: "candidate", Regime: "us", Office: "H", Candidate: "A", Election: "P26", ElectionKind: "P",
		ElectionDay: civil.MustParse("2026-06-02"), Cents: 100_00, Made: civil.MustParse("2026-03-01"), Instrument: "card",
	}
	for range 50 {
		g.Given = append(g.Given, rules.Given{To: "candidate", Candidate: "A", Election: "P26", Cents: 10_00, Made: civil.MustParse("2026-01-05")})
	}
	b.ReportAllocs()
	for b.Loop() {
		if d := law.Decide(g); d.Verdict != rules.Allow {
			b.Fatalf("%+v", d)
		}
	}
}
