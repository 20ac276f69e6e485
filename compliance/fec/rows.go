package fec

import (
	"dure/civil"
	"dure/money"
)

// Row is a record that Dure writes: *Header, *F3X, *ScheduleA, *ScheduleB or *Text.
// A field's tag is the name of its column; a tag on a group of fields is what their columns' names begin with.
type Row interface{ layout() *layout }

// Header is the first record of a file.
type Header struct {
	Record    string `fec:"record_type"` // always HDR
	Type      string `fec:"ef_type"`     // always FEC
	Version   string `fec:"fec_version"` // of the format
	Software  string `fec:"soft_name"`
	Release   string `fec:"soft_ver"`
	Amends    string `fec:"rpt_id"`     // FEC id of the original report, such as FEC-1234567; amendments only, and never that of another amendment
	Amendment int    `fec:"rpt_number"` // 1, 2, 3 on amendments; 0 on the original
	Comment   string `fec:"hdrcomment"`
}

// NewHeader gives the header of an original filing written by the named software.
func NewHeader(software, release string) *Header {
	return &Header{Record: "HDR", Type: "FEC", Version: Version, Software: software, Release: release}
}

// Name is the name of a person.
type Name struct {
	Last   string `fec:"last_name"`
	First  string `fec:"first_name"`
	Middle string `fec:"middle_name"`
	Prefix string `fec:"prefix"`
	Suffix string `fec:"suffix"`
}

// Address is a mailing address in the United States, or abroad with the state ZZ.
type Address struct {
	Street1 string `fec:"street_1"`
	Street2 string `fec:"street_2"`
	City    string `fec:"city"`
	State   string `fec:"state"`
	Zip     string `fec:"zip"` // 5 or 9 digits; dashes and blanks are dropped when written
}

// Candidate is a candidate who has to do with a receipt or a disbursement.
type Candidate struct {
	ID string `fec:"fec_id"`
	Name
	Office   string `fec:"office"`   // H, S or P
	State    string `fec:"state"`    // for H and S
	District string `fec:"district"` // for H: 01 to 99, 00 at large
}

// Conduit is who passed money on. FECfile+ doesn't write it.
type Conduit struct {
	Name string `fec:"name"`
	Address
}

// The entity types that the FEC's schemas take, and those that other filers write as well.
const (
	Individual   = "IND"
	Organization = "ORG"
	Committee    = "COM"
	CandidateOwn = "CAN" // the candidate as a person
	CandidateCmt = "CCM" // a candidate's committee
	PAC          = "PAC"
	Party        = "PTY"
)

// F3X is the cover and the summary of a report of receipts and disbursements for other than an authorized committee.
type F3X struct {
	Form           string    `fec:"form_type"` // F3XN new, F3XA amendment, F3XT termination
	CommitteeID    string    `fec:"filer_committee_id_number"`
	CommitteeName  string    `fec:"committee_name"`
	AddressChanged bool      `fec:"change_of_address"`
	Address        Address   `fec:""`
	ReportCode     string    `fec:"report_code"`   // M2 to M12, Q1 to Q3, YE, MY, 12P, 30G, TER and so on
	Election       string    `fec:"election_code"` // with 12x and 30x: G2026
	ElectionDate   civil.Day `fec:"date_of_election"`
	ElectionState  string    `fec:"state_of_election"`
	From           civil.Day `fec:"coverage_from_date"`
	Through        civil.Day `fec:"coverage_through_date"`
	Multicandidate bool      `fec:"qualified_committee"`
	Treasurer      Name      `fec:"treasurer_"`
	Signed         civil.Day `fec:"date_signed"`
	Summary        Summary   // the columns that have a Line, and the year of line 6(a)
}

