package pg

import (
	"strings"
	"syscall"
	"time"
)

// unacknowledged is how long what was sent may wait for the other machine's word that it came.
const unacknowledged = 15 * time.Second

// endSilence has the kernel end a connection to a machine that is gone: without it, what was sent and never acknowledged
// is sent again for a quarter of an hour, and no keepalive is asked meanwhile.
func endSilence(network, _ string, c syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	const userTimeout = 0x12 // TCP_USER_TIMEOUT of tcp(7)
	var err error
	if broken := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, userTimeout, int(unacknowledged.Milliseconds()))
	}); broken != nil {
		return broken
	}
	return err
}
