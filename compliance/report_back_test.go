package compliance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/fectest"
	"dure/money"
	"dure/registry"
)

// memos gives the memo text of each row that has one, by transaction id.
func (r built) memos() map[string]string {
	out := map[string]string{}
	for _, rec := range r.records[2:] {
		if m := rec.Get("memo_text_description"); m != "" {
			out[rec.At(3)] = m
		}
	}
	return out
}

// expect holds the rows, memo texts and some lines of a report (column A, then B) against what is wanted, and its rows against the schemas.
func (b *reportBooks) expect(r built, rows []string, memos map[string]string, sums map[fec.Line][2]string) {
	b.t.Helper()
	if diff := cmp.Diff(rows, r.rows()); diff != "" {
		b.t.Errorf("rows of %s (-want +got):\n%s", r.Period.Name, diff)
	}
	if diff := cmp.Diff(memos, r.memos()); diff != "" {
		b.t.Errorf("memo texts of %s (-want +got):\n%s", r.Period.Name, diff)
	}
	for line, want := range sums {
		if is := [2]string{r.Summary.A[line].Plain(), r.Summary.B[line].Plain()}; is != want {
			b.t.Errorf("line %s of %s = %v, want %v", line, r.Period.Name, is, want)
		}
	}
	checkSchemas(b.t, fectest.Open(b.t), r)
}

// expectSums holds column B of each report against column A of it and of those before it in the year.
func (b *reportBooks) expectSums(periods ...string) {
	b.t.Helper()
	year := map[fec.Line]money.Cents{}
	for _, p := range periods {
		r := b.build(p, "")
		for _, line := range fec.Lines() {
			if strings.HasPrefix(string(line), "6") || line == fec.Line8 || fec.PositionOf(line, fec.YearToDate) == 0 {
				continue
			}
			year[line] += r.Summary.A[line]
			if fec.PositionOf(line, fec.ThisPeriod) > 0 && r.Summary.B[line] != year[line] {
				b.t.Errorf("line %s, column B of %s = %s, and the columns A until then come to %s", line, p, r.Summary.B[line], year[line])
			}
		}
	}
}

