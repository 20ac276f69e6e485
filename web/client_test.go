package web_test

import (
	"net/http"
	"net/netip"
	"testing"

	"dure/web"
)

func TestClientIsWhoConnectsOrWhomATrustedProxyNames(t *testing.T) {
	front := web.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:f::/48")}
	for _, c := range []struct {
		trusted                 web.Proxies
		remote, forwarded, want string
	}{
		{nil, "192.0.2.1:9", "", "192.0.2.1"},
		{nil, "192.0.2.1:9", "198.51.100.9", "192.0.2.1"},
		{nil, "10.0.0.4:9", "198.51.100.9", "10.0.0.4"},
		{nil, "127.0.0.1:9", "198.51.100.9", "198.51.100.9"},
		{nil, "[::1]:9", "198.51.100.9", "198.51.100.9"},
		{nil, "[::ffff:127.0.0.1]:9", "198.51.100.9", "198.51.100.9"},
		{nil, "127.0.0.1:9", "", "127.0.0.1"},
		{nil, "127.0.0.1:9", "unknown", "127.0.0.1"},
		{nil, "127.0.0.1:9", "203.0.113.5, 198.51.100.9", "198.51.100.9"},
		{nil, "127.0.0.1:9", "198.51.100.9, 127.0.0.1", "198.51.100.9"},
		{nil, "[2001:db8:1:2:3::4]:9", "", "2001:db8:1:2::"},
		{nil, "[fe80::1%eth0]:9", "198.51.100.9", "fe80::"},
		{nil, "127.0.0.1:9", "2001:db8:1:2:3::4", "2001:db8:1:2::"},
		{nil, "@", "198.51.100.9", ""},
		{nil, "", "", ""},
		{front, "10.0.0.4:9", "198.51.100.9", "198.51.100.9"},
		{front, "10.0.0.4:9", "203.0.113.5, 198.51.100.9, 10.9.9.9", "198.51.100.9"},
		{front, "[2001:db8:f::1]:9", "198.51.100.9", "198.51.100.9"},
		{front, "127.0.0.1:9", "198.51.100.9", "127.0.0.1"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := c.trusted.Client(r); got != c.want {
			t.Errorf("client of %q forwarded for %q, trusted %v = %q, want %q", c.remote, c.forwarded, c.trusted, got, c.want)
		}
	}
}
