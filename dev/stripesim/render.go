package stripesim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// expandable has, for each kind of object, the properties that hold an id and may be asked for in full.
var expandable = map[string][]string{
	"checkout.session":    {"payment_intent", "line_items"},
	"payment_intent":      {"latest_charge", "payment_method"},
	"charge":              {"balance_transaction", "payment_intent", "refunds"},
	"refund":              {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
	"dispute":             {"charge", "payment_intent"},
	"payout":              {"balance_transaction", "failure_balance_transaction"},
	"balance_transaction": {"source"},
}

// tree is an object of the API as plain JSON.
type tree = map[string]any

// render writes an object as the API shows it: without what only the simulator knows, with what was asked to be
// expanded. The lock is held.
func (s *Sim) render(a *account, v any, expand []string) (json.RawMessage, *apiError) {
	t := s.plain(v)
	for _, path := range expand {
		if strings.Count(path, ".") > 3 {
			return nil, invalid("", "expand", "You cannot expand more than 4 levels of a property")
		}
		if problem := s.expand(a, t, strings.Split(path, "."), path); problem != nil {
			return nil, problem
		}
	}
	body, err := json.Marshal(t)
	if err != nil {
		panic(err) // it came from JSON
	}
	return body, nil
}

// plain turns an object into plain JSON, and drops what the simulator keeps for itself.
func (s *Sim) plain(v any) tree {
	s.age(v)
	if page, ok := v.(listing); ok {
		for _, item := range page.Data {
			s.age(item)
		}
	}
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own types hold nothing that JSON can't
	}
	var t tree
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&t); err != nil {
		panic(err)
	}
	strip(t)
	return t
}

// age brings up to the clock what time alone changes in an object.
func (s *Sim) age(v any) {
	switch v := v.(type) {
	case *balanceTransaction:
		v.ripen(s.now())
	case *dispute:
		v.lapse(s.now())
	}
}

// strip removes _kept wherever it is.
func strip(v any) {
	switch v := v.(type) {
	case tree:
		delete(v, "_kept")
		for _, inner := range v {
			strip(inner)
		}
	case []any:
		for _, inner := range v {
			strip(inner)
		}
	}
}

func (s *Sim) expand(a *account, t tree, path []string, full string) *apiError {
	name := path[0]
	if t["object"] == "list" && name == "data" {
		if len(path) == 1 {
			return cannotExpand(full)
		}
		for _, item := range t["data"].([]any) {
			if problem := s.expand(a, item.(tree), path[1:], full); problem != nil {
				return problem
			}
		}
		return nil
	}
	if !a.expands(t, name) {
		return cannotExpand(full)
	}
	if name == "line_items" && t[name] == nil {
		c := a.Sessions.find(t["id"].(string))
		items := listing{Object: "list", URL: "/v1/checkout/sessions/" + c.ID + "/line_items", Data: []any{}}
		for _, item := range c.Kept.Items {
			items.Data = append(items.Data, item)
		}
		t[name] = s.plain(items)
	}
	if name == "refunds" && t[name] == nil {
		t[name] = s.plain(a.refundsOf(t["id"].(string)))
	}
	if id, ok := t[name].(string); ok {
		if o := a.find(id); o != nil {
			t[name] = s.plain(o)
		}
	}
	if inner, ok := t[name].(tree); ok && len(path) > 1 {
		return s.expand(a, inner, path[1:], full)
	}
	return nil
}

func (a *account) expands(t tree, name string) bool {
	kind, _ := t["object"].(string)
	for _, known := range expandable[kind] {
		if known == name {
			return true
		}
	}
	return false
}

func cannotExpand(path string) *apiError {
	return invalid("", "expand", fmt.Sprintf("This property cannot be expanded (%s).", path))
}

// find gives any object of the account by its id, or nil.
func (a *account) find(id string) object {
	prefix, _, _ := strings.Cut(id, "_")
	var o object
	switch prefix {
	case "cs":
		if c := a.Sessions.find(id); c != nil {
			o = c
		}
	case "pi":
		if p := a.Intents.find(id); p != nil {
			o = p
		}
	case "pm":
		if m := a.Methods.find(id); m != nil {
			o = m
		}
	case "ch":
		if c := a.Charges.find(id); c != nil {
			o = c
		}
	case "re":
		if r := a.Refunds.find(id); r != nil {
			o = r
		}
	case "dp":
		if d := a.Disputes.find(id); d != nil {
			o = d
		}
	case "po":
		if p := a.Payouts.find(id); p != nil {
			o = p
		}
	case "txn":
		if t := a.Transactions.find(id); t != nil {
			o = t
		}
	}
	return o
}
