package registry

import (
	"fmt"
	"regexp"
	"strings"
)

// federal is the jurisdiction of federal office, and the rule pack of federal law.
const federal = "us"

// The states that elect two senators, those that elect to the House beside them (a delegate, or Puerto Rico's resident
// commissioner), and what else the Postal Service writes in an address, by its two letters.
const (
	statesOfSenators = " AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR" +
		" PA RI SC SD TN TX UT VT VA WA WV WI WY "
	statesOfDelegates = " DC AS GU MP PR VI "
	otherPlaces       = " FM MH PW UM AA AE AP "
)

// within tells whether a list of two-letter codes, a blank around each, has one.
func within(list, code string) bool {
	return len(code) == 2 && !strings.Contains(code, " ") && strings.Contains(list, " "+code+" ")
}

func isAddressState(code string) bool {
	return within(statesOfSenators+statesOfDelegates+otherPlaces, code)
}

var houseDistrict = regexp.MustCompile(`^[0-9]{2}$`)

// seatFaults tells which fields of a seat can't stand. Other jurisdictions have offices and districts of their own.
func seatFaults(jurisdiction, office, state, district string) []Fault {
	if jurisdiction != federal {
		if office == "" {
			return []Fault{{"office", fmt.Sprintf("%q is no office of %s", office, jurisdiction)}}
		}
		return nil
	}
	var out []Fault
	fault := func(field, format string, args ...any) { out = append(out, Fault{field, fmt.Sprintf(format, args...)}) }
	switch office {
	case "H":
		if !within(statesOfSenators+statesOfDelegates, state) {
			fault("state", "%q elects nobody to the House: write the state's two letters, such as VA", state)
		}
		if !houseDistrict.MatchString(district) {
			fault("district", "%q is no district of the House: write two digits, such as 09, and 00 where a state has one alone", district)
		}
	case "S":
		if !within(statesOfSenators, state) {
			fault("state", "%q elects no senator: write the state's two letters, such as VA", state)
		}
		if district != "" {
			fault("district", "A seat in the Senate has no district")
		}
	case "P":
		if state != "" {
			fault("state", "The office of President has no state: leave it empty")
		}
		if district != "" {
			fault("district", "The office of President has no district: leave it empty")
		}
	default:
		fault("office", "%q is no federal office: it is H for the House, S for the Senate or P for President", office)
	}
	return out
}
