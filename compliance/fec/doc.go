// Package fec is the FEC's electronic filing format (.fec), version 8.5: it writes, reads, checks and shows filings, and knows nothing else of Dure.
//
// A file is a sequence of records, one a line: the header HDR, one cover (here F3X, the report of a committee other than a
// candidate's), then itemized receipts (Schedule A), disbursements (Schedule B) and TEXT in any order. The column tables
// (columns_*.go) are the only place that knows the order and the width of a column; everything else asks them by name.
//
// Write typed rows (Header, F3X, ScheduleA, ScheduleB, Text) with a Writer; read generic Records with a Reader; Check finds
// every problem of a file at once. Records of other forms and schedules are kept as read.
//
// Sources: the FEC's layout sheet 8.3.0.1 (Part II), whose records HDR, F3X, SA, SB and TEXT are unchanged in 8.5, and the
// JSON schemas of fecgov/fecfile-validate for the columns' names.
package fec
