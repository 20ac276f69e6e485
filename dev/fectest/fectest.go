// Package fectest checks rows of .fec filings against the JSON schemas that the FEC publishes for its own FECfile+
// (fecgov/fecfile-validate). Only tests import it.
package fectest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dure/compliance/fec"
)

// Shared gives the path of a folder of the reference material, which lies beside the repository or at $DURE_SHARED. Where
// it isn't, the test is skipped.
func Shared(t testing.TB, elements ...string) string {
	t.Helper()
	base := os.Getenv("DURE_SHARED")
	if base == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for ; ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			if dir == filepath.Dir(dir) {
				t.Fatal("no go.mod above the test")
			}
		}
		base = filepath.Join(dir, "..", "shared")
	}
	path := filepath.Join(append([]string{base}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: the reference material isn't there (%v); set DURE_SHARED to its folder", err)
	}
	return path
}

// Schemas are the FEC's schemas, one for each record and for each transaction type.
type Schemas struct {
	dir      string
	files    map[fec.TransactionType]string
	compiled map[string]*jsonschema.Schema
}

// Open reads which schema is for which transaction type. Where the schemas aren't there, the test is skipped. A Schemas is for one test
// at a time.
func Open(t testing.TB) *Schemas {
	t.Helper()
	s := &Schemas{dir: Shared(t, "fec", "schema"), files: map[fec.TransactionType]string{}, compiled: map[string]*jsonschema.Schema{}}
	paths, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no schemas in %s: %v", s.dir, err)
	}
	for _, path := range paths {
		var schema struct {
			Properties struct {
				Type struct {
					Const fec.TransactionType   `json:"const"`
					Enum  []fec.TransactionType `json:"enum"`
				} `json:"transaction_type_identifier"`
			} `json:"properties"`
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &schema); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		types := schema.Properties.Type.Enum
		if c := schema.Properties.Type.Const; c != "" {
			types = append(types, c)
		}
		for _, typ := range types {
			s.files[typ] = strings.TrimSuffix(filepath.Base(path), ".json")
		}
	}
	s.files[fec.ReportText] = "Text"
	return s
}

// File gives the name of the schema for a transaction type, such as CONDUIT_EARMARKS, and nothing when there is none.
func (s *Schemas) File(typ fec.TransactionType) string { return s.files[typ] }

// CheckRow fails the test when a row doesn't satisfy the schema of its transaction type. See Validate for extra.
func (s *Schemas) CheckRow(t testing.TB, row fec.Record, typ fec.TransactionType, extra map[string]any) {
	t.Helper()
	if err := s.Validate(row, typ, extra); err != nil {
		t.Errorf("row %s %s as %s: %v", row.Form(), row.At(3), typ, err)
	}
}

// Validate checks a row against the schema of its transaction type. Extra has what the schema asks beyond the columns of the file, such
// as aggregate_amount, the payee's year, for operating expenditures; the aggregation group is filled in when it is not in extra.
func (s *Schemas) Validate(row fec.Record, typ fec.TransactionType, extra map[string]any) error {
	file := s.File(typ)
	if file == "" {
		return fmt.Errorf("no schema is for the transaction type %q", typ)
	}
	given := map[string]any{"transaction_type_identifier": string(typ)}
	if group := typ.AggregationGroup(); group != "" {
		given["aggregation_group"] = group
	}
	if row.Form() == "TEXT" {
		given = map[string]any{}
	}
	for k, v := range extra {
		given[k] = v
	}
	return s.ValidateAs(file, row, given)
}

// ValidateAs checks a record against a schema by the schema's name, such as HDR or F3X.
func (s *Schemas) ValidateAs(file string, row fec.Record, extra map[string]any) error {
	schema := s.compiled[file]
	if schema == nil {
		compiler := jsonschema.NewCompiler()
		compiler.UseRegexpEngine(pattern)
		var err error
		if schema, err = compiler.Compile(filepath.Join(s.dir, file+".json")); err != nil {
			return err
		}
		s.compiled[file] = schema
	}
	internal, err := Internal(row)
	if err != nil {
		return err
	}
	for k, v := range extra {
		internal[k] = v
	}
	return schema.Validate(internal)
}

// pattern compiles a schema's pattern. Go's expressions repeat at most 1,000 times; the schemas bound the length of longer
// texts by maxLength as well.
func pattern(s string) (jsonschema.Regexp, error) {
	return regexp.Compile(strings.ReplaceAll(s, "{0,4000}", "*"))
}

// Internal puts a record into the form that the schemas describe, which is that of FECfile+ before it writes a file: days as
// YYYY-MM-DD, amounts as numbers, check boxes as true or false, and empty columns left out.
func Internal(row fec.Record) (map[string]any, error) {
	table := fec.TableOf(row.Form())
	if table == nil {
		return nil, fmt.Errorf("no column table for a record %s", row.Form())
	}
	out := map[string]any{}
	for i, c := range table.Columns {
		v := row.At(i + 1)
		switch {
		case c.Kind == fec.KindCheck:
			out[c.Name] = v == "X"
		case v == "":
		case c.Kind == fec.KindAmount:
			out[c.Name] = json.Number(v)
		case c.Kind == fec.KindDate && len(v) == 8:
			out[c.Name] = v[:4] + "-" + v[4:6] + "-" + v[6:]
		default:
			out[c.Name] = v
		}
	}
	return out, nil
}
