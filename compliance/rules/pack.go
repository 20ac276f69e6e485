// Package rules holds the law as dated data: limits, prohibitions, thresholds, clocks, windows and attestations, each with
// its citation and the days on which it holds. The code that asks holds no number of its own, reads no clock and no
// database: what it is told goes in, what the law says comes out. No matching rule means hold, never allow.
package rules

import (
	"slices"

	"dure/civil"
	"dure/money"
)

// Row is what every rule carries.
type Row struct {
	ID     string
	Cite   string    // the law's own place; where a row has only sources, Load writes the title of the first here
	From   civil.Day // the first day on which the rule holds
	Until  civil.Day // the last day; none where the rule holds on
	Status string    // published, provisional (the last sum known, until the next is published) or draft
	Source Words     // keys of the pack's sources
	Conf   string    // how sure the source is: high, medium or low; empty is high
	Note   string
}

func (r *Row) on(day civil.Day) bool {
	return !day.Before(r.From) && (r.Until.IsZero() || !day.After(r.Until))
}

// Limit is the most that one kind of giver may give one kind of recipient in a span, or that they may give without limit,
// or not at all.
type Limit struct {
	Row        `yaml:",inline"`
	Who        Words           // kinds of giver, or any
	To         Words           // kinds of recipient, or any
	Offices    Words           // classes of office of the candidate; none means every one
	Elections  Words           // kinds of election; none means every one
	When       map[string]bool // facts that must stand so for the row to fit
	Instrument Words           // the row speaks of money that comes so alone, added up together; anonymous is money of nobody known
	Cents      money.Cents     // 0 where Sum says it
	Sum        string          // unlimited, prohibited, or unknown (a person must look)
	Per        string          // calendar-year, election, cycle (the office's), span (of fixed years) or gift
	Span       Span            // of a limit per span
	Scope      string          // over whom the sum is taken: recipient, candidate or everybody
	By         string          // the day that picks the row: made (of the gift), cycle (its last day) or vote (election day)
	Gap        string          // after the last row of the id: hold, last (up to the last sum, above it hold) or ends
	Reach      string          // own: accounts under this pack's law; below: those of every pack below it as well
}

// Span is a row of equal periods of whole years, one after the other, such as a state's four-year election cycles.
type Span struct {
	First civil.Day // the first day of one of them
	Years int
}

// Words is a list that a pack may write as one word where it has one.
type Words []string

// Written words for sums that are no figure.
const (
	Unlimited  = "unlimited"
	Prohibited = "prohibited"
	Unknown    = "unknown"
)

// Threshold is a sum at which a duty begins.
type Threshold struct {
	Row   `yaml:",inline"`
	Cents money.Cents
	Per   string // calendar-year, election, cycle, gift or report
	Test  string // over (exactly the sum is not over it) or at-least
	Days  int    // of a duty that holds only in the last days before a vote: how many; 0 otherwise
}

// Reached tells whether a sum sets the duty off.
func (t Threshold) Reached(sum money.Cents) bool {
	return sum > t.Cents || sum == t.Cents && t.Test == "at-least"
}

// Clock is a number of days in which something is due, and the day of it on which to be loud.
type Clock struct {
	Row    `yaml:",inline"`
	Days   int
	Alarm  int
	Starts string // what starts it: receipt, treasurer, discovery, vote, status, change, duty
	Ours   bool   // the law says "promptly" or the like, and the number is this program's own
}

// Due gives the day on which a clock that starts on a day runs out.
func (c Clock) Due(start civil.Day) civil.Day { return start.Add(c.Days) }

// Attestation is something that a giver affirms before giving.
type Attestation struct {
	Row  `yaml:",inline"`
	Need string // always; participant (the candidate takes public money), or offered
}

// Signal is something about a card or a giver that makes a gift wait for a person, or sends it back.
type Signal struct {
	Row    `yaml:",inline"`
	Signal string
	Action string // hold (authorised, not captured), release (given back at once) or note (shown, nothing more)
	Need   string // what clears it: passport, proof, answer; empty where nothing does
	Except Words  // values that do not set it off, such as countries
	Count  int    // of a signal that counts: how many set it off
	Days   int    // and within how many days
}

// Window is a time in which some candidates may not take money.
type Window struct {
	Row       `yaml:",inline"`
	Calendar  string // a list of days of calendars.yaml
	Election  string // or a kind of election: the window lies about its day
	Before    int    // the window opens so many days before
	After     int    // and closes so many days after
	To        Words
	Offices   Words
	When      map[string]bool
	Effect    string // refuse or hold
	Elections Words
}

// Past is what the law says of gifts for an election whose day is over.
type Past struct {
	Row       `yaml:",inline"`
	To        Words
	Elections Words  // none means every kind
	Allow     string // net-debts: up to what is left of them; nothing: no gift
	Days      int    // and only within so many days of the vote; 0 is no end
}

