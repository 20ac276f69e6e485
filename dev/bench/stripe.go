package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// stripe answers what dure serve asks Stripe for while gifts settle: what the processor kept of a charge, and which events there were.
// It takes as long as Stripe does over the network.
type stripe struct {
	server *http.Server
	url    string
}

const stripeAnswersAfter = 200 * time.Millisecond

func startStripe() (*stripe, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	answer := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(stripeAnswersAfter)
		w.Header().Set("Content-Type", "application/json")
		if id, ok := strings.CutPrefix(r.URL.Path, "/v1/balance_transactions/"); ok && r.Method == http.MethodGet {
			fmt.Fprintf(w, `{"id":%q,"object":"balance_transaction","amount":2500,"fee":103,"net":2397,"currency":"usd","created":%d,"type":"charge"}`, id, time.Now().Unix())
			return
		}
		if r.URL.Path == "/v1/events" {
			fmt.Fprint(w, `{"object":"list","data":[],"has_more":false,"url":"/v1/events"}`)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, `{"error":{"type":"invalid_request_error","message":"the bench does not answer %s"}}`, r.URL.Path)
	}
	s := &stripe{server: &http.Server{Handler: http.HandlerFunc(answer), ReadHeaderTimeout: 10 * time.Second}, url: "http://" + l.Addr().String()}
	go func() { _ = s.server.Serve(l) }() // ends with close
	return s, nil
}

func (s *stripe) close() error { return s.server.Close() }
