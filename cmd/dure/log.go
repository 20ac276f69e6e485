package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/lib/pq"
	"github.com/stripe/stripe-go/v79"
)

// newLog gives the program's log: a line an event, key=value, nothing of a donor's. verbose adds each page that is only
// looked at.
func newLog(w io.Writer, verbose bool) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: hideValues}
	if verbose {
		o.Level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// hideValues takes out of an error what other programs quote in it, since that may be what a donor wrote.
func hideValues(_ []string, a slog.Attr) slog.Attr {
	if err, ok := a.Value.Any().(error); ok {
		a.Value = slog.StringValue(withoutValues(err))
	}
	return a
}

// withoutValues is an error's text with our own words and the codes of PostgreSQL and Stripe, without the values that
// they refuse: PostgreSQL quotes them in the messages of class 22 (data exception), Stripe in any message.
func withoutValues(err error) string {
	text := err.Error()
	if e := (*pq.Error)(nil); errors.As(err, &e) && e.Code.Class() == "22" {
		text = strings.ReplaceAll(text, e.Message, e.Code.Name())
	}
	if e := (*stripe.Error)(nil); errors.As(err, &e) {
		text = strings.ReplaceAll(text, e.Error(), fmt.Sprintf("Stripe answers %d %s %s to %s", e.HTTPStatusCode, e.Type, e.Code, e.RequestID))
	}
	return text
}