// Conduit is whether others may gather gifts for a candidate under this law.
type Conduit struct {
	Row     `yaml:",inline"`
	Policy  string // reported (allowed, both sides report), individuals-only, prohibited or unknown
	Counts  string // against the conduit's own limit: control (only when it directs or controls the choice), always, never or unknown
	Forward string // the clock of forwarding; empty where the law is not known
	Fields  Words  // what is handed over with the money
}

// Allowed tells whether a committee may forward gifts under this law. Unknown is no.
func (c Conduit) Allowed() bool { return c.Policy == "reported" }

// Field is what must be known of a giver once a sum is reached.
type Field struct {
	Row    `yaml:",inline"`
	Who    Words // kinds of filer
	Fields Words
	Cents  money.Cents
	Per    string
	Test   string
}

// Notice is a text that the law asks for on a page, a letter or an advertisement; the English is the one that counts.
type Notice struct {
	Row  `yaml:",inline"`
	Text string // with {names} in braces
	Uses Words  // the names in it
}

// Registration is what a giver must have done before giving under this law. It is kept as data: a person checks it.
type Registration struct {
	Row       `yaml:",inline"`
	Who       string
	Before    string
	Renews    string
	Cents     money.Cents
	Test      string
	Predicate string
	Inputs    map[string]string
}

// Attribution is how a gift of several people, or of a body, is shared out.
type Attribution struct {
	Row  `yaml:",inline"`
	Case string
	Rule string
}

// Qualification is a standing that a committee gains on the day on which it meets the last of several tests.
type Qualification struct {
	Row          `yaml:",inline"`
	Months       int // registered for so many
	Contributors int // has received from so many persons
	Candidates   int // has given to so many candidates for federal office
}

// ReportDays is when a report closes and is due: a row of the calendar of reports. No weekend or holiday moves it.
type ReportDays struct {
	Row    `yaml:",inline"`
	Counts string // period (its last day), before-vote or after-vote: from which day the others count
	Closes int    // of a report that hangs on a vote: its last day is so many days from it
	Due    int    // so many days from the period's last day, or from the vote
}

// Dates gives the last day of a report and the day on which it is due; on is the last day of its period, or the day of the vote.
func (d ReportDays) Dates(on civil.Day) (closes, due civil.Day) {
	switch d.Counts {
	case "before-vote":
		return on.Add(-d.Closes), on.Add(-d.Due)
	case "after-vote":
		return on.Add(d.Closes), on.Add(d.Due)
	}
	return on, on.Add(d.Due)
}

// Fact is something that the engine must be told beside the gift, and what it does when nobody knows.
type Fact struct {
	Name    string
	About   string // giver, recipient, race, gift
	Unknown string // strictest (both answers are tried), hold, or no (taken as false: asked of the giver, or told by whoever finds it out)
	Note    string
}

// Office is an office of the jurisdiction and the class under which its rules speak of it.
type Office struct {
	Code  string
	Class string
	Years int
}

// Source is where a rule was read.
type Source struct {
	Title     string
	URL       string
	Tier      string // statute, regulator, rule, secondary, press or compilation
	For       string // the time that it speaks for
	Retrieved civil.Day
}

// Cover names a part of the matrix of givers and recipients that the pack promises to answer from a day on.
type Cover struct {
	Who       Words
	To        Words
	Elections Words // none means every kind
	Since     civil.Day
}

// Open is a question that the sources do not settle. Nothing is enforced by it.
type Open struct {
	Question string
	Does     string // what the program does until it is settled
}

// Pack is the rules of one jurisdiction.
type Pack struct {
	Pack         string
	Name         string
	Level        string // federal, state, county or city
	Parent       string // the pack above it
	Version      civil.Day
	Status       string // published, or draft: it advises until somebody signs it
	Sources      map[string]Source
	Facts        []Fact
	Offices      []Office
	Covers       []Cover
	Limits       []Limit
	Instruments  []Limit
	Windows      []Window
	Past         []Past
	Thresholds   []Threshold
	Clocks       []Clock
	Attestations []Attestation
	SignalRows   []Signal  `yaml:"signals"`
	FieldRows    []Field   `yaml:"fields"`
	Conduits     []Conduit `yaml:"conduit"`
	Registration []Registration
	Attribution  []Attribution
	Standings    []Qualification
	Notices      []Notice
	Texts        []Text
	Reports      []ReportDays
	EFiling      []EFiling `yaml:"efiling"`
	Fines        []Fines
	Open         []Open
	Tests        []Test
	Hash         string `yaml:"-"` // of the bytes that it was read from
}

// classes lists the classes of office that the pack speaks of, in its order.
func (p *Pack) classes() []string {
	var out []string
	for _, o := range p.Offices {
		if !slices.Contains(out, o.Class) {
			out = append(out, o.Class)
		}
	}
	return out
}

// class gives the class of an office, which may be named by its code or by its class.
func (p *Pack) class(office string) string {
	for _, o := range p.Offices {
		if o.Code == office || o.Class == office {
			return o.Class
		}
	}
	return ""
}
