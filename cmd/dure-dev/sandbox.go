package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/cluster"
	"dure/dev/mailsink"
	"dure/pg"
)

// run is the command that starts the sandbox. Its settings come from the environment, like those of dure.
type run struct {
	Home             string `env:"DURE_HOME" default:".dure" help:"The folder of the sandbox: data, secrets, logs and sandbox.json."`
	Addr             string `env:"DURE_ADDR" default:"127.0.0.1:8080" help:"Where the site answers."`
	DatabaseURL      string `env:"DATABASE_URL" help:"A PostgreSQL to use instead of a private one, as the role that serves."`
	AdminDatabaseURL string `env:"DURE_ADMIN_DATABASE_URL" help:"The same database, as the owner of the schema."`
	Reset            bool   `help:"Begin anew: what an earlier sandbox kept in its folder is taken away."`
}

// sandbox is what is running. Whatever started leaves how it is stopped; it is stopped in the opposite order.
type sandbox struct {
	run
	home  *home
	dure  string            // the path of the program that ships
	env   map[string]string // every setting with which it runs
	db    *sqlx.DB          // the database, as the owner of its schema
	stops []func() error

	treasurer string // the seeded one's e-mail address
}

// Run starts everything, tells where it is, and stops everything when ctx ends.
func (r run) Run(ctx context.Context) (err error) {
	began := time.Now()
	if (r.DatabaseURL == "") != (r.AdminDatabaseURL == "") {
		return errors.New("set both DATABASE_URL and DURE_ADMIN_DATABASE_URL, or neither")
	}
	if r.Reset && r.DatabaseURL != "" {
		return errors.New("--reset takes away the private PostgreSQL's data; DATABASE_URL is yours to empty")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s := &sandbox{run: r, dure: filepath.Join(filepath.Dir(self), "dure")}
	if s.home, err = openHome(r.Home, r.Reset); err != nil {
		return err
	}
	defer s.home.close()
	defer func() { err = errors.Join(err, s.stop()) }()

	told, err := s.start(ctx)
	if ctx.Err() != nil {
		return nil // stopped before everything answered
	}
	if err != nil {
		return err
	}
	if err := writeJSON(s.home.path("sandbox.json"), told); err != nil {
		return err
	}
	s.stops = append(s.stops, func() error { return os.Remove(s.home.path("sandbox.json")) })
	fmt.Printf("\nThe sandbox answers after %.1f s. Ctrl-C stops it; `make run RESET=1` begins anew.\n\n%s\n", time.Since(began).Seconds(), told)
	<-ctx.Done()
	fmt.Println("\nstopping")
	return nil
}

// start brings everything up, one after the other.
func (s *sandbox) start(ctx context.Context) (*address, error) {
	if err := s.free(ctx); err != nil {
		return nil, err
	}
	site := "http://" + strings.Replace(s.Addr, "0.0.0.0", "127.0.0.1", 1)
	s.env = map[string]string{
		"DURE_ADDR": s.Addr, "DURE_PUBLIC_URL": site, "DURE_SECRETS_KEY": s.home.SecretsKey,
		"DURE_GIVE_PER_MINUTE": "0", // everybody who gives here comes from one address
	}
	if err := s.startDatabase(ctx); err != nil {
		return nil, err
	}
	told := &address{Site: site, Desk: site + "/desk/", Dure: s.dure, ServePIDFile: s.home.path("serve.pid"), Env: s.env}
	told.DatabaseURL, told.AdminDatabaseURL = s.env["DATABASE_URL"], s.env["DURE_ADMIN_DATABASE_URL"]
	for _, part := range []func(context.Context, *address) error{s.startMail, s.sow, s.startStripe, s.serve, s.invite} {
		if err := part(ctx, told); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// stop ends what was started, the last first.
func (s *sandbox) stop() error {
	var err error
	for _, stop := range slices.Backward(s.stops) {
		err = errors.Join(err, stop())
	}
	return err
}

func step(what string) { fmt.Println("  " + what) }

// free tells at once when something else answers where the site is to be.
func (s *sandbox) free(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("the site can't be at %s: %w; DURE_ADDR sets another address", s.Addr, err)
	}
	return l.Close()
}

// startDatabase starts the private PostgreSQL, unless one was named, and brings the schema to this version.
func (s *sandbox) startDatabase(ctx context.Context) error {
	if s.DatabaseURL == "" {
		if err := s.startPostgres(ctx); err != nil {
			return err
		}
	}
	s.env["DATABASE_URL"], s.env["DURE_ADMIN_DATABASE_URL"] = s.DatabaseURL, s.AdminDatabaseURL
	step("migrating")
	if out, err := s.command(ctx, "migrate").CombinedOutput(); err != nil {
		return fmt.Errorf("dure migrate: %w\n%s", err, out)
	}
	db, err := pg.Open(ctx, s.AdminDatabaseURL)
	if err != nil {
		return err
	}
	s.db = db
	s.stops = append(s.stops, db.Close)
	return nil
}

// startPostgres starts the private PostgreSQL. A database whose sowing was broken off is begun anew: facts can't be taken
// back.
func (s *sandbox) startPostgres(ctx context.Context) error {
	step("starting PostgreSQL")
	c, err := cluster.Start(ctx, cluster.Options{Dir: s.home.path("postgres"), Log: indented{os.Stdout}})
	if err != nil {
		return err
	}
	s.stops = append(s.stops, c.Stop)
	const name = "dure"
	if !s.home.Sown {
		if err := c.DropDatabase(ctx, name); err != nil {
			return err
		}
	}
	s.DatabaseURL, s.AdminDatabaseURL = c.ServeURL(name), c.AdminURL(name)
	return c.CreateDatabase(ctx, name)
}

// indented writes lines below the step that they belong to.
type indented struct{ io.Writer }

func (w indented) Write(p []byte) (int, error) {
	_, err := fmt.Fprintf(w.Writer, "    %s", p)
	return len(p), err
}

// startMail starts the mail server and its inbox page.
func (s *sandbox) startMail(_ context.Context, told *address) error {
	l, err := s.home.listen("smtp")
	if err != nil {
		return err
	}
	sink := mailsink.Serve(l)
	s.stops = append(s.stops, sink.Close)
	s.env["DURE_SMTP_URL"] = sink.URL()
	told.Mail, err = s.page("mail", sink.Handler())
	return err
}

// page serves a part of the sandbox over HTTP and gives its address.
func (s *sandbox) page(what string, h http.Handler) (string, error) {
	l, err := s.home.listen(what)
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with Close
	s.stops = append(s.stops, server.Close)
	return "http://" + l.Addr().String(), nil
}

// command is a command of dure with the settings of the sandbox.
func (s *sandbox) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.dure, args...)
	cmd.Env = os.Environ()
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		cmd.Env = append(cmd.Env, name+"="+s.env[name])
	}
	return cmd
}

// serve starts dure serve, which is started again whenever it dies, and waits until everything answers.
func (s *sandbox) serve(ctx context.Context, told *address) error {
	step("starting dure serve")
	log := s.home.path("log/serve.log")
	command := func() *exec.Cmd { return s.command(context.Background(), "serve") } // stopped by its signal, in its turn
	k, err := keep(command, log, told.ServePIDFile)
	if err != nil {
		return err
	}
	s.stops = append(s.stops, k.stop)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, url := range append([]string{told.Site + "/readyz"}, told.pages()...) {
		for {
			err := answers(ctx, url)
			if err == nil {
				break
			}
			if k.deaths.Load() > 0 {
				return fmt.Errorf("dure serve ended by itself:\n%s", tail(log))
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%w; the last lines of %s:\n%s", err, log, tail(log))
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}

// answers tells whether an address answers 200 to a stranger, after redirects.
func answers(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, res.Status)
	}
	return nil
}
