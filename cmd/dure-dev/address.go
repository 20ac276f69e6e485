package main

import (
	"fmt"
	"strings"

	"dure/money"
)

// address is sandbox.json: where everything is, and the settings with which any dure command acts on the sandbox.
type address struct {
	Site               string            `json:"site"`
	Drives             drives            `json:"drives"`
	Desk               string            `json:"desk"`
	StaffLogin         string            `json:"staff_login"` // signs the seeded treasurer in, once
	StripeSimulator    string            `json:"stripe_simulator"`
	Mail               string            `json:"mail"`
	DatabaseURL        string            `json:"database_url"`
	AdminDatabaseURL   string            `json:"admin_database_url"`
	Dure               string            `json:"dure"`
	Committee          string            `json:"committee"`
	CandidateRoomCents money.Cents       `json:"candidate_room_cents"`
	Today              string            `json:"today"`
	ServePIDFile       string            `json:"serve_pid_file"`
	Env                map[string]string `json:"env"`
}

// drives are the seeded committee's donation pages: for itself, and for a candidate.
type drives struct {
	PAC       string `json:"pac"`
	Candidate string `json:"candidate"`
}

// pages are the addresses that must answer before the sandbox is called ready.
func (a *address) pages() []string {
	return []string{a.Site, a.Drives.PAC, a.Drives.Candidate, a.Desk, a.StripeSimulator, a.Mail}
}

// String is what a person needs to begin.
func (a *address) String() string {
	var b strings.Builder
	for _, line := range [][2]string{
		{"the site", a.Site},
		{"give to the committee", a.Drives.PAC},
		{"give to a candidate", a.Drives.Candidate},
		{"the desk, signed in once", a.StaffLogin},
		{"the desk", a.Desk},
		{"the Stripe simulator", a.StripeSimulator},
		{"mail", a.Mail},
	} {
		fmt.Fprintf(&b, "  %-26s %s\n", line[0], line[1])
	}
	return b.String()
}