func TestRefundHasARowIfItsReceiptHadOne(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 5000_00)
	ann, bo, cy := giver("Ann", "Alpha"), giver("Bo", "Beta"), giver("Cy", "Gamma")
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 150_00})
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: ann, Cents: 100_00})
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "B-01", Contributor: bo, Cents: 300_00})
	b.gave("2026-02-05T15:00:00Z", compliance.Receipt{ID: "C-01", Contributor: cy, Cents: 200_00})
	b.refunded("2026-02-10T15:00:00Z", "RA-1", "A-02", 40_00) // a part, in the period of the receipt
	b.refunded("2026-02-20T15:00:00Z", "RB-1", "B-01", 300_00)
	b.refundFailed("2026-02-25T15:00:00Z", "RB-1") // in the same period: as if it had not been
	b.refunded("2026-02-26T15:00:00Z", "RB-2", "B-01", 300_00)
	b.refunded("2026-02-27T15:00:00Z", "RC-1", "C-01", 200_00)
	b.refundFailed("2026-03-03T15:00:00Z", "RB-2")
	b.refundFailed("2026-03-04T15:00:00Z", "RC-1")             // of a receipt without a row
	b.refunded("2026-03-05T15:00:00Z", "RA-2", "A-02", 60_00)  // the rest
	b.refunded("2026-03-06T15:00:00Z", "RA-3", "A-01", 150_00) // 150.00 in January had no row
	b.gave("2026-03-20T15:00:00Z", compliance.Receipt{ID: "A-03", Contributor: ann, Cents: 10_00})
	b.refunded("2027-01-05T15:00:00Z", "RA-4", "A-03", 10_00) // lowers nothing of 2027
	b.gave("2027-01-06T15:00:00Z", compliance.Receipt{ID: "A-04", Contributor: ann, Cents: 200_01})

	b.expect(b.build("2026-M3", ""), []string{
		"SA11AI A-02 20260203 100.00 of 250.00 Alpha",
		"SA11AI B-01 20260204 300.00 of 300.00 Beta",
		"SB28A RA-1 20260210 40.00 Alpha: Refund of contribution received 2026-02-03",
		"SB28A RB-2 20260226 300.00 Beta: Refund of contribution received 2026-02-04",
	}, map[string]string{}, map[fec.Line][2]string{
		fec.Line11AI: {"400.00", "400.00"}, fec.Line11AII: {"200.00", "350.00"},
		fec.Line28A: {"540.00", "540.00"}, "28(d)": {"540.00", "540.00"}, "33": {"600.00", "750.00"}, "34": {"540.00", "540.00"}, "35": {"60.00", "210.00"},
	})
	b.expect(b.build("2026-M4", ""), []string{
		"SA11AI A-03 20260320 10.00 of 260.00 Alpha", // no refund lowers the total that itemizes
		"SB28A V-RB-2 20260303 -300.00 Beta: Refund failed; contribution received 2026-02-04",
		"SB28A RA-2 20260305 60.00 Alpha: Refund of contribution received 2026-02-03",
	}, map[string]string{
		"V-RB-2": "Refund in report M3, transaction RB-2",
		"RA-2":   "Receipt in report M3, transaction A-02",
	}, map[fec.Line][2]string{
		fec.Line11AI: {"10.00", "410.00"}, fec.Line28A: {"-290.00", "250.00"}, "34": {"-290.00", "250.00"}, "35": {"300.00", "510.00"},
	})
	b.expect(b.build("2027-M2", ""), []string{
		"SA11AI A-04 20270106 200.01 of 200.01 Alpha",
		"SB28A RA-4 20270105 10.00 Alpha: Refund of contribution received 2026-03-20",
	}, map[string]string{"RA-4": "Receipt in report M4, transaction A-03"}, map[fec.Line][2]string{
		fec.Line11AI: {"200.01", "200.01"}, fec.Line28A: {"10.00", "10.00"}, "35": {"190.01", "190.01"},
	})
	b.expectSums("2026-M2", "2026-M3", "2026-M4")
	// Before the first failure was learned, that refund was one.
	if early := b.build("2026-M3", "2026-02-25T12:00:00Z").rows(); len(early) != 4 || !strings.HasPrefix(early[3], "SB28A RB-1") {
		t.Errorf("rows before the failure was known: %q", early)
	}
}

