package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"dure/civil"
	"dure/dev/seed"
	"dure/dev/stripesim"
	"dure/registry"
)

// startStripe starts the simulator, with an account for each committee of the installation: the first one's keys stand in
// the environment of dure, the others' in the database, where the real command puts them.
func (s *sandbox) startStripe(ctx context.Context, told *address) error {
	step("starting the Stripe simulator")
	committees, err := registry.Committees(ctx, s.db)
	if err != nil {
		return err
	}
	log, err := os.Create(s.home.path("log/stripe.log"))
	if err != nil {
		return err
	}
	s.stops = append(s.stops, log.Close)

	merchants := map[string]string{}
	for _, c := range committees {
		a, err := s.home.account(string(c.ID))
		if err != nil {
			return err
		}
		merchants[a.Secret] = c.Name
	}
	// The database's clock runs with the simulator's, which dure asks for the time.
	setClock := func(offset time.Duration) error {
		_, err := s.db.Exec("update clock set offset_us = $1", offset.Microseconds())
		return err
	}
	sim, err := stripesim.New(stripesim.Options{
		StatePath: s.home.path("stripe.json"), Merchants: merchants, OnAdvance: setClock, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		return err
	}
	s.stops = append(s.stops, sim.Close)
	if err := setClock(sim.Offset()); err != nil {
		return err
	}
	if told.StripeSimulator, err = s.page("stripe", sim.Handler()); err != nil {
		return err
	}
	s.env["STRIPE_API_BASE"], s.env["DURE_CLOCK_URL"] = told.StripeSimulator, told.StripeSimulator+"/_sim/clock"

	for i, c := range committees {
		a := s.home.Stripe[string(c.ID)]
		past, err := seed.History(ctx, s.db, c.ID) // the seed's gifts are in the books: Stripe has charged them
		if err != nil {
			return err
		}
		if _, err := sim.Import(a.Secret, past); err != nil {
			return fmt.Errorf("give the Stripe simulator the history of %s: %w", c.ID, err)
		}
		sim.AddEndpoint(a.Secret, told.Site+"/webhooks/stripe/"+string(c.ID), a.Webhook)
		if i == 0 {
			s.env["STRIPE_SECRET_KEY"], s.env["STRIPE_WEBHOOK_SECRET"] = a.Secret, a.Webhook
			told.Committee, told.Today = string(c.ID), civil.In(sim.Now(), c.Location()).String()
			continue
		}
		cmd := s.command(ctx, "committee", "stripe", "--committee", string(c.ID))
		cmd.Stdin = strings.NewReader(a.Secret + "\n" + a.Webhook + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("dure committee stripe: %w\n%s", err, out)
		}
	}
	return nil
}
