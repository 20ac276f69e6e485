package mailsink

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

//go:embed inbox.html
var files embed.FS

var pages = template.Must(template.ParseFS(files, "inbox.html"))

// Language is the tag under which the mail was sent, such as ur; empty where it has none.
func (m Message) Language() string {
	lang, _, _ := strings.Cut(m.Header.Get("Content-Language"), ",")
	return strings.TrimSpace(lang)
}

// Dir is the direction of the mail's script: ltr or rtl.
func (m Message) Dir() string {
	if slices.Contains([]string{"ur", "ar", "fa", "he", "ps"}, m.Language()) {
		return "rtl"
	}
	return "ltr"
}

// Size is how large the mail was, as people say it.
func (m Message) Size() string { return fmt.Sprintf("%.1f KB", float64(len(m.Raw))/1000) }

// Heads are the lines of the head that a reviewer looks at, as they came.
func (m Message) Heads() [][2]string {
	var out [][2]string
	for _, name := range []string{"From", "To", "Date", "Message-Id", "Content-Language", "Content-Type", "Auto-Submitted", "List-Unsubscribe"} {
		if value := m.Header.Get(name); value != "" {
			out = append(out, [2]string{name, value})
		}
	}
	return out
}

// list is the inbox, of one language or of all.
type list struct {
	Messages  []Message
	Of        string
	All       int
	Languages []counted
}

type counted struct {
	Language string
	N        int
}

// opened is one message with its neighbours of the same language.
type opened struct {
	Message
	Of           string
	Newer, Older int // 0 where there is none
}

// Handler is the inbox: the list, newest first, of all languages or of one, and each message as text beside its HTML, which can
// run nothing and load nothing, and as it was sent.
func (s *Sink) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		of := r.URL.Query().Get("lang")
		show(w, "list", list{Messages: s.newest(of), Of: of, All: len(s.Messages()), Languages: s.languages()})
	})
	mux.HandleFunc("GET /mail/{number}", s.message(func(w http.ResponseWriter, r *http.Request, m Message) {
		page := opened{Message: m, Of: r.URL.Query().Get("lang")}
		all := s.newest(page.Of)
		at := slices.IndexFunc(all, func(other Message) bool { return other.Number == m.Number })
		if at > 0 {
			page.Newer = all[at-1].Number
		}
		if at >= 0 && at+1 < len(all) {
			page.Older = all[at+1].Number
		}
		show(w, "message", page)
	}))
	mux.HandleFunc("GET /mail/{number}/html", s.message(func(w http.ResponseWriter, _ *http.Request, m Message) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
		_, _ = w.Write([]byte(m.HTML))
	}))
	mux.HandleFunc("GET /mail/{number}/raw", s.message(func(w http.ResponseWriter, _ *http.Request, m Message) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(m.Raw)
	}))
	return mux
}

// newest lists the messages of a language, or all where it is empty, the newest first.
func (s *Sink) newest(of string) []Message {
	all := s.Messages()
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(m Message) bool { return of != "" && m.Language() != of })
}

func (s *Sink) languages() []counted {
	n := map[string]int{}
	for _, m := range s.Messages() {
		if m.Language() != "" {
			n[m.Language()]++
		}
	}
	var out []counted
	for lang, many := range n {
		out = append(out, counted{lang, many})
	}
	slices.SortFunc(out, func(a, b counted) int { return cmp.Compare(a.Language, b.Language) })
	return out
}

// message finds the message of the path.
func (s *Sink) message(f func(http.ResponseWriter, *http.Request, Message)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.PathValue("number"))
		for _, m := range s.Messages() {
			if m.Number == number {
				f(w, r, m)
				return
			}
		}
		http.NotFound(w, r)
	}
}

func show(w http.ResponseWriter, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pages.ExecuteTemplate(w, page, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
