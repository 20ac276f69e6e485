package fec

// columnsHDR is the header, the first record of every file.
var columnsHDR = []Column{
	{Name: "record_type", Kind: KindCode, Width: 3, Required: Error},
	{Name: "ef_type", Kind: KindCode, Width: 3, Required: Error},
	{Name: "fec_version", Kind: KindCode, Width: 4, Required: Error},
	{Name: "soft_name", Kind: KindText, Width: 90},
	{Name: "soft_ver", Kind: KindText, Width: 16},
	{Name: "rpt_id", Kind: KindCode, Width: 16},
	{Name: "rpt_number", Kind: KindCode, Width: 3},
	{Name: "hdrcomment", Kind: KindText, Width: 200},
}

// columnsText is a note on a record, or on the whole report.
var columnsText = []Column{
	{Name: "rec_type", Kind: KindCode, Width: 4, Required: Error},
	{Name: "filer_committee_id_number", Kind: KindCommitteeID, Width: 9, Required: Error},
	{Name: "transaction_id_number", Kind: KindTransactionID, Width: 20, Required: Error},
	{Name: "back_reference_tran_id_number", Kind: KindTransactionID, Width: 20},
	{Name: "back_reference_sched_form_name", Kind: KindCode, Width: 8, Required: Error},
	{Name: "text4000", Kind: KindProse, Width: 4000},
}