func TestLostDisputeIsANegativeReceipt(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 5000_00)
	ann, bo, cy, dee := giver("Ann", "Alpha"), giver("Bo", "Beta"), giver("Cy", "Gamma"), giver("Dee", "Delta")
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 150_00})
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: ann, Cents: 100_00})
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "B-01", Contributor: bo, Cents: 60_00})
	b.gave("2026-02-05T15:00:00Z", compliance.Receipt{ID: "C-01", Contributor: cy, Cents: 500_00})
	b.gave("2026-02-06T15:00:00Z", compliance.Receipt{ID: "C-02", Contributor: cy, Cents: 30_00})
	b.gave("2026-02-07T15:00:00Z", compliance.Receipt{ID: "D-01", Contributor: dee, Cents: 300_00})
	b.disputed("2026-02-11T15:00:00Z", "dp_A", "A-02", 100_00, "2026-03-10T15:00:00Z", "lost")
	b.disputed("2026-02-12T15:00:00Z", "dp_B", "B-01", 60_00, "2026-03-11T15:00:00Z", "lost")
	b.disputed("2026-02-13T15:00:00Z", "dp_C", "C-01", 500_00, "2026-02-25T15:00:00Z", "lost") // both in one period
	b.disputed("2026-02-14T15:00:00Z", "dp_D", "D-01", 100_00, "2026-02-26T15:00:00Z", "lost") // a part
	b.disputed("2026-02-27T15:00:00Z", "dp_E", "D-01", 200_00, "2026-03-12T15:00:00Z", "won")
	b.gave("2026-03-20T15:00:00Z", compliance.Receipt{ID: "A-03", Contributor: ann, Cents: 40_00}) // 190.00
	b.gave("2026-03-21T15:00:00Z", compliance.Receipt{ID: "A-04", Contributor: ann, Cents: 20_00})
	b.gave("2026-03-22T15:00:00Z", compliance.Receipt{ID: "C-03", Contributor: cy, Cents: 170_00}) // 200.00, and not 700.00

	b.expect(b.build("2026-M3", ""), []string{
		"SA11AI A-02 20260203 100.00 of 250.00 Alpha",
		"SA11AI D-01 20260207 300.00 of 300.00 Delta",
		"SA11AI " + b.loss("dp_D") + " 20260226 -100.00 of 200.00 Delta: Card dispute lost; contribution received 2026-02-07",
	}, map[string]string{}, map[fec.Line][2]string{
		fec.Line11AI: {"300.00", "300.00"}, fec.Line11AII: {"90.00", "240.00"}, fec.Line11AIII: {"390.00", "540.00"}, fec.Line28A: {"0.00", "0.00"},
	})
	b.expect(b.build("2026-M4", ""), []string{
		"SA11AI " + b.loss("dp_A") + " 20260310 -100.00 of 150.00 Alpha: Card dispute lost; contribution received 2026-02-03",
		"SA11AI A-04 20260321 20.00 of 210.00 Alpha",
	}, map[string]string{b.loss("dp_A"): "Receipt in report M3, transaction A-02"}, map[fec.Line][2]string{
		fec.Line11AI: {"-80.00", "220.00"}, fec.Line11AII: {"150.00", "390.00"}, fec.Line11AIII: {"70.00", "610.00"},
	})
	b.expectSums("2026-M2", "2026-M3", "2026-M4")
	// The gift of 20 March had no row, the year being 190.00 after the loss, and its refund has none.
	b.refunded("2026-04-02T15:00:00Z", "RA-1", "A-03", 40_00)
	b.refunded("2026-04-03T15:00:00Z", "RA-2", "A-04", 5_00)
	b.expect(b.build("2026-M5", ""), []string{"SB28A RA-2 20260403 5.00 Alpha: Refund of contribution received 2026-03-21"},
		map[string]string{"RA-2": "Receipt in report M4, transaction A-04"}, map[fec.Line][2]string{fec.Line28A: {"45.00", "45.00"}})
	// Until the loss was learned, the receipts of Cy Gamma were as any.
	early := b.build("2026-M3", "2026-02-25T12:00:00Z").rows()
	if diff := cmp.Diff([]string{"SA11AI C-01 20260205 500.00 of 500.00 Gamma", "SA11AI C-02 20260206 30.00 of 530.00 Gamma"}, early[1:3]); diff != "" {
		t.Errorf("rows before the loss was known (-want +got):\n%s", diff)
	}
}

