package fec

// TransactionType is the FEC's name for what a row is. It isn't written in the file; the FEC's schemas are chosen by it.
type TransactionType string

// The transaction types that Dure knows, spelled as in the FEC's schemas.
const (
	IndividualReceipt           TransactionType = "INDIVIDUAL_RECEIPT"
	EarmarkDeposited            TransactionType = "CONDUIT_EARMARK_RECEIPT_DEPOSITED"
	EarmarkUndeposited          TransactionType = "CONDUIT_EARMARK_RECEIPT_UNDEPOSITED"
	EarmarkReceipt              TransactionType = "EARMARK_RECEIPT" // received through a conduit
	EarmarkMemo                 TransactionType = "EARMARK_MEMO"    // the conduit of it
	InKindReceipt               TransactionType = "IN_KIND_RECEIPT"
	PartnershipReceipt          TransactionType = "PARTNERSHIP_RECEIPT"
	PartnershipAttribution      TransactionType = "PARTNERSHIP_ATTRIBUTION"
	TribalReceipt               TransactionType = "TRIBAL_RECEIPT"
	UnregisteredReceipt         TransactionType = "RECEIPT_FROM_UNREGISTERED_ENTITY"
	ReturnReceipt               TransactionType = "RETURN_RECEIPT" // below zero: a contribution that never became good funds
	PartyReceipt                TransactionType = "PARTY_RECEIPT"
	PartyReturn                 TransactionType = "PARTY_RETURN"
	PACReceipt                  TransactionType = "PAC_RECEIPT"
	PACReturn                   TransactionType = "PAC_RETURN"
	PACEarmarkDeposited         TransactionType = "PAC_CONDUIT_EARMARK_RECEIPT_DEPOSITED"
	PACEarmarkUndeposited       TransactionType = "PAC_CONDUIT_EARMARK_RECEIPT_UNDEPOSITED"
	Transfer                    TransactionType = "TRANSFER"
	JointFundraisingTransfer    TransactionType = "JOINT_FUNDRAISING_TRANSFER"
	OffsetToOperating           TransactionType = "OFFSET_TO_OPERATING_EXPENDITURES"
	RefundFromCandidate         TransactionType = "REFUND_TO_FEDERAL_CANDIDATE" // received back from a candidate's committee
	RefundFromCommittee         TransactionType = "REFUND_TO_OTHER_POLITICAL_COMMITTEE"
	RefundFromUnregistered      TransactionType = "REFUND_TO_UNREGISTERED_COMMITTEE"
	OtherReceipt                TransactionType = "OTHER_RECEIPT"
	OperatingExpenditure        TransactionType = "OPERATING_EXPENDITURE"
	OperatingExpenditureVoid    TransactionType = "OPERATING_EXPENDITURE_VOID"
	InKindOut                   TransactionType = "IN_KIND_OUT"
	TransferToAffiliates        TransactionType = "TRANSFER_TO_AFFILIATES"
	EarmarkOutDeposited         TransactionType = "CONDUIT_EARMARK_OUT_DEPOSITED"
	EarmarkOutUndeposited       TransactionType = "CONDUIT_EARMARK_OUT_UNDEPOSITED"
	PACEarmarkOutDeposited      TransactionType = "PAC_CONDUIT_EARMARK_OUT_DEPOSITED"
	PACEarmarkOutUndeposited    TransactionType = "PAC_CONDUIT_EARMARK_OUT_UNDEPOSITED"
	ContributionToCandidate     TransactionType = "CONTRIBUTION_TO_CANDIDATE"
	ContributionVoid            TransactionType = "CONTRIBUTION_TO_CANDIDATE_VOID"
	ContributionToCommittee     TransactionType = "CONTRIBUTION_TO_OTHER_COMMITTEE"
	ContributionCommitteeVoid   TransactionType = "CONTRIBUTION_TO_OTHER_COMMITTEE_VOID"
	RefundToIndividual          TransactionType = "REFUND_INDIVIDUAL_CONTRIBUTION"
	RefundToIndividualVoid      TransactionType = "REFUND_INDIVIDUAL_CONTRIBUTION_VOID"
	RefundToUnregistered        TransactionType = "REFUND_UNREGISTERED_CONTRIBUTION"
	RefundToUnregisteredVoid    TransactionType = "REFUND_UNREGISTERED_CONTRIBUTION_VOID"
	RefundToParty               TransactionType = "REFUND_PARTY_CONTRIBUTION"
	RefundToPartyVoid           TransactionType = "REFUND_PARTY_CONTRIBUTION_VOID"
	RefundToPAC                 TransactionType = "REFUND_PAC_CONTRIBUTION"
	RefundToPACVoid             TransactionType = "REFUND_PAC_CONTRIBUTION_VOID"
	OtherDisbursement           TransactionType = "OTHER_DISBURSEMENT"
	OtherDisbursementVoid       TransactionType = "OTHER_DISBURSEMENT_VOID"
	FederalElectionActivity     TransactionType = "FEDERAL_ELECTION_ACTIVITY_100PCT_PAYMENT"
	FederalElectionActivityVoid TransactionType = "FEDERAL_ELECTION_ACTIVITY_VOID"
	ReportText                  TransactionType = "TEXT"
)

