// Command dure-dev runs Dure in a sandbox on one machine: a private PostgreSQL, a stand-in for Stripe, a mail sink and a
// fictional committee, with the real dure serve between them. It never ships.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"dure/dev/cluster"
)

// commands are what dure-dev can be told.
type commands struct {
	Run      run          `cmd:"" help:"Start the sandbox, and end it with Ctrl-C."`
	Env      settings     `cmd:"" help:"Tell a shell the settings with which any dure command acts on the running sandbox."`
	Bench    benchmark    `cmd:"" help:"Measure Dure beside PostgreSQL itself."`
	I18n     translations `cmd:"" name:"i18n" help:"Keep the texts of the languages."`
	Hello    hello        `cmd:"" hidden:"" help:"Serve hello world."`
	Postgres postgres     `cmd:"" help:"Tell which PostgreSQL the sandbox and the tests would run; exit 1 if there is none."`
}

type postgres struct{}

func (postgres) Run(ctx context.Context) error {
	where, err := cluster.Find(ctx)
	if err == nil {
		fmt.Println(where)
	}
	return err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	var cli commands
	command := kong.Parse(&cli, kong.Name("dure-dev"), kong.BindTo(ctx, (*context.Context)(nil)))
	command.FatalIfErrorf(command.Run())
}
