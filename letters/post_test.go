package letters_test

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dure/dev/house"
	"dure/letters"
)

// surly is a mail server that answers verbs as it is told, and takes all else.
func surly(t *testing.T, answers map[string]string) *letters.Post {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go speak(c, answers)
		}
	}()
	post, err := letters.NewPost("smtp://"+l.Addr().String(), site)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

func speak(c net.Conn, answers map[string]string) {
	defer c.Close()
	say := func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
	say("220 surly.example")
	lines, data := bufio.NewScanner(c), false
	for lines.Scan() {
		verb := strings.ToUpper(strings.SplitN(lines.Text(), " ", 2)[0])
		switch {
		case data && lines.Text() != ".":
		case data:
			data = false
			say("250 taken")
		case answers[verb] != "":
			say(answers[verb])
		case verb == "DATA":
			data = true
			say("354 go on")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 yes")
		}
	}
}

// A mail server speaks in whichever letters it likes; what it said is kept, and counts.
func TestARefusalInForeignLettersIsARefusal(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.post = surly(t, map[string]string{"RCPT": "550 5.1.1 Empf\xe4nger unbekannt " + strings.Repeat("x", 400) + "\x00\x01"})
	o.settled(house.ToCommittee, 2500)
	if n := o.work(); n != 0 {
		t.Fatalf("%d letters went out", n)
	}
	failed, err := letters.In(t.Context(), o.DB, house.Committee, letters.Failed, 10)
	if err != nil || len(failed) != 1 || !utf8.ValidString(failed[0].LastError) || !strings.Contains(failed[0].LastError, "nger unbekannt") {
		t.Errorf("failed: %+v, %v; want one letter with what the server said", failed, err)
	}
}

// A server that takes no letter at all over a new connection is not asked for ever without a word of it at the desk.
func TestAServerThatEndsEachConversationIsSeen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.post = surly(t, map[string]string{"NOOP": "421 4.7.0 Too many letters, go away"})
	o.settled(house.ToCommittee, 2500)
	o.settled(house.ToCommittee, 2500, house.By("Bram"))
	o.work()
	o.Advance(5 * time.Minute)
	o.work()
	waits, err := letters.In(t.Context(), o.DB, house.Committee, letters.Owed, 10)
	if err != nil || len(waits) != 2 || waits[0].LastError+waits[1].LastError == "" || waits[0].Attempts+waits[1].Attempts == 0 {
		t.Errorf("waiting: %+v, %v; want two, of which one was tried", waits, err)
	}
}
