// Package stripespec holds the simulator, and whoever calls Stripe, against Stripe's own published description of its API:
// the OpenAPI document inside stripe-mock, made strict, for requests and for the objects of replies and events.
//
// The document is of version 2024-09-30.acacia, one release after the 2024-06-20 that Dure and the simulator speak: the
// nearest that can be had. For what is used here the two differ in nothing that the document would refuse.
package stripespec

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// document is Stripe's OpenAPI document as published, read anew for each change that is made to it.
func document() (map[string]any, error) {
	folder, err := folder()
	if err != nil {
		return nil, err
	}
	body, err := os.ReadFile(filepath.Join(folder, "spec3.json"))
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, fmt.Errorf("read Stripe's OpenAPI document: %w", err)
	}
	return doc, nil
}

// folder is where stripe-mock's module keeps the document and its fixtures.
var folder = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/stripe/stripe-mock").Output()
	if err != nil {
		return "", fmt.Errorf("find stripe-mock's module: %w", err)
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", fmt.Errorf("stripe-mock's module is not downloaded: go mod download github.com/stripe/stripe-mock")
	}
	return filepath.Join(dir, "embedded", "openapi"), nil
})

// closeObjects forbids, in a schema and in all within it, properties that it does not name. It gives how many it closed.
func closeObjects(schema any) int {
	closed := 0
	switch schema := schema.(type) {
	case map[string]any:
		if _, names := schema["properties"].(map[string]any); names {
			if _, said := schema["additionalProperties"]; !said {
				schema["additionalProperties"] = false
				closed++
			}
		}
		for _, inner := range schema {
			closed += closeObjects(inner)
		}
	case []any:
		for _, inner := range schema {
			closed += closeObjects(inner)
		}
	}
	return closed
}

// closeRequests closes the bodies of all requests of a document.
func closeRequests(doc map[string]any) int {
	closed := 0
	paths, _ := doc["paths"].(map[string]any)
	for _, path := range paths {
		operations, _ := path.(map[string]any)
		for _, operation := range operations {
			if operation, ok := operation.(map[string]any); ok {
				closed += closeObjects(operation["requestBody"])
			}
		}
	}
	return closed
}

// allowNull turns OpenAPI's nullable into JSON Schema: the schema, or null.
func allowNull(schema any) any {
	switch schema := schema.(type) {
	case map[string]any:
		for name, inner := range schema {
			schema[name] = allowNull(inner)
		}
		if schema["nullable"] == true {
			delete(schema, "nullable")
			return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, schema}}
		}
	case []any:
		for i, inner := range schema {
			schema[i] = allowNull(inner)
		}
	}
	return schema
}