func TestDisputeLostAcrossTheEndOfTheYear(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 5000_00)
	ann, bo, cy := giver("Ann", "Alpha"), giver("Bo", "Beta"), giver("Cy", "Gamma")
	b.gave("2026-11-30T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 150_00})
	b.gave("2026-12-05T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: ann, Cents: 100_00}) // 250.00 of 2026
	b.gave("2026-12-06T15:00:00Z", compliance.Receipt{ID: "B-01", Contributor: bo, Cents: 50_00})
	b.gave("2026-12-07T15:00:00Z", compliance.Receipt{ID: "C-01", Contributor: cy, Cents: 400_00})
	b.gave("2027-01-02T15:00:00Z", compliance.Receipt{ID: "A-03", Contributor: ann, Cents: 30_00})
	b.disputed("2026-12-20T15:00:00Z", "dp_A", "A-02", 100_00, "2027-01-10T15:00:00Z", "lost")
	b.disputed("2026-12-21T15:00:00Z", "dp_B", "B-01", 50_00, "2027-01-11T15:00:00Z", "lost")
	b.disputed("2026-12-22T15:00:00Z", "dp_C", "C-01", 400_00, "2027-01-12T15:00:00Z", "lost")
	b.gave("2027-01-15T15:00:00Z", compliance.Receipt{ID: "A-04", Contributor: ann, Cents: 180_00}) // 210.00 of 2027

	b.expect(b.build("2027-M2", ""), []string{
		"SA11AI " + b.loss("dp_A") + " 20270110 -100.00 of 30.00 Alpha: Card dispute lost; contribution received 2026-12-05",
		"SA11AI " + b.loss("dp_C") + " 20270112 -400.00 of 0.00 Gamma: Card dispute lost; contribution received 2026-12-07",
		"SA11AI A-04 20270115 180.00 of 210.00 Alpha",
	}, map[string]string{
		b.loss("dp_A"): "Receipt in report YE, transaction A-02",
		b.loss("dp_C"): "Receipt in report YE, transaction C-01",
	}, map[fec.Line][2]string{fec.Line11AI: {"-320.00", "-320.00"}, fec.Line11AII: {"-20.00", "-20.00"}})
	// A refund a year later asks for the year of its receipt as well.
	b.refunded("2027-02-03T15:00:00Z", "RA-1", "A-01", 150_00)
	b.expect(b.build("2027-M3", ""), nil, map[string]string{}, map[fec.Line][2]string{fec.Line28A: {"150.00", "150.00"}, fec.Line11AI: {"0.00", "-320.00"}})
	b.expectSums("2027-M2", "2027-M3")
	// Dee Delta's 150.00 of 2027 is not 400.00.
	dee := giver("Dee", "Delta")
	b.gave("2026-12-08T15:00:00Z", compliance.Receipt{ID: "D-01", Contributor: dee, Cents: 250_00})
	b.gave("2027-01-08T15:00:00Z", compliance.Receipt{ID: "D-02", Contributor: dee, Cents: 150_00})
	b.refunded("2027-03-03T15:00:00Z", "RD-1", "D-01", 20_00)
	b.refunded("2027-03-04T15:00:00Z", "RD-2", "D-02", 20_00)
	b.expect(b.build("2027-M4", ""), []string{"SB28A RD-1 20270303 20.00 Delta: Refund of contribution received 2026-12-08"},
		map[string]string{"RD-1": "Receipt in report YE, transaction D-01"}, map[fec.Line][2]string{fec.Line28A: {"40.00", "190.00"}})
}

func TestWhatComesBackOfJoinedPersonsIsOfOneYear(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 5000_00)
	ann, other := giver("Ann", "Alpha"), giver("Anne", "Alpha")
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 150_00})
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: other, Cents: 90_00})
	b.gave("2026-02-05T15:00:00Z", compliance.Receipt{ID: "A-03", Contributor: other, Cents: 80_00})
	b.refunded("2026-03-03T15:00:00Z", "RA-1", "A-02", 90_00)
	b.disputed("2026-02-20T15:00:00Z", "dp_A", "A-03", 80_00, "2026-03-04T15:00:00Z", "lost")
	b.expect(b.build("2026-M4", ""), nil, map[string]string{}, map[fec.Line][2]string{fec.Line11AII: {"-80.00", "240.00"}})
	b.at("2026-03-16T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		a, err := registry.Identify(ctx, tx, ann)
		if err != nil {
			return err
		}
		o, err := registry.Identify(ctx, tx, other)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into person_joins (person, same_as, reason) values ($1, $2, 'they said so')`, o, a)
		return err
	})
	b.expect(b.build("2026-M4", ""), []string{
		"SA11AI " + b.loss("dp_A") + " 20260304 -80.00 of 240.00 Alpha: Card dispute lost; contribution received 2026-02-05",
		"SB28A RA-1 20260303 90.00 Alpha: Refund of contribution received 2026-02-04",
	}, map[string]string{
		b.loss("dp_A"): "Receipt in report M3, transaction A-03", "RA-1": "Receipt in report M3, transaction A-02",
	}, map[fec.Line][2]string{fec.Line11AI: {"-80.00", "90.00"}, fec.Line11AII: {"0.00", "150.00"}})
}

func TestEarmarkedGiftsThatGoBack(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 5000_00)
	candidate := b.ballot()
	ann := giver("Ann", "Alpha")
	earmark := func(when, id string, cents money.Cents) {
		b.gave(when, compliance.Receipt{ID: id, Contributor: ann, Cents: cents, Candidate: candidate, Election: "P"})
	}
	earmark("2026-02-03T15:00:00Z", "E-01", 300_00)
	earmark("2026-02-04T15:00:00Z", "E-02", 50_00)
	earmark("2026-02-05T15:00:00Z", "E-03", 40_00)
	earmark("2026-02-06T15:00:00Z", "E-04", 70_00)
	earmark("2026-02-07T15:00:00Z", "E-05", 90_00)
	earmark("2026-02-20T15:00:00Z", "E-06", 100_00)
	b.refunded("2026-02-10T15:00:00Z", "RE-1", "E-01", 100_00)
	b.forwarded("2026-02-12T15:00:00Z", "FW1", candidate, "check 7", "E-01", "E-04")
	b.refunded("2026-02-21T15:00:00Z", "RE-6", "E-06", 30_00)
	b.refunded("2026-03-02T15:00:00Z", "RE-2", "E-02", 50_00) // before it was sent on
	b.disputed("2026-02-13T15:00:00Z", "dp_3", "E-03", 40_00, "2026-03-03T15:00:00Z", "lost")
	b.disputed("2026-02-14T15:00:00Z", "dp_4", "E-04", 70_00, "2026-02-25T15:00:00Z", "lost") // in one period, but it was sent on
	b.disputed("2026-02-15T15:00:00Z", "dp_5", "E-05", 90_00, "2026-02-26T15:00:00Z", "lost")
	b.forwarded("2026-03-05T15:00:00Z", "FW2", candidate, "ACH", "E-06")
	b.refunded("2026-03-06T15:00:00Z", "RE-7", "E-01", 200_00) // after it was sent on: from the committee's own

	const named = "ROBIN SAMPLE FOR CONGRESS"
	b.expect(b.build("2026-M3", ""), []string{
		"SA11AI E-01 20260203 300.00 Alpha: Earmarked for " + named,
		"SB23 " + b.item("E-01") + " 20260212 200.00 " + named + ": Earmarked from Ann Alpha",
		"SA11AI E-02 20260204 50.00 Alpha: Earmarked for " + named,
		"SA11AI E-03 20260205 40.00 Alpha: Earmarked for " + named,
		"SA11AI E-04 20260206 70.00 Alpha: Earmarked for " + named,
		"SB23 " + b.item("E-04") + " 20260212 70.00 " + named + ": Earmarked from Ann Alpha",
		"SA11AI E-06 20260220 100.00 Alpha: Earmarked for " + named,
		"SA11AI " + b.loss("dp_4") + " 20260225 -70.00 Alpha: Earmarked for " + named,
		"SB28A RE-1 20260210 100.00 Alpha: Refund of contribution received 2026-02-03",
		"SB28A RE-6 20260221 30.00 Alpha: Refund of contribution received 2026-02-20",
	}, map[string]string{
		b.item("E-01"): "Forwarded by this committee's check 7", b.item("E-04"): "Forwarded by this committee's check 7",
		"E-06":         "Forwarded 2026-03-05; line 23 of report M4, transaction " + b.item("E-06"),
		b.loss("dp_4"): "Card dispute lost; received 2026-02-06",
	}, map[fec.Line][2]string{fec.Line11AI: {"490.00", "490.00"}, fec.Line11AII: {"0.00", "0.00"}, fec.Line23: {"270.00", "270.00"}, fec.Line28A: {"130.00", "130.00"}})
	b.expect(b.build("2026-M4", ""), []string{
		"SA11AI " + b.loss("dp_3") + " 20260303 -40.00 Alpha: Earmarked for " + named,
		"SB23 " + b.item("E-06") + " 20260305 70.00 " + named + ": Earmarked from Ann Alpha",
		"SB28A RE-2 20260302 50.00 Alpha: Refund of contribution received 2026-02-04",
		"SB28A RE-7 20260306 200.00 Alpha: Refund of contribution received 2026-02-03",
	}, map[string]string{
		b.loss("dp_3"): "Card dispute lost; received 2026-02-05; receipt in report M3, transaction E-03",
		b.item("E-06"): "Receipt in report M3, transaction E-06; forwarded by this committee's ACH",
		"RE-2":         "Receipt in report M3, transaction E-02", "RE-7": "Receipt in report M3, transaction E-01",
	}, map[fec.Line][2]string{fec.Line11AI: {"-40.00", "450.00"}, fec.Line23: {"70.00", "340.00"}, fec.Line28A: {"250.00", "380.00"}})
	b.expectSums("2026-M2", "2026-M3", "2026-M4")
}

func TestGoodsGivenAreAReceiptAndAnExpenditure(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 100_00)
	ann := giver("Ann", "Alpha")
	give := func(when, id, goods string, cents money.Cents) {
		b.later(when, func(ctx context.Context, tx *sqlx.Tx, at time.Time, _ civil.Day) error {
			return b.receiveInKind(ctx, tx, at, compliance.InKind{
				Receipt: compliance.Receipt{ID: id, Contributor: ann, Cents: cents}, Goods: goods, Valuation: "price list", Category: "007",
			})
		})
	}
	give("2026-02-03T15:00:00Z", "K-01", "Flowers", 150_00) // without a row, and so is its expenditure
	give("2026-02-04T15:00:00Z", "K-02", "Hall", 60_00)
	spent := b.id(`select id from in_kinds where committee = $1 and receipt = $2`, "K-02")
	b.gave("2026-03-04T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 5_00})
	tell := func(when, id, about, text string) {
		b.at(when, func(ctx context.Context, tx *sqlx.Tx) error {
			return compliance.TellInReport(ctx, tx, compliance.ReportText{Committee: b.committee, ID: id, Period: "2026-M3", About: about, Text: text})
		})
	}
	tell("2026-03-01T12:00:00Z", "TX-1", "", "On the whole.")
	tell("2026-03-02T12:00:00Z", "TX-2", spent, "On the expenditure.")
	tell("2026-03-03T12:00:00Z", "TX-3", "K-02", "On the receipt.")
	tell("2026-03-04T12:00:00Z", "TX-4", "K-01", "On what has no row.")
	tell("2026-03-19T12:00:00Z", "TX-5", "", "Told too late.")

	got := b.build("2026-M3", "2026-03-18T12:00:00Z")
	var order []string
	for _, rec := range got.records[2:] {
		order = append(order, strings.Join([]string{rec.Form(), rec.At(3), rec.At(4), rec.At(5)}, " "))
	}
	if diff := cmp.Diff([]string{
		"SA11AI K-02  ", "TEXT TX-3 K-02 SA11AI", "SB21B " + spent + " K-02 SA11AI", "TEXT TX-2 " + spent + " SB21B", "TEXT TX-1  F3XN",
	}, order); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if len(got.Findings) != 1 || got.Findings[0].Value != "K-01" || got.Findings[0].Severity != fec.Warning || got.Rows["TEXT"] != 3 {
		t.Errorf("findings %v, rows %v, want one warning on K-01 and 3 texts", got.Findings, got.Rows)
	}
	if got.Summary.A[fec.Line21B] != 210_00 || got.Summary.A[fec.Line11AI] != 60_00 || got.Summary.A[fec.Line11AII] != 150_00 || got.Summary.A[fec.Line8] != 100_00 {
		t.Errorf("column A = %v, want 210.00 on 21(b), 60.00 and 150.00 on 11(a), and the cash untouched", lines(got.Summary.A))
	}
	checkSchemas(t, fectest.Open(t), got)

	p, err := compliance.PreviewReport(t.Context(), b.db, b.committee, "2026-M3", time.Time{}, 5)
	if err != nil || len(p.Partings) > 0 {
		t.Fatalf("PreviewReport: %v, partings %v", err, p.Partings)
	}
	if len(p.Sections) != 1 || len(p.Sections[0].Rows) != 2 || p.Sections[0].More || len(p.Texts) != 5 {
		t.Errorf("the preview has sections %+v and texts %v, want one of two rows, and all five texts", p.Sections, p.Texts)
	}
}

func TestPreviewShowsRefunds(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 100_00)
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("Ann", "Alpha"), Cents: 250_00})
	for _, id := range []string{"RA-1", "RA-2", "RA-3"} {
		b.refunded("2026-02-10T15:00:00Z", id, "A-01", 10_00)
	}
	p, err := compliance.PreviewReport(t.Context(), b.db, b.committee, "2026-M3", time.Time{}, 2)
	if err != nil || len(p.Sections) != 2 {
		t.Fatalf("PreviewReport: %v, sections %+v", err, p.Sections)
	}
	if s := p.Sections[1]; s.Form != "SB28A" || s.Line != fec.Line28A || len(s.Rows) != 2 || !s.More {
		t.Errorf("the section of refunds is %+v, want two rows of SB28A and more", s)
	}
}
