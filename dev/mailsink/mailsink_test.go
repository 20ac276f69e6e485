package mailsink_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wneessen/go-mail"

	"dure/dev/mailsink"
)

func send(t *testing.T, sink *mailsink.Sink, m *mail.Msg) error {
	t.Helper()
	u, err := url.Parse(sink.URL())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	client, err := mail.NewClient(u.Hostname(), mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS))
	if err != nil {
		t.Fatal(err)
	}
	return client.DialAndSendWithContext(t.Context(), m)
}

func letter(t *testing.T) *mail.Msg {
	t.Helper()
	m := mail.NewMsg()
	if err := m.FromFormat("Ridgeline PAC", "books@ridgeline.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.To("minji@donor.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.Bcc("copy@ridgeline.example"); err != nil {
		t.Fatal(err)
	}
	m.Subject("영수증 – your receipt")
	m.SetBodyString(mail.TypeTextPlain, "고맙습니다. $25.00")
	m.AddAlternativeString(mail.TypeTextHTML, "<p>고맙습니다. <b>$25.00</b><script>alert(1)</script></p>")
	if err := m.AttachReader("note.txt", strings.NewReader("an attachment")); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestALetterComesThroughAsItWasWritten(t *testing.T) {
	t.Parallel()
	sink, err := mailsink.New("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	if err := send(t, sink, letter(t)); err != nil {
		t.Fatalf("send: %v", err)
	}
	got := sink.Messages()
	if len(got) != 1 {
		t.Fatalf("the sink keeps %d messages, want 1", len(got))
	}
	m := got[0]
	type view struct {
		From, Subject, Text, HTML string
		To                        []string
	}
	want := view{
		"books@ridgeline.example", "영수증 – your receipt", "고맙습니다. $25.00",
		"<p>고맙습니다. <b>$25.00</b><script>alert(1)</script></p>",
		[]string{"minji@donor.example", "copy@ridgeline.example"},
	}
	if diff := cmp.Diff(want, view{m.From, m.Subject, m.Text, m.HTML, m.To}); diff != "" {
		t.Errorf("the letter that came (-want +got):\n%s", diff)
	}
}

func TestTheInboxShowsTextAndShutsHTMLIn(t *testing.T) {
	t.Parallel()
	sink, err := mailsink.New("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	inbox := httptest.NewServer(sink.Handler())
	defer inbox.Close()
	get := func(path string) (string, http.Header) {
		res, err := http.Get(inbox.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("GET %s: %s, %v", path, res.Status, err)
		}
		return string(text), res.Header
	}
	if text, _ := get("/"); !strings.Contains(text, "Nothing has been sent yet") {
		t.Errorf("the empty inbox shows %s", text)
	}
	m := letter(t)
	m.Subject("<script>alert(2)</script>")
	if err := send(t, sink, m); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/mail/1"} {
		if text, _ := get(path); strings.Contains(text, "<script>") || !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("GET %s shows the subject unescaped, or not at all:\n%s", path, text)
		}
	}
	if text, h := get("/mail/1/html"); !strings.Contains(text, "<b>$25.00</b>") || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
		t.Errorf("the HTML is %q under the policy %q, want it whole and shut in", text, h.Get("Content-Security-Policy"))
	}
}

func TestTheInboxSortsMailByLanguage(t *testing.T) {
	t.Parallel()
	sink, err := mailsink.New("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	inbox := httptest.NewServer(sink.Handler())
	defer inbox.Close()
	for _, lang := range []string{"ur", "en", "ur"} {
		m := letter(t)
		m.Subject("in " + lang)
		m.SetGenHeader("Content-Language", lang)
		if err := send(t, sink, m); err != nil {
			t.Fatal(err)
		}
	}
	get := func(path string) string {
		res, err := http.Get(inbox.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	all, urdu, one := get("/"), get("/?lang=ur"), get("/mail/3?lang=ur")
	for _, want := range []string{`href="/?lang=ur">ur 2<`, `href="/?lang=en">en 1<`} {
		if !strings.Contains(all, want) {
			t.Errorf("the inbox lacks %s", want)
		}
	}
	if strings.Count(urdu, "in ur") != 2 || strings.Contains(urdu, "in en") {
		t.Error("the mail in Urdu is not the two letters in Urdu alone")
	}
	for _, want := range []string{`<pre dir="rtl" lang="ur">`, `<iframe sandbox`, `href="/mail/1?lang=ur">Older`, "Content-Language"} {
		if !strings.Contains(one, want) {
			t.Errorf("the message lacks %s", want)
		}
	}
}
