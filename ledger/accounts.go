// Package ledger keeps the books of each committee: append-only double entry in whole cents. A posting names, line by
// line, which summary line of FEC Form 3X it feeds; balances are sums, never stored.
package ledger

// Account is an account of the chart.
type Account string

// The chart of accounts. Cash on line 8 of the report is the sum of the cash accounts.
const (
	Bank               Account = "bank"
	Stripe             Account = "stripe"      // what the card processor holds for the committee
	InDispute          Account = "in_dispute"  // taken back by banks, and not yet decided
	Undeposited        Account = "undeposited" // checks on hand
	Held               Account = "held"        // earmarked for candidates, to be forwarded
	Opening            Account = "opening"
	Individuals        Account = "individuals"
	Parties            Account = "parties"
	Committees         Account = "committees"
	TransfersIn        Account = "transfers_in"
	Offsets            Account = "offsets"
	RefundsReceived    Account = "refunds_received"
	OtherReceipts      Account = "other_receipts"
	RefundsIndividuals Account = "refunds_individuals"
	RefundsParties     Account = "refunds_parties"
	RefundsCommittees  Account = "refunds_committees"
	Operating          Account = "operating"
	ProcessorFees      Account = "processor_fees"
	InKindUsed         Account = "in_kind_used"
	TransfersOut       Account = "transfers_out"
	Candidates         Account = "candidates"
	OtherDisbursements Account = "other_disbursements"
)

// AccountInfo tells what an account is.
type AccountInfo struct {
	Account Account
	Name    string
	Class   string   // asset, obligation, opening, income, contra or expense
	Feeds   []string // the summary lines that postings to it may feed
	Cash    bool     // part of line 8
}

// Chart lists the accounts in the order in which the books show them.
var Chart = []AccountInfo{
	{Bank, "Bank", "asset", nil, true},
	{Stripe, "Stripe balance", "asset", nil, true},
	{InDispute, "In dispute", "asset", nil, true},
	{Undeposited, "Undeposited checks", "asset", nil, true},
	{Held, "Held for candidates", "obligation", []string{"11(a)(i)", "23", "28(a)"}, false},
	{Opening, "Opening cash", "opening", []string{"6(a)"}, false},
	{Individuals, "Contributions from individuals", "income", []string{"11(a)"}, false},
	{Parties, "Contributions from party committees", "income", []string{"11(b)"}, false},
	{Committees, "Contributions from other committees", "income", []string{"11(c)"}, false},
	{TransfersIn, "Transfers from affiliated committees", "income", []string{"12"}, false},
	{Offsets, "Offsets to operating expenditures", "income", []string{"15"}, false},
	{RefundsReceived, "Refunds of contributions made", "income", []string{"16"}, false},
	{OtherReceipts, "Other federal receipts", "income", []string{"17"}, false},
	{RefundsIndividuals, "Refunds to individuals", "contra", []string{"28(a)"}, false},
	{RefundsParties, "Refunds to party committees", "contra", []string{"28(b)"}, false},
	{RefundsCommittees, "Refunds to other committees", "contra", []string{"28(c)"}, false},
	{Operating, "Operating expenditures", "expense", []string{"21(b)"}, false},
	{ProcessorFees, "Processor fees", "expense", []string{"21(b)"}, false},
	{InKindUsed, "In-kind goods used", "expense", []string{"21(b)"}, false},
	{TransfersOut, "Transfers to affiliated committees", "expense", []string{"22"}, false},
	{Candidates, "Contributions to candidates", "expense", []string{"23"}, false},
	{OtherDisbursements, "Other disbursements", "expense", []string{"29"}, false},
}
