package bench

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

// The references, and how Dure's books are filled with their rows.
//
//go:embed reference books.sql
var files embed.FS

func (m *machine) scripts() string { return filepath.Join(m.dir, "reference") }

// unpack writes the scripts where psql and pgbench read them, and gives the reference's event.
func (m *machine) unpack() ([]byte, error) {
	if err := os.CopyFS(m.dir, files); err != nil {
		return nil, err
	}
	return fs.ReadFile(files, "reference/payload.json")
}