// ScheduleA is one itemized receipt.
type ScheduleA struct {
	TransactionType TransactionType // what it is, in the FEC's words; not in the file

	Form              string       `fec:"form_type"` // SA and the line: SA11AI
	CommitteeID       string       `fec:"filer_committee_id_number"`
	ID                string       `fec:"transaction_id"`                // unique in the file, stable through amendments, upper case
	BackReferenceID   string       `fec:"back_reference_tran_id_number"` // the parent's ID, in the same file
	BackReferenceForm string       `fec:"back_reference_sched_name"`     // the parent's Form
	Entity            string       `fec:"entity_type"`
	Organization      string       `fec:"contributor_organization_name"` // if the entity is not IND or CAN
	Contributor       Name         `fec:"contributor_"`                  // if it is
	Address           Address      `fec:"contributor_"`
	Election          string       `fec:"election_code"` // P2026; of O2026 ElectionOther says what
	ElectionOther     string       `fec:"election_other_description"`
	Date              civil.Day    `fec:"contribution_date"`
	Amount            money.Cents  `fec:"contribution_amount"`    // below zero for a receipt that is given up
	Aggregate         *money.Cents `fec:"contribution_aggregate"` // the contributor's calendar year with this receipt; nil leaves the column empty
	Purpose           string       `fec:"contribution_purpose_descrip"`
	Employer          string       `fec:"contributor_employer"`
	Occupation        string       `fec:"contributor_occupation"`
	DonorCommitteeID  string       `fec:"donor_committee_fec_id"` // also the recipient of an earmarked receipt
	DonorCommittee    string       `fec:"donor_committee_name"`
	DonorCandidate    Candidate    `fec:"donor_candidate_"`
	Conduit           Conduit      `fec:"conduit_"`
	Memo              bool         `fec:"memo_code"` // told for information; in no sum
	MemoText          string       `fec:"memo_text_description"`
	Account           string       `fec:"reference_to_si_or_sl_system_code_that_identifies_the_account"`
}

// ScheduleB is one itemized disbursement.
type ScheduleB struct {
	TransactionType TransactionType // what it is, in the FEC's words; not in the file

	Form                   string       `fec:"form_type"` // SB and the line: SB21B
	CommitteeID            string       `fec:"filer_committee_id_number"`
	ID                     string       `fec:"transaction_id"`                // unique in the file, stable through amendments, upper case
	BackReferenceID        string       `fec:"back_reference_tran_id_number"` // the parent's ID, in the same file
	BackReferenceForm      string       `fec:"back_reference_sched_name"`     // the parent's Form
	Entity                 string       `fec:"entity_type"`
	Organization           string       `fec:"payee_organization_name"` // if the entity is not IND or CAN
	Payee                  Name         `fec:"payee_"`                  // if it is
	Address                Address      `fec:"payee_"`
	Election               string       `fec:"election_code"` // P2026; of O2026 ElectionOther says what
	ElectionOther          string       `fec:"election_other_description"`
	Date                   civil.Day    `fec:"expenditure_date"`
	Amount                 money.Cents  `fec:"expenditure_amount"`               // below zero for a payment that is given up
	Bundled                *money.Cents `fec:"semi_annual_refunded_bundled_amt"` // Form 3L only; nil leaves the column empty
	Purpose                string       `fec:"expenditure_purpose_descrip"`
	Category               string       `fec:"category_code"` // 001 to 012
	BeneficiaryCommitteeID string       `fec:"beneficiary_committee_fec_id"`
	BeneficiaryCommittee   string       `fec:"beneficiary_committee_name"`
	BeneficiaryCandidate   Candidate    `fec:"beneficiary_candidate_"`
	Conduit                Conduit      `fec:"conduit_"`
	Memo                   bool         `fec:"memo_code"` // told for information; in no sum
	MemoText               string       `fec:"memo_text_description"`
	Account                string       `fec:"reference_to_si_or_sl_system_code_that_identifies_the_account"`
}

// Text is a note on a record, or on the report as a whole.
type Text struct {
	Record            string `fec:"rec_type"` // always TEXT
	CommitteeID       string `fec:"filer_committee_id_number"`
	ID                string `fec:"transaction_id_number"`
	BackReferenceID   string `fec:"back_reference_tran_id_number"`  // the record's ID; empty for a note on the report
	BackReferenceForm string `fec:"back_reference_sched_form_name"` // the record's Form, or the cover's: F3XN
	Text              string `fec:"text4000"`                       // at most 4000 characters, without line ends
}

var (
	layoutHDR  = bind[Header](tableHDR)
	layoutF3X  = bind[F3X](tableF3X)
	layoutSA   = bind[ScheduleA](tableSA)
	layoutSB   = bind[ScheduleB](tableSB)
	layoutText = bind[Text](tableText)
)

func (*Header) layout() *layout    { return layoutHDR }
func (*F3X) layout() *layout       { return layoutF3X }
func (*ScheduleA) layout() *layout { return layoutSA }
func (*ScheduleB) layout() *layout { return layoutSB }
func (*Text) layout() *layout      { return layoutText }
