package fec

// Line is a line of the summary of Form 3X, written as on the form: 11(a)(i), 21(b), 29.
type Line string

// The lines of the summary of Form 3X (FEC Form 3X, pages 2 to 5).
const (
	Line6A     Line = "6(a)"
	Line6B     Line = "6(b)"
	Line6C     Line = "6(c)"
	Line6D     Line = "6(d)"
	Line7      Line = "7"
	Line8      Line = "8"
	Line9      Line = "9"
	Line10     Line = "10"
	Line11AI   Line = "11(a)(i)"
	Line11AII  Line = "11(a)(ii)"
	Line11AIII Line = "11(a)(iii)"
	Line11B    Line = "11(b)"
	Line11C    Line = "11(c)"
	Line11D    Line = "11(d)"
	Line12     Line = "12"
	Line13     Line = "13"
	Line14     Line = "14"
	Line15     Line = "15"
	Line16     Line = "16"
	Line17     Line = "17"
	Line18A    Line = "18(a)"
	Line18B    Line = "18(b)"
	Line18C    Line = "18(c)"
	Line19     Line = "19"
	Line20     Line = "20"
	Line21AI   Line = "21(a)(i)"
	Line21AII  Line = "21(a)(ii)"
	Line21B    Line = "21(b)"
	Line21C    Line = "21(c)"
	Line22     Line = "22"
	Line23     Line = "23"
	Line24     Line = "24"
	Line25     Line = "25"
	Line26     Line = "26"
	Line27     Line = "27"
	Line28A    Line = "28(a)"
	Line28B    Line = "28(b)"
	Line28C    Line = "28(c)"
	Line28D    Line = "28(d)"
	Line29     Line = "29"
	Line30AI   Line = "30(a)(i)"
	Line30AII  Line = "30(a)(ii)"
	Line30B    Line = "30(b)"
	Line30C    Line = "30(c)"
	Line31     Line = "31"
	Line32     Line = "32"
	Line33     Line = "33"
	Line34     Line = "34"
	Line35     Line = "35"
	Line36     Line = "36"
	Line37     Line = "37"
	Line38     Line = "38"
)

// lines has every line in the order of the form, with the form's name for it.
var lines = []struct {
	line Line
	name string
}{
	{Line6A, "Cash on hand, January 1"},
	{Line6B, "Cash on hand at beginning of reporting period"},
	{Line6C, "Total receipts"},
	{Line6D, "Subtotal"},
	{Line7, "Total disbursements"},
	{Line8, "Cash on hand at close of reporting period"},
	{Line9, "Debts and obligations owed to the committee"},
	{Line10, "Debts and obligations owed by the committee"},
	{Line11AI, "Contributions from individuals and others, itemized"},
	{Line11AII, "Contributions from individuals and others, unitemized"},
	{Line11AIII, "Contributions from individuals and others, total"},
	{Line11B, "Contributions from political party committees"},
	{Line11C, "Contributions from other political committees"},
	{Line11D, "Total contributions"},
	{Line12, "Transfers from affiliated and other party committees"},
	{Line13, "All loans received"},
	{Line14, "Loan repayments received"},
	{Line15, "Offsets to operating expenditures"},
	{Line16, "Refunds of contributions made to federal candidates and committees"},
	{Line17, "Other federal receipts"},
	{Line18A, "Transfers from non-federal account"},
	{Line18B, "Transfers from Levin funds"},
	{Line18C, "Total transfers, non-federal and Levin"},
	{Line19, "Total receipts"},
	{Line20, "Total federal receipts"},
	{Line21AI, "Allocated operating expenditures, federal share"},
	{Line21AII, "Allocated operating expenditures, non-federal share"},
	{Line21B, "Other federal operating expenditures"},
	{Line21C, "Total operating expenditures"},
	{Line22, "Transfers to affiliated and other party committees"},
	{Line23, "Contributions to federal candidates and committees"},
	{Line24, "Independent expenditures"},
	{Line25, "Coordinated party expenditures"},
	{Line26, "Loan repayments made"},
	{Line27, "Loans made"},
	{Line28A, "Refunds to individuals and persons"},
	{Line28B, "Refunds to political party committees"},
	{Line28C, "Refunds to other political committees"},
	{Line28D, "Total contribution refunds"},
	{Line29, "Other disbursements"},
	{Line30AI, "Shared federal election activity, federal share"},
	{Line30AII, "Shared federal election activity, Levin share"},
	{Line30B, "Federal election activity paid wholly with federal funds"},
	{Line30C, "Total federal election activity"},
	{Line31, "Total disbursements"},
	{Line32, "Total federal disbursements"},
	{Line33, "Total contributions (other than loans)"},
	{Line34, "Total contribution refunds"},
	{Line35, "Net contributions (other than loans)"},
	{Line36, "Total federal operating expenditures"},
	{Line37, "Offsets to operating expenditures"},
	{Line38, "Net operating expenditures"},
}

// Lines lists the summary's lines in the order of the form.
func Lines() []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		out[i] = l.line
	}
	return out
}

// Name gives the form's name of the line, and nothing for a line that the form doesn't have.
func (l Line) Name() string {
	for _, known := range lines {
		if known.line == l {
			return known.name
		}
	}
	return ""
}

// feeds tells what itemized rows make up a line. Lines that are always itemized equal the sum of their rows; on the
// others small amounts may stay without a row, so that the rows make up at most the line.
// 52 U.S.C. 30104(b)(3), (5), (6): every contribution of a committee, every transfer, loan and contribution made is itemized at any amount.
var feeds = []struct {
	form   string
	line   Line
	always bool
}{
	{"SA11AI", Line11AI, true}, // itemized by definition
	{"SA11AII", Line11AII, false},
	{"SA11B", Line11B, true},
	{"SA11C", Line11C, true},
	{"SA12", Line12, true},
	{"SA13", Line13, true},
	{"SA14", Line14, true},
	{"SA15", Line15, false},
	{"SA16", Line16, true},
	{"SA17", Line17, false},
	{"SB21B", Line21B, false},
	{"SB22", Line22, true},
	{"SB23", Line23, true},
	{"SB26", Line26, true},
	{"SB27", Line27, true},
	{"SB28A", Line28A, false},
	{"SB28B", Line28B, false},
	{"SB28C", Line28C, false},
	{"SB29", Line29, false},
	{"SB30B", Line30B, false},
}

// FormOf gives the record type of rows that are itemized on a line, such as SB21B for 21(b), and nothing for lines without such rows.
func FormOf(line Line) string {
	for _, f := range feeds {
		if f.line == line {
			return f.form
		}
	}
	return ""
}

// LineOf gives the line on which rows of a record type are counted, such as 21(b) for SB21B, and nothing for other records.
func LineOf(form string) Line {
	for _, f := range feeds {
		if f.form == form {
			return f.line
		}
	}
	return ""
}
