package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"dure/civil"
	"dure/i18n"
	"dure/money"
	"dure/registry"
	"dure/staff"
)

//go:embed templates/desk/*.html
var deskFiles embed.FS

// deskPages gives each page of the desk within the frame of its kind. A file that can't be parsed is a bug: the tests
// open every page.
var deskPages = sync.OnceValue(parseDesk)

func parseDesk() map[string]*template.Template {
	files, err := loadAssets()
	if err != nil {
		panic(err)
	}
	words := template.FuncMap{"css": files.url}
	shared := template.Must(template.New("").Funcs(deskWords).Funcs(words).ParseFS(deskFiles,
		"templates/desk/frame.html", "templates/desk/plain.html", "templates/desk/parts.html"))
	pages := map[string]*template.Template{}
	names, err := fs.Glob(deskFiles, "templates/desk/*.html")
	if err != nil {
		panic(err)
	}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if slices.Contains([]string{"frame", "plain", "parts"}, name) {
			continue
		}
		pages[name] = template.Must(template.Must(shared.Clone()).ParseFS(deskFiles, file))
	}
	return pages
}

// deskWords are what templates may ask beyond fields and methods.
var deskWords = template.FuncMap{
	"usd":    usd,
	"plain":  func(c money.Cents) string { return strings.TrimPrefix(usd(c), "$") },
	"day":    spoken,
	"short":  short,
	"count":  plural,
	"who":    who,
	"join":   strings.Join,
	"sumOf":  sumOf,
	"daysOf": daysOf,
	"cite":   cite,
	"add":    func(a, b int) int { return a + b },
}

// usd writes a sum for people, with a true minus sign.
func usd(c money.Cents) string { return strings.Replace(c.String(), "-", "−", 1) }

// spoken is a day as a sentence has it: Friday 15 May 2026.
func spoken(d civil.Day) string { return d.Spoken() }

// cite writes what a rule cites, so that a line ends between two sections of law rather than within one.
func cite(sections string) template.HTML {
	var out strings.Builder
	for one := range strings.SplitAfterSeq(sections, "; ") {
		out.WriteString(`<span class="cite">` + template.HTMLEscapeString(strings.TrimSuffix(one, " ")) + "</span>")
		if strings.HasSuffix(one, " ") {
			out.WriteByte(' ')
		}
	}
	return template.HTML(out.String())
}

// plural counts: plural(1, "gift") is "1 gift", plural(2, "gift") is "2 gifts".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return i18n.Count(n) + " " + noun + "s"
}

// who is a person's name, with the name in their own script before it where they gave one.
func who(first, last, own string) string {
	name := strings.TrimSpace(first + " " + last)
	if own == "" || own == name {
		return name
	}
	return own + " (" + name + ")"
}

// plainFrame is around a page that belongs to no committee: signing in, a refusal.
type plainFrame struct {
	Title   string
	SignOut bool
}

func (plainFrame) frame() string { return "plain" }

// deskFrame is around each page of a committee's desk.
type deskFrame struct {
	visit
	Title    string
	Tab      string
	Others   []registry.Committee // the member's other committees
	Said     string               // what was just done
	Password bool                 // the member has a password
}

func (deskFrame) frame() string { return "desk" }

// At is the address of a page of this desk.
func (f deskFrame) At(parts ...string) string { return f.at(parts...) }

// RoleWords are the member's roles here: treasurer and viewer.
func (f deskFrame) RoleWords() string { return roleWords(f.Roles[f.Committee.ID]) }

// Keeps tells whether the member may write to the books.
func (f deskFrame) Keeps() bool { return f.can(staff.KeepBooks) }

// Decides tells whether the member may decide on held gifts.
func (f deskFrame) Decides() bool { return f.can(staff.Decide) }

// Signs tells whether the member may answer for the rules.
func (f deskFrame) Signs() bool { return f.can(staff.SignLaw) }

// RunsDrives tells whether the member may write what a drive says.
func (f deskFrame) RunsDrives() bool { return f.can(staff.RunDrives) }

// Replays tells whether the member may apply events once more.
func (f deskFrame) Replays() bool { return f.can(staff.Replay) }

// Moment writes a moment in the committee's zone: 14 May 2026, 9:40 a.m.
func (f deskFrame) Moment(t time.Time) string { return moment(t, f.Committee.Location()) }

func moment(t time.Time, zone *time.Location) string {
	words := t.In(zone).Format("2 Jan 2006, 3:04 pm")
	return strings.NewReplacer("am", "a.m.", "pm", "p.m.").Replace(words)
}

type deskTab struct{ Name, Path string }

// Tabs are the pages that the member may see.
func (f deskFrame) Tabs() []deskTab {
	tabs := []deskTab{{"Gifts", "gifts"}, {"Held", "held"}, {"Drives", "drives"}, {"Languages", "languages"}}
	if f.can(staff.SeeBooks) {
		tabs = []deskTab{
			{"Today", ""},
			{"Gifts", "gifts"},
			{"Held", "held"},
			{"Drives", "drives"},
			{"Cases", "cases"},
			{"Forwards", "forwards"},
			{"Receipts", "receipts"},
			{"Disbursements", "disbursements"},
			{"Books", "books"},
			{"Reports", "reports"},
			{"Events", "events"},
			{"Law", "law"},
			{"Languages", "languages"},
		}
	}
	return tabs
}

// Menu tells whether the tabs are too many to stand side by side on a phone: there they fold into a menu that names the page.
func (f deskFrame) Menu() bool { return len(f.Tabs()) > 5 }

// frameOf makes the frame of a page, and takes what the last one has to say.
func (d *Desk) frameOf(r *http.Request, v visit, tab, title string) (deskFrame, error) {
	f := deskFrame{visit: v, Title: title, Tab: tab, Password: v.Member.PasswordHash != ""}
	f.Said = d.Sessions.PopString(r.Context(), sessionSaid)
	if len(v.Roles) > 1 {
		all, err := registry.Committees(r.Context(), d.DB)
		if err != nil {
			return f, err
		}
		for _, c := range all {
			if len(v.Roles[c.ID]) > 0 && c.ID != v.Committee.ID {
				f.Others = append(f.Others, c)
			}
		}
	}
	return f, nil
}

// done says what was done on the page to which it sends the member.
func (d *Desk) done(w http.ResponseWriter, r *http.Request, to, said string) error {
	d.Sessions.Put(r.Context(), sessionSaid, said)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

type messagePage struct {
	plainFrame
	Text, Href, Act string
}

// show writes a page, whole or not at all. It takes the name of the page's file and the page's own struct.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, name string, page interface{ frame() string }) error {
	var out bytes.Buffer
	if err := deskPages()[name].ExecuteTemplate(&out, page.frame(), page); err != nil {
		d.Log.ErrorContext(r.Context(), "desk: show", "page", name, "error", err)
		http.Error(w, "something went wrong", http.StatusInternalServerError)
		return nil
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(out.Bytes())
	return nil
}

func roleWords(roles []staff.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " and ")
}

// short is a day as a table has it: 15 May 2026.
func short(d civil.Day) string { return d.Midnight().Format("2 Jan 2006") }
