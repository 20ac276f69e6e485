package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"dure/registry"
	"dure/webhooks"
)

type eventsCmd struct {
	List   eventsListCmd   `cmd:"" help:"List a committee's events, the last first."`
	Show   eventsShowCmd   `cmd:"" help:"Show one event with its body."`
	Replay eventsReplayCmd `cmd:"" help:"Apply events again; what they tell is taken once."`
	Fetch  eventsFetchCmd  `cmd:"" help:"Ask Stripe for events that never came, and store them."`
}

type eventsFetchCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	Days      int    `default:"30" help:"As many days back; Stripe keeps 30."`
}

// Help shows how the command is used.
func (eventsFetchCmd) Help() string {
	return `dure serve asks for the last two hours every ten minutes; after a longer silence ask for more.

  dure events fetch --committee long-table --days 3`
}

// Run fetches events.
func (c eventsFetchCmd) Run(ctx context.Context, s *settings) error {
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := s.clock()
	if err != nil {
		return err
	}
	accounts, err := s.accounts(db)
	if err != nil {
		return err
	}
	n, err := webhooks.Fetch(ctx, db, accounts, committee.ID, now().AddDate(0, 0, -c.Days))
	fmt.Printf("%d events had never come; they wait to be applied\n", n)
	return err
}

type eventsListCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	State     string `enum:"waiting,applied,set aside," default:"" placeholder:"STATE" help:"Only those that are waiting, applied or set aside."`
	Limit     int    `default:"50" help:"At most so many."`
	JSON      bool   `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (eventsListCmd) Help() string {
	return `An event that this program does not act on, or that belongs to no gift here, is set aside with the reason.

  dure events list --committee long-table
  dure events list --committee long-table --state "set aside" --json`
}

// Run lists events.
func (c eventsListCmd) Run(ctx context.Context, s *settings) error {
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	events, err := webhooks.List(ctx, db, committee.ID, c.State, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		type row struct {
			ID       string    `json:"id"`
			Type     string    `json:"type"`
			State    string    `json:"state"`
			Reason   string    `json:"reason"`
			Attempts int       `json:"attempts"`
			Received time.Time `json:"received_at"`
		}
		rows := []row{}
		for _, e := range events {
			rows = append(rows, row{e.ID, e.Type, e.State, e.Reason, e.Attempts, e.ReceivedAt.UTC()})
		}
		return printJSON(rows)
	}
	if len(events) == 0 {
		fmt.Println("no such events")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RECEIVED\tSTATE\tTYPE\tID\tREASON")
	for _, e := range events {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.ReceivedAt.UTC().Format(time.DateTime), e.State, e.Type, e.ID, e.Reason)
	}
	return w.Flush()
}

type eventsShowCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	ID        string `arg:"" help:"The event."`
}

// Help shows how the command is used.
func (eventsShowCmd) Help() string {
	return `The event's body goes to standard output, what is known of it to standard error.

  dure events show --committee long-table evt_1ABC`
}

// Run shows an event.
func (c eventsShowCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	e, err := webhooks.Show(ctx, db, registry.CommitteeID(c.Committee), c.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s has no event %s", c.Committee, c.ID)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s, %s, received %s\n", e.Type, e.State, e.ReceivedAt.UTC().Format(time.RFC3339))
	_, err = os.Stdout.Write(append(e.Payload, '\n'))
	return err
}

type eventsReplayCmd struct {
	Committee string   `required:"" placeholder:"SLUG" help:"The committee."`
	IDs       []string `arg:"" optional:"" name:"id" help:"The events."`
	SetAside  bool     `help:"All that were set aside."`
	All       bool     `help:"All there are: the books stay as they are, since each fact is taken once."`
}

// Help shows how the command is used.
func (eventsReplayCmd) Help() string {
	return `dure serve applies them at once; without a running dure serve they wait for the next one.

  dure events replay --committee long-table evt_1ABC
  dure events replay --committee long-table --set-aside`
}

// Run marks events to be applied again.
func (c eventsReplayCmd) Run(ctx context.Context, s *settings) error {
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := s.clock()
	if err != nil {
		return err
	}
	ids := c.IDs
	if c.SetAside || c.All {
		state := "set aside"
		if c.All {
			state = ""
		}
		const most = 1_000_000
		events, err := webhooks.List(ctx, db, committee.ID, state, most)
		if err != nil {
			return err
		}
		for _, e := range events {
			ids = append(ids, e.ID)
		}
	} else if len(ids) == 0 {
		return errors.New("name events, or use --set-aside or --all")
	}
	n, err := webhooks.Replay(ctx, db, commandLine(), committee.ID, ids, now())
	if err != nil {
		return err
	}
	fmt.Printf("%d of %d events wait to be applied again\n", n, len(ids))
	if n < len(ids) {
		return errFindings
	}
	return nil
}
