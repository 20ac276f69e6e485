package mailsink

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
)

var pages = template.Must(template.New("").Parse(`
{{define "top"}}<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mail of the sandbox</title>
<style>body{font:1rem/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}table{width:100%;border-collapse:collapse}
td,th{text-align:start;padding:.4rem;border-bottom:1px solid #ccc}pre{white-space:pre-wrap}iframe{width:100%;height:40rem;border:1px solid #ccc}</style>{{end}}
{{define "list"}}{{template "top"}}<h1>Mail of the sandbox</h1>
<table><tr><th>When<th>To<th>Subject</tr>
{{range .}}<tr><td>{{.At.Format "15:04:05"}}<td>{{range .To}}{{.}} {{end}}<td><a href="/mail/{{.Number}}">{{or .Subject "(no subject)"}}</a></tr>
{{else}}<tr><td colspan="3">Nothing has been sent yet.</tr>{{end}}</table>{{end}}
{{define "message"}}{{template "top"}}<p><a href="/">All mail</a></p><h1>{{.Subject}}</h1>
<p>From {{.From}} to {{range .To}}{{.}} {{end}}at {{.At.Format "2006-01-02 15:04:05"}}. <a href="/mail/{{.Number}}/raw">As sent</a></p>
<pre dir="auto">{{.Text}}</pre>{{if .HTML}}<iframe sandbox title="The letter as HTML" src="/mail/{{.Number}}/html"></iframe>{{end}}{{end}}`))

// Handler is the inbox: the list, newest first, and each message as text, as HTML that can run nothing and load nothing,
// and as it was sent.
func (s *Sink) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		list := s.Messages()
		slices.Reverse(list)
		show(w, "list", list)
	})
	mux.HandleFunc("GET /mail/{number}", s.message(func(w http.ResponseWriter, m Message) { show(w, "message", m) }))
	mux.HandleFunc("GET /mail/{number}/html", s.message(func(w http.ResponseWriter, m Message) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
		_, _ = w.Write([]byte(m.HTML))
	}))
	mux.HandleFunc("GET /mail/{number}/raw", s.message(func(w http.ResponseWriter, m Message) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(m.Raw)
	}))
	return mux
}

// message finds the message of the path.
func (s *Sink) message(f func(http.ResponseWriter, Message)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.PathValue("number"))
		for _, m := range s.Messages() {
			if m.Number == number {
				f(w, m)
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
