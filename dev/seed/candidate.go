package seed

import (
	"time"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

// candidates are fictional, in districts that no state has.
var candidates = []registry.Candidate{
	{
		ID: "H0CA97001", First: "Tala", Last: "Brightwater", Office: "H", State: "CA", District: "97",
		CommitteeFECID: "C00999511", CommitteeName: "BRIGHTWATER FOR CONGRESS", Street: "210 Paperkite Ave", City: "Fremont", CommitteeState: "CA", Zip: "94536",
	},
	{
		ID: "H0TX96001", First: "Minh-Thu", Last: "Oakhollow", Office: "H", State: "TX", District: "96",
		CommitteeFECID: "C00999512", CommitteeName: "OAKHOLLOW FOR TEXAS", Street: "77 Millrace Dr", City: "Houston", CommitteeState: "TX", Zip: "77072",
	},
	{
		ID: "H0NJ95001", First: "Jiwon", Last: "Fernsby", Office: "H", State: "NJ", District: "95",
		CommitteeFECID: "C00999513", CommitteeName: "FRIENDS OF JIWON FERNSBY", Street: "9 Ginkgo Ct", City: "Palisades Park", CommitteeState: "NJ", Zip: "07650",
	},
	{
		ID: "H0IL94001", First: "Meera", Last: "Thistledown", Office: "H", State: "IL", District: "94",
		CommitteeFECID: "C00999514", CommitteeName: "THISTLEDOWN FOR ILLINOIS", Street: "1400 Saffron Way", City: "Naperville", CommitteeState: "IL", Zip: "60540",
	},
	{
		ID: "S0HI00901", First: "Kalani", Last: "Marrowstone", Office: "S", State: "HI",
		CommitteeFECID: "C00999515", CommitteeName: "MARROWSTONE FOR SENATE", Street: "35 Mango Pl", City: "Honolulu", CommitteeState: "HI", Zip: "96817",
	},
	{
		ID: "H0MA93001", First: "Sokha", Last: "Applegarth", Office: "H", State: "MA", District: "93",
		CommitteeFECID: "C00999516", CommitteeName: "APPLEGARTH COMMITTEE", Street: "6 Lotuspond St", City: "Lowell", CommitteeState: "MA", Zip: "01851",
	},
}

// The candidates by their part in the story.
const (
	brightwater = "H0CA97001" // of the open drive
	oakhollow   = "H0TX96001"
	fernsby     = "H0NJ95001" // stood in last year's special election
	thistledown = "H0IL94001"
	marrowstone = "S0HI00901"
	applegarth  = "H0MA93001"
)

func candidate(id registry.CandidateID) registry.Candidate {
	for _, c := range candidates {
		if c.ID == id {
			return c
		}
	}
	panic("no candidate is called " + string(id))
}

// contest is an election in which a fictional candidate stands.
type contest struct {
	candidate registry.CandidateID
	registry.Election
}

func newContest(id registry.CandidateID, kind string, heldOn civil.Day) contest {
	c := candidate(id)
	e := registry.Election{Office: c.Office, State: c.State, District: c.District, Kind: kind, Year: heldOn.Year(), HeldOn: heldOn}
	e.ID = registry.ElectionID(c.State + "-" + c.Office + c.District + "-" + e.Code())
	return contest{id, e}
}

// ahead is how many days the election of the open drive lies off at least.
const ahead = 60

// contests lists the elections, as they fall around today. The first is that of the open drive: the primary of an even
// year that lies ahead. Those of the latest even year are fictional primaries on the first Tuesday of June, and the
// general election on its day.
func contests(today civil.Day) []contest {
	next := today.Year() + today.Year()%2
	if primary(next).Sub(today) < ahead {
		next += 2
	}
	even := today.Year() - today.Year()%2
	out := []contest{
		newContest(brightwater, "P", primary(next)),
		newContest(fernsby, "S", tuesday(today.Year()-1, time.September, 2)),
		newContest(oakhollow, "P", primary(even)),
		newContest(thistledown, "G", compliance.GeneralElection(even)),
		newContest(applegarth, "P", primary(even)),
		newContest(marrowstone, "G", compliance.GeneralElection(today.Year()+today.Year()%2)),
	}
	return out
}

func primary(year int) civil.Day { return tuesday(year, time.June, 1) }

// tuesday is the nth Tuesday of a month.
func tuesday(year int, month time.Month, n int) civil.Day {
	first := civil.Of(year, month, 1)
	return first.Add((int(time.Tuesday)-int(first.Weekday())+7)%7 + 7*(n-1))
}