// transactions has for each type its record and line, and the group in which the FEC adds up a contributor's or payee's year.
var transactions = []struct {
	kind  TransactionType
	form  string
	group string
}{
	{IndividualReceipt, "SA11AI", "GENERAL"},
	{EarmarkDeposited, "SA11AI", ""},
	{EarmarkUndeposited, "SA11AI", ""},
	{EarmarkReceipt, "SA11AI", "GENERAL"},
	{EarmarkMemo, "SA11AI", "GENERAL"},
	{InKindReceipt, "SA11AI", "GENERAL"},
	{PartnershipReceipt, "SA11AI", "GENERAL"},
	{PartnershipAttribution, "SA11AI", "GENERAL"},
	{TribalReceipt, "SA11AI", "GENERAL"},
	{UnregisteredReceipt, "SA11AI", "GENERAL"},
	{ReturnReceipt, "SA11AI", "GENERAL"},
	{PartyReceipt, "SA11B", "GENERAL"},
	{PartyReturn, "SA11B", "GENERAL"},
	{PACReceipt, "SA11C", "GENERAL"},
	{PACReturn, "SA11C", "GENERAL"},
	{PACEarmarkDeposited, "SA11C", ""},
	{PACEarmarkUndeposited, "SA11C", ""},
	{Transfer, "SA12", "GENERAL"},
	{JointFundraisingTransfer, "SA12", "GENERAL"},
	{OffsetToOperating, "SA15", "LINE_15"},
	{RefundFromCandidate, "SA16", "LINE_16"},
	{RefundFromCommittee, "SA16", "LINE_16"},
	{RefundFromUnregistered, "SA16", "LINE_16"},
	{OtherReceipt, "SA17", "OTHER_RECEIPTS"},
	{OperatingExpenditure, "SB21B", "GENERAL_DISBURSEMENT"},
	{OperatingExpenditureVoid, "SB21B", "GENERAL_DISBURSEMENT"},
	{InKindOut, "SB21B", "GENERAL_DISBURSEMENT"},
	{TransferToAffiliates, "SB22", ""},
	{EarmarkOutDeposited, "SB23", ""},
	{EarmarkOutUndeposited, "SB23", ""},
	{PACEarmarkOutDeposited, "SB23", ""},
	{PACEarmarkOutUndeposited, "SB23", ""},
	{ContributionToCandidate, "SB23", ""},
	{ContributionVoid, "SB23", ""},
	{ContributionToCommittee, "SB23", ""},
	{ContributionCommitteeVoid, "SB23", ""},
	{RefundToIndividual, "SB28A", "GENERAL"},
	{RefundToIndividualVoid, "SB28A", "GENERAL"},
	{RefundToUnregistered, "SB28A", "GENERAL"},
	{RefundToUnregisteredVoid, "SB28A", "GENERAL"},
	{RefundToParty, "SB28B", "GENERAL"},
	{RefundToPartyVoid, "SB28B", "GENERAL"},
	{RefundToPAC, "SB28C", "GENERAL"},
	{RefundToPACVoid, "SB28C", "GENERAL"},
	{OtherDisbursement, "SB29", "GENERAL_DISBURSEMENT"},
	{OtherDisbursementVoid, "SB29", "GENERAL_DISBURSEMENT"},
	{FederalElectionActivity, "SB30B", "GENERAL_DISBURSEMENT"},
	{FederalElectionActivityVoid, "SB30B", "GENERAL_DISBURSEMENT"},
	{ReportText, "TEXT", ""},
}

// TransactionTypes lists the types that Dure knows.
func TransactionTypes() []TransactionType {
	out := make([]TransactionType, len(transactions))
	for i, t := range transactions {
		out[i] = t.kind
	}
	return out
}

// Form gives the record and line on which the type is itemized, such as SA11AI, and nothing for a type that Dure doesn't know.
func (t TransactionType) Form() string {
	for _, known := range transactions {
		if known.kind == t {
			return known.form
		}
	}
	return ""
}

// Line gives the summary's line in which the type counts, and nothing for TEXT or a type that Dure doesn't know.
func (t TransactionType) Line() Line { return LineOf(t.Form()) }

// AggregationGroup gives the FEC's name of the yearly sum to which the type adds, and nothing when it adds to none.
func (t TransactionType) AggregationGroup() string {
	for _, known := range transactions {
		if known.kind == t {
			return known.group
		}
	}
	return ""
}
