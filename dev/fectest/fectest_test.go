package fectest_test

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dure/compliance/fec"
	"dure/dev/fectest"
)

// workedRow is what the worked months say of a row beyond its columns.
type workedRow struct {
	Line      int                 `json:"line_of_file"`
	Type      fec.TransactionType `json:"transaction_type_identifier"`
	Schema    string              `json:"schema"`
	Group     string              `json:"aggregation_group"`
	Aggregate json.Number         `json:"aggregate_amount"`
	Exception string              `json:"exception"`
}

func TestEveryRowOfTheWorkedMonthsSatisfiesItsSchema(t *testing.T) {
	schemas := fectest.Open(t)
	dir := fectest.Shared(t, "fec", "worked-month")
	b, err := os.ReadFile(filepath.Join(dir, "transaction_types.json"))
	if err != nil {
		t.Fatal(err)
	}
	var worked struct{ M3, M4 []workedRow }
	if err := json.Unmarshal(b, &worked); err != nil {
		t.Fatal(err)
	}
	for month, rows := range map[string][]workedRow{"M3": worked.M3, "M4": worked.M4} {
		records := read(t, filepath.Join(dir, month+".fec"))
		if len(rows) != len(records)-2 {
			t.Fatalf("%s: %d rows with a transaction type, %d in the file", month, len(rows), len(records)-2)
		}
		for i, row := range rows {
			if got := schemas.File(row.Type) + ".json"; got != row.Schema {
				t.Errorf("the schema for %s is %s, want %s", row.Type, got, row.Schema)
			}
			if got := row.Type.AggregationGroup(); got != row.Group {
				t.Errorf("the aggregation group of %s is %q, want %q", row.Type, got, row.Group)
			}
			extra := map[string]any{}
			if row.Aggregate != "" {
				extra["aggregate_amount"] = row.Aggregate
			}
			err := schemas.Validate(records[i+2], row.Type, extra)
			if row.Exception == "" {
				if err != nil {
					t.Errorf("%s line %d as %s: %v", month, row.Line, row.Type, err)
				}
				continue
			}
			// The one exception: a forward whose receipt is in another report has no back-reference.
			if err == nil || !strings.Contains(err.Error(), "back_reference_tran_id_number") || strings.Count(err.Error(), "\n") != 1 {
				t.Errorf("%s line %d: %v, want only the two missing columns of the back-reference", month, row.Line, err)
			}
			schemas.CheckRow(t, records[i+2], fec.ContributionToCandidate, nil)
		}
		for i, schema := range []string{"HDR", "F3X"} {
			if err := schemas.ValidateAs(schema, records[i], nil); err != nil {
				t.Errorf("%s: %s: %v", month, schema, err)
			}
		}
	}
}

func TestEveryTransactionTypeHasASchemaThatTakesItsLine(t *testing.T) {
	schemas := fectest.Open(t)
	for _, typ := range fec.TransactionTypes() {
		file := schemas.File(typ)
		if file == "" {
			t.Errorf("%s has no schema", typ)
			continue
		}
		if typ == fec.ReportText {
			continue
		}
		b, err := os.ReadFile(filepath.Join(fectest.Shared(t, "fec", "schema"), file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		type allowed struct {
			Const string   `json:"const"`
			Enum  []string `json:"enum"`
		}
		var schema struct {
			Required   []string `json:"required"`
			Properties struct {
				Form  allowed `json:"form_type"`
				Group allowed `json:"aggregation_group"`
			} `json:"properties"`
		}
		if err := json.Unmarshal(b, &schema); err != nil {
			t.Fatal(err)
		}
		takes := func(a allowed, v string) bool {
			for _, e := range append(a.Enum, a.Const) {
				if e == v {
					return true
				}
			}
			return false
		}
		if !takes(schema.Properties.Form, typ.Form()) {
			t.Errorf("%s is itemized on %s, and its schema takes %+v", typ, typ.Form(), schema.Properties.Form)
		}
		if group := typ.AggregationGroup(); !takes(schema.Properties.Group, group) {
			t.Errorf("the aggregation group of %s is %q, and its schema takes %+v", typ, group, schema.Properties.Group)
		}
		if typ.Line() == "" || typ.Line().Name() == "" {
			t.Errorf("%s counts on no line", typ)
		}
	}
}

func TestARowThatBreaksItsSchemaIsTold(t *testing.T) {
	schemas := fectest.Open(t)
	for _, r := range read(t, filepath.Join(fectest.Shared(t, "fec", "worked-month"), "M3.fec")) {
		if r.Form() != "SA11AI" {
			continue
		}
		r.Fields[1] = "C123"
		if err := schemas.Validate(r, fec.IndividualReceipt, nil); err == nil {
			t.Errorf("a committee id C123 satisfies the schema, want an error")
		}
		return
	}
}

func read(t *testing.T, path string) []fec.Record {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []fec.Record
	for r := fec.NewReader(f); ; {
		rec, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec)
	}
}
