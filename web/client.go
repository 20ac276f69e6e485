package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks in front of the site whose word on who sent a request is taken. None are those of this machine.
type Proxies []netip.Prefix

// thisMachine is trusted where nothing else is said: a proxy beside the program.
var thisMachine = Proxies{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// client is the address that sent a request, under which it is counted. Behind trusted proxies it is the last hop of
// X-Forwarded-For that is none of them; what comes before that hop anyone can write. All who have no address, such as
// those at a Unix socket, are one client.
func (p Proxies) client(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	from := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trust(from); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		from = hop.Unmap()
	}
	return household(from)
}

func (p Proxies) trust(a netip.Addr) bool {
	if len(p) == 0 {
		p = thisMachine
	}
	for _, network := range p {
		if network.Contains(a.WithZone("")) {
			return true
		}
	}
	return false
}

// household is an IPv4 address, or the half of an IPv6 address that one household has.
func household(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	half, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a.String()
	}
	return half.Addr().String()
}
