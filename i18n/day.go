package i18n

import "time"

// Day writes a day as the language does: 14 May 2026.
func Day(lang Language, day interface{ Midnight() time.Time }) string { return write(lang, day) }
