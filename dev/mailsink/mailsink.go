// Package mailsink is a mail server on loopback that keeps what it is given, and an inbox page to read it: where the
// sandbox's and the tests' letters go. It never ships.
package mailsink

import (
	"io"
	"net"
	"net/mail"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// most is how many messages the sink keeps; the oldest go first.
const most = 1000

// Sink takes mail for anybody.
type Sink struct {
	server *smtp.Server
	addr   string

	mu       sync.Mutex
	refused  []string // addresses
	messages []Message
	taken    int // ever, which numbers the messages
}

// Message is a mail as it came. Text and HTML are its bodies decoded, empty where it has none.
type Message struct {
	Number     int
	At         time.Time
	From       string
	To         []string // the envelope's, so blind copies too
	Header     mail.Header
	Subject    string // decoded
	Text, HTML string
	Raw        []byte
}

// New listens for mail at an address such as 127.0.0.1:0.
func New(address string) (*Sink, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return Serve(l), nil
}

// Serve takes mail from a listener that is open.
func Serve(l net.Listener) *Sink {
	s := &Sink{addr: l.Addr().String()}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	s.server.Domain = "mailsink.example"
	s.server.MaxMessageBytes = 25 << 20
	s.server.ErrorLog = quiet{}
	go func() { _ = s.server.Serve(l) }() // ends with Close
	return s
}

// URL is the address in the form of DURE_SMTP_URL.
func (s *Sink) URL() string { return "smtp://" + s.addr }

// Close ends the server.
func (s *Sink) Close() error { return s.server.Close() }

// Messages are those kept, oldest first.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Refuse has mail to these addresses refused for good from now on, and to no others.
func (s *Sink) Refuse(addresses ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = addresses
}

func (s *Sink) refuses(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.refused, address)
}

func (s *Sink) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	m.Number = s.taken
	s.messages = append(s.messages, m)
	s.messages = s.messages[max(0, len(s.messages)-most):]
}

// session is one connection's mail in the making.
type session struct {
	sink *Sink
	from string
	to   []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.sink.refuses(to) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "There is no such mailbox here"}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := parse(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	m.At, m.From, m.To = time.Now(), s.from, s.to
	s.sink.keep(m)
	return nil
}

func (s *session) Reset() { s.from, s.to = "", nil }

func (s *session) Logout() error { return nil }

// quiet drops the server's notes of connections that end early.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
