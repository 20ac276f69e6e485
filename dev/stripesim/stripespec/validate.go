package stripespec

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const where = "https://stripe.invalid/spec3.json"

// schemas compiles the strict schemas of Stripe's objects as they are asked for.
type schemas struct {
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

var published = sync.OnceValues(func() (*schemas, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	components := doc["components"].(map[string]any)["schemas"]
	closeObjects(components)
	c := jsonschema.NewCompiler()
	if err := c.AddResource(where, map[string]any{"components": map[string]any{"schemas": allowNull(components)}}); err != nil {
		return nil, fmt.Errorf("compile Stripe's schemas: %w", err)
	}
	return &schemas{compiler: c, compiled: map[string]*jsonschema.Schema{}}, nil
})

func (s *schemas) find(name string) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.compiled[name]; known != nil {
		return known, nil
	}
	schema, err := s.compiler.Compile(where + "#/components/schemas/" + name)
	if err != nil {
		return nil, fmt.Errorf("compile Stripe's schema %s: %w", name, err)
	}
	s.compiled[name] = schema
	return schema, nil
}

// Check holds JSON against the schema of one of Stripe's objects (charge, checkout.session, ...), in which a property
// that the schema does not name is an error. The error tells every place that is wrong.
func Check(schemaName string, body []byte) error {
	s, err := published()
	if err != nil {
		return err
	}
	schema, err := s.find(schemaName)
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("read a %s: %w", schemaName, err)
	}
	return schema.Validate(v)
}

// Validate fails the test where JSON is not one of Stripe's objects; see Check.
func Validate(t testing.TB, schemaName string, body []byte) {
	t.Helper()
	if err := Check(schemaName, body); err != nil {
		t.Errorf("this is no %s of Stripe's: %v\n%s", schemaName, err, body)
	}
}
