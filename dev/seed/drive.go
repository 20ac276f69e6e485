package seed

import (
	"time"

	"dure/civil"
	"dure/donations"
	"dure/money"
)

// The addresses of the open drives of the first committee.
const (
	pacDrive       = "set-the-table"
	candidateDrive = "brightwater-for-congress"
)

// drive is a donation page and how much it draws.
type drive struct {
	donations.Drive
	zone    *time.Location
	share   int                         // of a hundred: how much of the goal is reached today
	pull    float64                     // on an ordinary day, beside the other drives
	swell   func(day civil.Day) float64 // times which it pulls more on a day; nil for none
	planned money.Cents                 // what will have been settled
}

func (d *drive) weight(day civil.Day) float64 {
	if !d.OpenOn(day) {
		return 0
	}
	if d.swell == nil {
		return d.pull
	}
	return d.pull * d.swell(day)
}

// drives lists the drives of both committees. Candidates' drives are those of the contests that were over by today, and
// of the one ahead.
func drives(opened, today civil.Day) []*drive {
	ours, theirs := lanterns.Location(), lakes.Location()
	year := opened.Year()
	all := contests(today)
	out := []*drive{
		{zone: ours, share: 61, pull: 2.2, Drive: donations.Drive{
			Committee: longTable, Slug: pacDrive, Title: "Set the table", OpensOn: opened,
			Story: "Long Table PAC began with eleven neighbors and one folding table. We pay for voter guides in the languages that our neighbors read, and for rides on the day. " +
				"Ten dollars prints forty guides. Every dollar is on the public record, and so is what we do with it.",
		}},
		{zone: ours, share: 61, pull: 1.1, Drive: donations.Drive{
			Committee: longTable, Slug: candidateDrive, Title: "Tala Brightwater for Congress", OpensOn: later(opened, today.Add(-200)),
			Candidate: brightwater, Election: all[0].ID, ElectionDay: all[0].HeldOn,
			Story: "Tala Brightwater ran the night clinic on Paperkite Avenue for twelve years. She is running for the House. " +
				"What you give here goes to her campaign: we pass it on within ten days, whole.",
		}},
		{zone: theirs, share: 47, pull: 0.35, Drive: donations.Drive{
			Committee: midwest, Slug: "lake-and-prairie", Title: "Neighbors of lake and prairie", OpensOn: opened.Add(31),
			Story: "From Saint Paul to Hamtramck, our friends cook, drive and translate. This page pays for the hall, the phones and the printing.",
		}},
		{zone: ours, share: 104, pull: 1.4, Drive: donations.Drive{
			Committee: longTable, Slug: "heritage-month", Title: "A guide for every kitchen table",
			OpensOn: civil.Of(year, time.May, 1), ClosesOn: civil.Of(year, time.May, 31),
			Story: "In May we print the voter guide in nine languages. This page paid for the paper.",
		}},
		{zone: ours, share: 93, pull: 1.8, Drive: donations.Drive{
			Committee: longTable, Slug: "year-end", Title: "One more chair",
			OpensOn: civil.Of(year, time.November, 20), ClosesOn: civil.Of(year, time.December, 31),
			Story: "Before the year ends we add a chair: a second organizer, paid fairly, who speaks Khmer and Vietnamese.",
		}},
	}
	past := []struct {
		slug, title, story string
		share              int
	}{
		{"fernsby-special", "Jiwon Fernsby in the special election", "A special election is short and few people vote in it. Your gift went to Jiwon Fernsby's campaign, whole.", 108},
		{"oakhollow-primary", "Minh-Thu Oakhollow in the primary", "Minh-Thu Oakhollow fixed school buses before she sat on the school board. Your gift went to her campaign, whole.", 88},
		{"thistledown-general", "Meera Thistledown in November", "Meera Thistledown grew up above her parents' shop in Naperville. Your gift went to her campaign, whole.", 97},
	}
	for i, p := range past {
		c := all[1+i]
		if opens := later(opened, c.HeldOn.Add(-110)); opens.Add(14).Before(c.HeldOn) && c.HeldOn.Before(today) {
			out = append(out, &drive{zone: ours, share: p.share, pull: 1.3, swell: towards(c.HeldOn), Drive: donations.Drive{
				Committee: longTable, Slug: p.slug, Title: p.title, Story: p.story, OpensOn: opens,
				Candidate: c.candidate, Election: c.ID, ElectionDay: c.HeldOn,
			}})
		}
	}
	for _, d := range out {
		d.State = "open"
		d.Amounts = []int64{10_00, 25_00, 50_00, 100_00, 250_00}
	}
	return out
}

// towards makes a drive pull more the nearer an election is.
func towards(election civil.Day) func(civil.Day) float64 {
	return func(day civil.Day) float64 { return 1 + 4*max(0, 1-float64(election.Sub(day))/45) }
}

func later(a, b civil.Day) civil.Day {
	if a.After(b) {
		return a
	}
	return b
}

// setGoals gives each drive a round goal of which its share is reached by what is planned.
func setGoals(drives []*drive) {
	const round = 500_00
	for _, d := range drives {
		d.Goal = max(round, (d.planned*100/money.Cents(d.share)+round/2)/round*round)
	}
}
